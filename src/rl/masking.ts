/** Masks of possible actions lie behind the observation in the same row: every rollout, memory and checkpoint so has them. */
import type { Rng } from "../base/index.ts";
import { less, slice, type Tensor, where } from "../engine/graph/index.ts";

/** Observations [N, d] or [N, d + A] → what layers see of them [N, d] and, where it is there, the mask [N, A] (bool). */
export function parted(rows: Tensor, d: number): { readonly seen: Tensor; readonly mask: Tensor | undefined } {
  const width = rows.shape[1]!;
  if (width === d) return { seen: rows, mask: undefined };
  return { seen: slice(rows, { 1: [0, d] }), mask: less(0.5, slice(rows, { 1: [d, width] })) };
}

/** Values of actions [N, A] of which the impossible ones are worse than all others. */
export const amongPossible = (values: Tensor, mask: Tensor | undefined): Tensor =>
  mask === undefined ? values : where(mask, values, -1e8);

/** One of A actions, each possible one alike, for row i of what is seen. */
export function randomPossible(
  rows: Float32Array,
  i: number,
  A: number,
  { width, features }: { readonly width: number; readonly features: number },
  rng: Rng,
): number {
  if (width === features) return rng.integer(A);
  const mask = rows.subarray(i * width + features, (i + 1) * width);
  let left = rng.integer(mask.reduce((sum, possible) => sum + possible, 0));
  return mask.findIndex((possible) => possible === 1 && left-- === 0);
}
