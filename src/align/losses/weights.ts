/** `token`: every counted token of the batch weighs the same. `sequence`: every sequence does, shared by its tokens. */
export type Aggregate = "token" | "sequence";

/**
 * The weight of every token in a loss, [B, T] like `mask` (1 = counted), adding up to 1 over the whole batch. Made for
 * all rows of an optimizer step together: a micro-batch takes its rows, and the sum over micro-batches is the loss of
 * the whole batch, not a mean of means. All 0 where nothing is counted.
 */
export function tokenWeights(mask: ArrayLike<number>, T: number, aggregate: Aggregate = "token"): Float64Array {
  const weights = Float64Array.from(mask, (m) => (m === 0 ? 0 : 1));
  const total = (from: number, to: number) => weights.subarray(from, to).reduce((a, b) => a + b, 0);
  if (aggregate === "token") {
    const tokens = total(0, weights.length);
    return tokens === 0 ? weights : weights.map((w) => w / tokens);
  }
  const lengths = Array.from({ length: weights.length / T }, (_, row) => total(row * T, (row + 1) * T));
  const rows = lengths.filter((n) => n > 0).length;
  return weights.map((w, i) => (w === 0 ? 0 : 1 / (lengths[Math.floor(i / T)]! * rows)));
}
