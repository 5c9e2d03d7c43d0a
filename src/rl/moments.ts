/** Mean and biased variance of rows seen so far, one entry a column. Plain numbers: a checkpoint keeps them as they are. */
export interface Moments {
  count: number;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/**
 * Nothing seen yet: mean 0, variance 1, with the weight of `count` rows.
 *
 * @param count default 10⁻⁴, as Gymnasium and stable-baselines3 begin; 0 gives exact moments
 */
export const moments = (columns: number, count = 1e-4): Moments => ({
  count,
  mean: new Float64Array(columns),
  variance: new Float64Array(columns).fill(1),
});

/** Takes in a batch of rows, [n, columns]: Welford's sums, merged in parallel (Chan et al. 1979). */
export function updateMoments(seen: Moments, batch: ArrayLike<number>): void {
  const columns = seen.mean.length;
  const n = batch.length / columns;
  if (n === 0) return;
  const total = seen.count + n;
  for (let c = 0; c < columns; c++) {
    let mean = 0;
    for (let i = c; i < batch.length; i += columns) mean += batch[i]!;
    mean /= n;
    let squares = 0;
    for (let i = c; i < batch.length; i += columns) squares += (batch[i]! - mean) ** 2;
    const delta = mean - seen.mean[c]!;
    const within = seen.variance[c]! * seen.count + squares;
    seen.mean[c]! += (delta * n) / total;
    seen.variance[c] = (within + (delta ** 2 * seen.count * n) / total) / total;
  }
  seen.count = total;
}
