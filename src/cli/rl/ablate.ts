/** `plaudit rl dqn --ablate`: which tip helps how much, as a table in a run folder. A row that is done is never lost. */
import { z } from "zod";
import type { VectorEnv } from "../../envs/index.ts";
import { type AblationRow, ablation, ablationCases, type DqnConfig } from "../../rl/index.ts";
import type { Checkpoint, Finished, Trainer } from "../../run/index.ts";
import { type Context, duration, number, type Outcome, table } from "../frame/index.ts";
import { type RunFlags, type Trained, train } from "../train/training.ts";

export const ablating = {
  ablate: z
    .boolean()
    .default(false)
    .describe("train DQN with each tip alone and Rainbow without each: a table in place of a policy"),
  seeds: z.array(z.int().min(0)).min(1).optional().describe("of --ablate: each row once with each (default: --seed)"),
  rows: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("of --ablate: only these, such as dqn, 'dqn + double', 'rainbow - noisy' (default: all)"),
};

export const AblationResult = z.strictObject({
  /** Environment steps of all rows together. */
  steps: z.int(),
  rows: z.array(
    z.strictObject({
      name: z.string(),
      seed: z.int(),
      /** Mean of the last 100 training episodes. */
      trainReturn: z.number().nullable(),
      /** Of the final policy over fresh episodes. */
      return: z.strictObject({ mean: z.number(), std: z.number(), episodes: z.int() }),
    }),
  ),
  seconds: z.number(),
  run: z.string(),
});
type Result = Omit<z.infer<typeof AblationResult>, "seconds" | "run">;

export interface AblationFlags extends Omit<RunFlags, "device" | "threads"> {
  readonly seeds?: readonly number[] | undefined;
  readonly rows?: readonly string[] | undefined;
  readonly saveTotalLimit: number;
}

export async function ablate(
  context: Context<z.infer<typeof AblationResult>>,
  flags: AblationFlags,
  settings: DqnConfig,
  place: { readonly env: () => VectorEnv; readonly episodes: number },
): Promise<Outcome> {
  const { seeds = [flags.seed], rows = Object.keys(ablationCases(settings.batchSize)) } = flags;
  const result: Trained<Finished & { readonly result: Result }> = await train(
    context,
    { ...flags, saveSteps: 1, logSamples: 0 },
    {
      command: "rl dqn",
      trainer: (from) => tabulated((done) => ablation({ ...place, seeds, rows, settings, done }), settings, from),
      datasets: [],
      parents: [],
      totalSteps: rows.length * seeds.length,
      shown: { "eval/mean_reward": "return" },
    },
  );
  const { run, seconds } = result;
  const lines = [inWords(result.rows, seeds), "", `${run}: ${result.rows.length} rows in ${duration(seconds)}`];
  context.emit([...lines, `curves: ${run}/model/ablation.json`].join("\n"), result);
  return { next: `plaudit runs show ${run}` };
}

/** A row is a step: it is saved when it is done, and a run that is gone on with begins at the next one. */
async function* tabulated(
  rowsAfter: (done: number) => AsyncIterable<AblationRow>,
  { totalTimesteps }: DqnConfig,
  from: Checkpoint | undefined,
): Trainer<Finished & { readonly result: Result }> {
  const rows = [...((from?.files["ablation.json"] as readonly AblationRow[] | undefined) ?? [])];
  for await (const row of rowsAfter(rows.length)) {
    rows.push(row);
    yield {
      step: rows.length,
      metrics: {
        "eval/mean_reward": row.evaluation.mean,
        ...(row.trainReturn !== null && { "rollout/ep_rew_mean": row.trainReturn }),
      },
      snapshot: () => ({ step: rows.length, files: { "ablation.json": [...rows], "state.json": {} } }),
    };
  }
  const said = rows.map(({ name, seed, trainReturn, evaluation: { mean, std, episodes } }) => ({
    ...{ name, seed, trainReturn },
    return: { mean, std, episodes },
  }));
  return { result: { steps: rows.length * totalTimesteps, rows: said }, files: { "ablation.json": rows } };
}

/** One line a case: the greedy policy's return with each seed, and their mean. */
function inWords(rows: Result["rows"], seeds: readonly number[]): string {
  const names = [...new Set(rows.map(({ name }) => name))];
  const lines = names.map((name) => {
    const means = rows.filter((row) => row.name === name).map((row) => row.return.mean);
    return [name, ...means.map(number), number(means.reduce((a, b) => a + b, 0) / means.length)];
  });
  return table([["", ...seeds.map((seed) => `seed ${seed}`), "mean"], ...lines]);
}
