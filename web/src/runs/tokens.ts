/** Numbers of the tokens of a sample, and how strongly each is to be coloured. */
import type { ReplyOf } from "../../../src/server/protocol.ts";

export type Sample = ReplyOf<"GET /api/runs/:run/samples">["rows"][number];
export const measures = ["kl", "advantage", "value", "logprob", "reward"] as const;
export type Measure = (typeof measures)[number];
type Column = readonly (number | null)[];

/** One number a token, undefined where the trainer did not write it. KL is log π − log π_ref of the token drawn. */
export function columnOf(row: Sample, measure: Measure): Column | undefined {
  if (measure === "advantage") return row.advantages;
  if (measure === "value") return row.values;
  if (measure === "logprob") return row.logprobs;
  if (measure === "reward") return row.rewards;
  const { logprobs, ref_logprobs: reference } = row;
  if (!logprobs || !reference) return undefined;
  return logprobs.map((x, i) => (x === null || typeof reference[i] !== "number" ? null : x - reference[i]));
}

/** The size that gets the full colour: of all numbers shown, 95 % are no larger. */
export function fullAt(columns: readonly Column[]): number {
  const sizes = columns
    .flatMap((column) => column.flatMap((x) => (x === null ? [] : [Math.abs(x)])))
    .sort((a, b) => a - b);
  return sizes[Math.floor(0.95 * (sizes.length - 1))] || sizes.at(-1) || 1;
}

/** −1 … 1: how far a number goes towards the full colour of its sign. */
export const shade = (value: number | null | undefined, full: number): number =>
  typeof value === "number" ? Math.max(-1, Math.min(1, value / full)) : 0;

export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Equal stretches from the least to the greatest value. */
export function histogram(values: readonly number[], bins: number): Bin[] {
  if (values.length === 0) return [];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (low === high) return [{ from: low, to: high, count: values.length }];
  const width = (high - low) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.min(bins - 1, Math.floor((value - low) / width))]!++;
  return counts.map((count, i) => ({
    from: low + i * width,
    to: i === bins - 1 ? high : low + (i + 1) * width,
    count,
  }));
}
