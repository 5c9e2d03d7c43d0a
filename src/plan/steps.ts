export interface StepPlan {
  readonly steps: number;
  /** The arithmetic with every factor: "2,500 rows ÷ 32 a step = 79 steps an epoch, × 2 epochs = 158 steps". */
  readonly arithmetic: string;
}

export interface StepOptions {
  readonly rows: number;
  readonly epochs: number;
  /** Rows per optimizer step. */
  readonly batchSize: number;
  /** Rows per forward pass; a divisor of the work, not of the result. */
  readonly microBatchSize?: number | undefined;
  /** Wins over the epochs: the run ends earlier, or goes on into further ones. */
  readonly maxSteps?: number | undefined;
  /** What one row is: packed window, conversation, pair, ranking. */
  readonly unit?: string;
}

/** Optimizer steps of a run over a dataset, as the trainers count them: the last step of an epoch may have fewer rows. */
export function planSteps({ rows, epochs, batchSize, microBatchSize, maxSteps, unit = "row" }: StepOptions): StepPlan {
  const perEpoch = Math.ceil(rows / batchSize);
  const possible = Math.ceil(epochs * perEpoch);
  const steps = maxSteps ?? possible;
  const cut = maxSteps === undefined ? "" : `; --max-steps ${thousands(maxSteps)} wins`;
  const passes =
    microBatchSize === undefined || microBatchSize >= batchSize
      ? ""
      : `; ${thousands(batchSize)} ÷ ${thousands(microBatchSize)} = ${count(Math.ceil(batchSize / microBatchSize), "forward pass", "forward passes")} a step`;
  const arithmetic = `${count(rows, unit)} ÷ ${thousands(batchSize)} a step = ${count(perEpoch, "step")} an epoch, × ${count(epochs, "epoch")} = ${count(possible, "step")}${cut}${passes}`;
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
