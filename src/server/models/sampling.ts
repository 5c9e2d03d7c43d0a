/** Answers of a model as new tasks: prompt by prompt, so that people rank the first while the last are still written. */
import { type TaskData, type Text, tasksOf } from "../../feedback/index.ts";
import type { SamplingJob } from "../protocol-runs.ts";
import { type Background, background } from "./background.ts";
import type { Borrowed, Judge, ModelCache, Writer } from "./cache.ts";
import { completionTo, type Drawing, draw } from "./draw.ts";
import { requirePrompts } from "./prompts.ts";
import { scoreCompletions, uncertaintyOf } from "./score.ts";

export interface SamplingRequest extends Drawing {
  readonly model: string;
  /** A reward model that scores the answers. */
  readonly reward?: string | undefined;
  readonly prompts: readonly Text[];
  readonly k: number;
  /** How many people shall rank each. Default: the project's. */
  readonly overlap?: number | undefined;
}

export interface Samplings extends Pick<Background<SamplingJob>, "list" | "stop" | "close"> {
  /** Begins and returns at once. Throws when a model cannot be opened, or there is no prompt. */
  start(request: SamplingRequest, by: string): SamplingJob;
}

export interface SamplingsOptions {
  readonly models: ModelCache;
  readonly newId: () => string;
  /** Writes tasks that are new; resolves to how many were. */
  readonly addTasks: (tasks: readonly TaskData[], by: string) => Promise<number>;
  readonly log: (error: unknown) => void;
}

export function samplings({ models, newId, addTasks, log }: SamplingsOptions): Samplings {
  const jobs = background<SamplingJob>({ missing: "no-sampling", log });
  return {
    start(request, by) {
      const { model, prompts, reward } = request;
      requirePrompts(prompts);
      const writer = models.writer(model);
      let judge: Borrowed<Judge> | undefined;
      try {
        judge = reward === undefined ? undefined : models.judge(reward);
      } catch (error) {
        writer.release();
        throw error;
      }
      const sampling = newId();
      const job: SamplingJob = { sampling, model, done: 0, total: prompts.length, tasks: 0, state: "working" };
      return jobs.start(sampling, job, async (job, signal) => {
        try {
          for (const [i, prompt] of prompts.entries()) {
            if (signal.aborted) break;
            const tasks = await tasksFor({ writer, judge }, request, i, prompt, signal);
            job.tasks += await addTasks(tasks, by);
            job.done = i + 1;
          }
        } finally {
          writer.release();
          judge?.release();
        }
      });
    },
    list: jobs.list,
    stop: jobs.stop,
    close: jobs.close,
  };
}

interface Held {
  readonly writer: Borrowed<Writer>;
  readonly judge: Borrowed<Judge> | undefined;
}

/** One task, or none where all answers are the same. An answer depends on prompt, seed and place alone. */
async function tasksFor(
  { writer, judge }: Held,
  request: SamplingRequest,
  index: number,
  prompt: Text,
  signal: AbortSignal,
): Promise<TaskData[]> {
  const { k, model, overlap, seed } = request;
  const texts = await draw(writer, new Array<Text>(k).fill(prompt), request, (row) => [index, row], signal);
  const completions = texts.map((text) => completionTo(prompt, text));
  return Promise.all(
    tasksOf([{ prompt, completions }]).map(async (task): Promise<TaskData> => {
      const scores = judge && (await scoreCompletions(judge, prompt, task.completions));
      return {
        ...{ task: task.id, type: "compare", prompt, completions: [...task.completions] },
        ...{ model, source: `sampled, seed ${seed}`, ...(overlap !== undefined && { overlap }) },
        ...(scores && { scores, uncertainty: uncertaintyOf(scores) }),
      };
    }),
  );
}
