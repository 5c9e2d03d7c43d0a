/**
 * Two models tried on the same prompts, their answers side by side: before and after. With a reward model, how often it
 * likes the second's answer better, as `plaudit eval --against` measures it.
 */
import { stream } from "../../base/index.ts";
import type { Text } from "../../feedback/index.ts";
import { clusteredBootstrap, pairedWinRate } from "../../stats/index.ts";
import type { Trial, TrialJob } from "../protocol-runs.ts";
import { type Background, background } from "./background.ts";
import type { Borrowed, Judge, ModelCache, Writer } from "./cache.ts";
import { completionTo, type Drawing, draw } from "./draw.ts";
import { requirePrompts } from "./prompts.ts";
import { scoreCompletions } from "./score.ts";

export interface TrialRequest extends Drawing {
  /** Before and after. */
  readonly models: readonly string[];
  readonly judge?: string | undefined;
  readonly prompts: readonly Text[];
}

export interface Trials extends Pick<Background<TrialJob>, "list" | "stop" | "close"> {
  /** Begins and returns at once. Throws when a model cannot be opened, or there is no prompt. */
  start(request: TrialRequest): TrialJob;
  /** With its answers so far. Throws `no-trial`. */
  find(id: string): Trial;
}

export interface TrialsOptions {
  readonly models: ModelCache;
  readonly newId: () => string;
  readonly log: (error: unknown) => void;
}

type Row = Trial["rows"][number];

/** Enough to fill the batches, few enough that the bar moves. */
const promptsAtOnce = 16;

export function trials({ models, newId, log }: TrialsOptions): Trials {
  const jobs = background<TrialJob & { readonly held: { rows: Row[]; seed: number } }>({ missing: "no-trial", log });
  const told = ({ held: _, ...job }: ReturnType<typeof jobs.find>): TrialJob => job;
  return {
    start(request) {
      requirePrompts(request.prompts);
      const { writers, judge, release } = borrow(models, request);
      const [trial, held] = [newId(), { rows: [] as Row[], seed: request.seed }];
      const facts = { trial, models: [...request.models], judge: request.judge ?? null };
      const job = { ...facts, done: 0, total: request.prompts.length, state: "working" as const, held };
      return told(
        jobs.start(trial, job, async (job, signal) => {
          try {
            while (job.done < job.total && !signal.aborted) {
              const prompts = request.prompts.slice(job.done, job.done + promptsAtOnce);
              const answers: string[][] = [];
              // The same random streams for both, by the prompt's place.
              const key = (row: number) => [job.done + row, 0];
              for (const writer of writers) answers.push(await draw(writer, prompts, request, key, signal));
              for (const [i, prompt] of prompts.entries())
                held.rows.push(await rowOf(judge, prompt, [answers[0]![i]!, answers[1]![i]!]));
              job.done += prompts.length;
            }
          } finally {
            release();
          }
        }),
      );
    },
    list: () => jobs.list().map(told),
    find(id) {
      const job = jobs.find(id);
      const { rows, seed } = job.held;
      return { ...told(job), rows: [...rows], result: job.state === "done" ? resultOf(rows, seed) : null };
    },
    stop: jobs.stop,
    close: jobs.close,
  };
}

/** All models of a trial, or none of them. */
function borrow(models: ModelCache, { models: names, judge: judgeName }: TrialRequest) {
  const held: Borrowed<object>[] = [];
  const release = () => {
    for (const one of held) one.release();
  };
  const hold = <T>(one: Borrowed<T>): Borrowed<T> => {
    held.push(one as Borrowed<object>);
    return one;
  };
  try {
    const writers: Writer[] = names.map((name) => hold(models.writer(name)));
    const judge: Judge | undefined = judgeName === undefined ? undefined : hold(models.judge(judgeName));
    return { writers, judge, release };
  } catch (error) {
    release();
    throw error;
  }
}

async function rowOf(judge: Judge | undefined, prompt: Text, answers: string[]): Promise<Row> {
  const completions = answers.map((answer) => completionTo(prompt, answer));
  return { prompt, answers, scores: judge ? await scoreCompletions(judge, prompt, completions) : null };
}

/** Intervals are bootstraps over prompts, 95 %; null without scores. */
function resultOf(rows: readonly Row[], seed: number): Trial["result"] {
  const scores = rows.flatMap(({ scores }) => (scores ? [scores as [number, number]] : []));
  if (scores.length === 0) return null;
  const [before, after] = [scores.map(([score]) => score), scores.map(([, score]) => score)];
  const meanOf = (all: readonly number[], purpose: string) =>
    clusteredBootstrap(
      all.map((score) => [score]),
      { rng: stream(seed, purpose) },
    );
  return {
    rewards: [meanOf(before, "other reward interval"), meanOf(after, "reward interval")],
    winRate: pairedWinRate(after, before, { rng: stream(seed, "win rate interval") }),
  };
}
