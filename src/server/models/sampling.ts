/** Answers of a model as new tasks: prompt by prompt, so that people rank the first while the last are still written. */
import { PlauditError, UsageError } from "../../base/index.ts";
import { type TaskData, type Text, tasksOf } from "../../feedback/index.ts";
import { answerEnds, answerOf } from "../../text/index.ts";
import { promptIds } from "../openai/answers.ts";
import type { SamplingJob } from "../protocol-runs.ts";
import type { Borrowed, Judge, ModelCache, Writer } from "./cache.ts";
import { scoreCompletions, uncertaintyOf } from "./score.ts";

export interface SamplingRequest {
  readonly model: string;
  /** A reward model that scores the answers. */
  readonly reward?: string | undefined;
  readonly prompts: readonly Text[];
  readonly k: number;
  readonly temperature: number;
  readonly topP: number;
  readonly maxNewTokens: number;
  readonly seed: number;
}

export interface Samplings {
  /** Begins and returns at once. Throws when a model cannot be opened, or there is no prompt. */
  start(request: SamplingRequest, by: string): SamplingJob;
  /** Of this server, the newest first. */
  list(): SamplingJob[];
  /** After the prompt it is at. Throws `no-sampling`. */
  stop(id: string): void;
  close(): void;
}

export interface SamplingsOptions {
  readonly models: ModelCache;
  readonly newId: () => string;
  /** Writes tasks that are new; resolves to how many were. */
  readonly addTasks: (tasks: readonly TaskData[], by: string) => Promise<number>;
  readonly log: (error: unknown) => void;
}

/** How many ended ones are remembered. */
const kept = 20;

export function samplings({ models, newId, addTasks, log }: SamplingsOptions): Samplings {
  const jobs = new Map<string, { job: SamplingJob; abort: AbortController }>();

  async function work(request: SamplingRequest, by: string, job: SamplingJob, held: Held, signal: AbortSignal) {
    try {
      for (const [i, prompt] of request.prompts.entries()) {
        if (signal.aborted) break;
        const tasks = await tasksFor(held, request, i, prompt, signal);
        job.tasks += await addTasks(tasks, by);
        job.done = i + 1;
      }
      job.state = job.done === job.total ? "done" : "stopped";
    } catch (error) {
      job.state = signal.aborted ? "stopped" : "failed";
      if (signal.aborted) return;
      job.error = error instanceof PlauditError ? error.message : "something went wrong on the server";
      log(error);
    } finally {
      held.writer.release();
      held.judge?.release();
    }
  }

  return {
    start(request, by) {
      if (request.prompts.length === 0)
        throw new UsageError("there is no prompt to answer", {
          code: "no-prompts",
          help: "import prompts or tasks first",
        });
      const writer = models.writer(request.model);
      let judge: Borrowed<Judge> | undefined;
      try {
        judge = request.reward === undefined ? undefined : models.judge(request.reward);
      } catch (error) {
        writer.release();
        throw error;
      }
      const { model, prompts } = request;
      const job: SamplingJob = { sampling: newId(), model, done: 0, total: prompts.length, tasks: 0, state: "working" };
      const abort = new AbortController();
      jobs.set(job.sampling, { job, abort });
      for (const [id, old] of jobs) if (jobs.size > kept && old.job.state !== "working") jobs.delete(id);
      void work(request, by, job, { writer, judge }, abort.signal);
      return { ...job };
    },
    list: () => [...jobs.values()].map(({ job }) => ({ ...job })).reverse(),
    stop(id) {
      const found = jobs.get(id);
      if (!found) throw new UsageError("nothing is sampled under this name", { code: "no-sampling", where: id });
      found.abort.abort();
    },
    close() {
      for (const { abort } of jobs.values()) abort.abort();
    },
  };
}

interface Held {
  readonly writer: Borrowed<Writer>;
  readonly judge: Borrowed<Judge> | undefined;
}

/** One task, or none where all answers are the same. An answer depends on prompt, seed and place alone. */
async function tasksFor(
  { writer: { model, writer }, judge }: Held,
  { k, temperature, topP, maxNewTokens, seed, model: name }: SamplingRequest,
  index: number,
  prompt: Text,
  signal: AbortSignal,
): Promise<TaskData[]> {
  const { tokenizer } = model;
  const conversational = typeof prompt !== "string";
  const completions = await writer.generate(
    new Array(k).fill(promptIds(tokenizer, prompt)),
    {
      ...{ temperature, topP, maxNewTokens, seed, streamKey: (row: number) => [index, row] },
      ...answerEnds(tokenizer, { stop: [], conversational: conversational && tokenizer.chatTemplate !== undefined }),
    },
    signal,
  );
  const texts = completions.map(({ ids }) => answerOf(tokenizer, ids, []));
  const answers = texts.map((text): Text => (conversational ? [{ role: "assistant", content: text }] : text));
  return Promise.all(
    tasksOf([{ prompt, completions: answers }]).map(async (task): Promise<TaskData> => {
      const scores = judge && (await scoreCompletions(judge, prompt, task.completions));
      return {
        ...{ task: task.id, type: "compare", prompt, completions: [...task.completions] },
        ...{ model: name, source: `sampled, seed ${seed}` },
        ...(scores && { scores, uncertainty: uncertaintyOf(scores) }),
      };
    }),
  );
}
