export interface RunningMoments {
  count: number;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  update(batch: ArrayLike<number>): void;
}
export function runningMoments(width: number): RunningMoments {
  const mean = new Float64Array(width);
  const variance = new Float64Array(width).fill(1);
  const self = {
    count: 1e-4,
    mean,
    variance,
    update(batch: ArrayLike<number>) {
      const n = batch.length / width;
      for (let j = 0; j < width; j++) {
        let m = 0;
        for (let i = 0; i < n; i++) m += batch[i * width + j]!;
        m /= n;
        let v = 0;
        for (let i = 0; i < n; i++) v += (batch[i * width + j]! - m) ** 2;
        v /= n;
        const d = m - mean[j]!;
        const total = self.count + n;
        mean[j]! += (d * n) / total;
        variance[j] = (variance[j]! * self.count + v * n + (d * d * self.count * n) / total) / total;
      }
      self.count += n;
    },
  };
  return self;
}
export function gae(
  {
    T,
    n,
    rewards,
    values,
    nextValues,
    terminated,
    truncated,
  }: {
    T: number;
    n: number;
    rewards: ArrayLike<number>;
    values: ArrayLike<number>;
    nextValues: ArrayLike<number>;
    terminated: ArrayLike<number>;
    truncated: ArrayLike<number>;
  },
  gamma: number,
  lambda: number,
) {
  const advantages = new Float64Array(T * n);
  const returns = new Float64Array(T * n);
  for (let i = 0; i < n; i++) {
    let A = 0;
    for (let at = (T - 1) * n + i; at >= 0; at -= n) {
      const next = terminated[at] ? 0 : nextValues[at]!;
      const goes = terminated[at] || truncated[at] ? 0 : 1;
      A = rewards[at]! + gamma * next - values[at]! + gamma * lambda * goes * A;
      advantages[at] = A;
      returns[at] = A + values[at]!;
    }
  }
  return { advantages, returns };
}
export function explainedVariance(values: ArrayLike<number>, returns: ArrayLike<number>): number {
  const n = values.length;
  let [mr, me] = [0, 0];
  for (let i = 0; i < n; i++) {
    mr += returns[i]! / n;
    me += (returns[i]! - values[i]!) / n;
  }
  let [vr, ve] = [0, 0];
  for (let i = 0; i < n; i++) {
    vr += (returns[i]! - mr) ** 2;
    ve += (returns[i]! - values[i]! - me) ** 2;
  }
  return 1 - ve / vr;
}
