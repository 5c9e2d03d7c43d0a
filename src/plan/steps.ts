import { UsageError } from "../base/index.ts";

export interface StepPlan {
  readonly steps: number;
  /** The arithmetic with every factor: "2,500 rows × 2 epochs ÷ 32 rows a step = 156 steps". */
  readonly arithmetic: string;
}

export interface StepOptions {
  readonly rows: number;
  readonly epochs: number;
  /** Rows per optimizer step. */
  readonly batchSize: number;
  /** Rows per forward pass; a divisor of the work, not of the result. */
  readonly microBatchSize?: number | undefined;
  /** Ends the run early, or not at all when it is larger than what the data gives. */
  readonly maxSteps?: number | undefined;
  /** What one row is: packed window, conversation, pair, ranking. */
  readonly unit?: string;
}

/** Optimizer steps of a run over a dataset. Rows run on from one epoch into the next; the last incomplete step is left out. */
export function planSteps({ rows, epochs, batchSize, microBatchSize, maxSteps, unit = "row" }: StepOptions): StepPlan {
  const seen = rows * epochs;
  const possible = Math.floor(seen / batchSize);
  if (possible < 1) {
    throw new UsageError(`${product(rows, unit, epochs)} do not fill one step of ${count(batchSize, unit)}`, {
      code: "batch-above-data",
      help: `a --batch-size of at most ${count(seen, unit)} would`,
    });
  }
  const steps = Math.min(possible, maxSteps ?? possible);
  const cut = steps < possible ? `, ended by --max-steps after ${thousands(steps)}` : "";
  const passes =
    microBatchSize === undefined || microBatchSize >= batchSize
      ? ""
      : `; ${thousands(batchSize)} ÷ ${thousands(microBatchSize)} = ${count(Math.ceil(batchSize / microBatchSize), "forward pass", "forward passes")} a step`;
  const arithmetic = `${product(rows, unit, epochs)} ÷ ${count(batchSize, unit)} a step = ${count(possible, "step")}${cut}${passes}`;
  return { steps, arithmetic };
}

export interface RolloutOptions {
  /** Rollouts in the run: a step of ppo and grpo. */
  readonly steps: number;
  /** Completions per rollout. */
  readonly rolloutSize: number;
  readonly numEpochsPerRollout: number;
  /** Completions per optimizer step. */
  readonly batchSize: number;
}

/** Optimizer updates of a run that alternates sampling and training. */
export function planRollouts({ steps, rolloutSize, numEpochsPerRollout, batchSize }: RolloutOptions) {
  const perRollout = Math.ceil(rolloutSize / batchSize) * numEpochsPerRollout;
  const inner = `${count(rolloutSize, "completion")} × ${count(numEpochsPerRollout, "epoch")} ÷ ${count(batchSize, "completion")} an update = ${count(perRollout, "update")} a step`;
  const outer = `${count(steps, "step")} × ${count(perRollout, "update")} = ${count(steps * perRollout, "update")}, ${count(steps * rolloutSize, "completion")} in all`;
  return { updates: steps * perRollout, completions: steps * rolloutSize, arithmetic: `${inner}; ${outer}` };
}

const thousands = (n: number) => n.toLocaleString("en-US", { maximumFractionDigits: 2 });
const count = (n: number, one: string, many = `${one}s`) => `${thousands(n)} ${n === 1 ? one : many}`;
const product = (rows: number, unit: string, epochs: number) => `${count(rows, unit)} × ${count(epochs, "epoch")}`;
