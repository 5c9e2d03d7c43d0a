/**
 * Bootstrap intervals over tasks for many measures at once. Every measure is a function of sums over tasks, so the tasks
 * are dealt at random into at most 128 blocks, each block is summed once, and a draw adds whole blocks: the time no longer
 * depends on the number of tasks. Up to 128 tasks it is the ordinary bootstrap, a task being a cluster of its own; beyond,
 * one over random groups of them. All measures share the draws.
 */
import { stream } from "../../base/index.ts";
import { type Interval, quantile } from "../../stats/index.ts";

/** An estimate, its 95 % interval, and on how many tasks it rests. */
export interface Measurement extends Interval {
  readonly n: number;
}
/** Null: too little to say. */
export type Measured = Measurement | null;

export interface Resampling {
  readonly blocks: number;
  /** Block of the i-th task. */
  readonly blockOf: Int32Array;
  /** weights[draw · blocks + block]: how often the block was drawn. */
  readonly weights: Uint8Array;
}

const draws = 500;

export function resampleTasks(tasks: number, seed: number): Resampling {
  const blocks = Math.min(tasks, 128);
  const blockOf = stream(seed, "blocks of tasks").permutation(tasks);
  for (let i = 0; i < tasks; i++) blockOf[i]! %= blocks;
  const rng = stream(seed, "draws of blocks");
  const weights = new Uint8Array(draws * blocks);
  for (let start = 0; start < weights.length; start += blocks) {
    for (let i = 0; i < blocks; i++) weights[start + rng.integer(blocks)]!++;
  }
  return { blocks, blockOf, weights };
}

/** Sums of several quantities over the tasks of each block. */
export interface Sums {
  readonly width: number;
  readonly values: Float64Array;
  /** Tasks that had something to add. */
  tasks: number;
}

export const createSums = ({ blocks }: Resampling, width: number): Sums => ({
  ...{ width, values: new Float64Array(blocks * width), tasks: 0 },
});

/** Adds what one task gives, with its number. */
export function addTask({ blockOf }: Resampling, sums: Sums, task: number, ...parts: readonly number[]): void {
  const start = blockOf[task]! * sums.width;
  for (let k = 0; k < sums.width; k++) sums.values[start + k]! += parts[k]!;
  sums.tasks++;
}

/** A statistic of the sums with its interval; draws for which it is NaN are left out. Null below two tasks. */
export function measure(
  { blocks, weights }: Resampling,
  { width, values, tasks }: Sums,
  statistic: (totals: Float64Array) => number,
): Measured {
  const totals = new Float64Array(width);
  const weighted = (weights: Uint8Array) => {
    totals.fill(0);
    for (let block = 0; block < blocks; block++) {
      const weight = weights[block]!;
      if (weight === 0) continue;
      const start = block * width;
      for (let k = 0; k < width; k++) totals[k]! += weight * values[start + k]!;
    }
    return statistic(totals);
  };
  const value = tasks < 2 ? Number.NaN : weighted(new Uint8Array(blocks).fill(1));
  if (Number.isNaN(value)) return null;
  const drawn: number[] = [];
  for (let start = 0; start < weights.length; start += blocks) {
    const result = weighted(weights.subarray(start, start + blocks));
    if (!Number.isNaN(result)) drawn.push(result);
  }
  if (drawn.length === 0) return null;
  return { value, low: quantile(drawn, 0.025), high: quantile(drawn, 0.975), n: tasks };
}

/** For sums of [total, count]. */
export const meanOf = (totals: Float64Array): number => totals[0]! / totals[1]!;
