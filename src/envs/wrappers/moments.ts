/**
 * Running mean and variance of vectors, batch by batch (Chan, Golub & LeVeque 1979; gymnasium/wrappers/utils.py
 * `RunningMeanStd`). It begins with mean 0, variance 1 and a count of 10⁻⁴, so that the first numbers weigh almost all.
 */
export interface RunningMoments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  count: number;
  /** True: `update` changes nothing, for evaluation. */
  frozen: boolean;
}

export type SavedMoments = {
  readonly mean: readonly number[];
  readonly variance: readonly number[];
  readonly count: number;
};

export const runningMoments = (size: number): RunningMoments => ({
  mean: new Float64Array(size),
  variance: new Float64Array(size).fill(1),
  count: 1e-4,
  frozen: false,
});

/** Takes in rows of numbers [n × size]; `counts`, where given, says which rows count. */
export function updateMoments(
  moments: RunningMoments,
  rows: ArrayLike<number>,
  counts?: (row: number) => boolean,
): void {
  if (moments.frozen) return;
  const { mean, variance } = moments;
  const size = mean.length;
  const all = rows.length / size;
  let n = 0;
  for (let row = 0; row < all; row++) if (counts === undefined || counts(row)) n++;
  if (n === 0) return;
  const total = moments.count + n;
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let row = 0; row < all; row++) if (counts === undefined || counts(row)) sum += rows[row * size + i]!;
    const batchMean = sum / n;
    let squares = 0;
    for (let row = 0; row < all; row++) {
      if (counts === undefined || counts(row)) squares += (rows[row * size + i]! - batchMean) ** 2;
    }
    const delta = batchMean - mean[i]!;
    mean[i] = mean[i]! + (delta * n) / total;
    variance[i] = (variance[i]! * moments.count + squares + (delta * delta * moments.count * n) / total) / total;
  }
  moments.count = total;
}

/** (x − μ)/√(σ² + ε) of rows of numbers. */
export function normalizeRows(
  moments: RunningMoments,
  rows: ArrayLike<number>,
  epsilon: number,
  out: Float32Array,
): void {
  const { mean, variance } = moments;
  const size = mean.length;
  for (let i = 0; i < size; i++) {
    const deviation = Math.sqrt(variance[i]! + epsilon);
    for (let at = i; at < rows.length; at += size) out[at] = (rows[at]! - mean[i]!) / deviation;
  }
}

export const saveMoments = ({ mean, variance, count }: RunningMoments): SavedMoments => ({
  mean: Array.from(mean),
  variance: Array.from(variance),
  count,
});

export function loadMoments(moments: RunningMoments, saved: SavedMoments): void {
  moments.mean.set(saved.mean);
  moments.variance.set(saved.variance);
  moments.count = saved.count;
}
