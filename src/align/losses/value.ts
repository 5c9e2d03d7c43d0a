import {
  abs,
  add,
  cast,
  clip,
  greater,
  maximum,
  mul,
  square,
  sub,
  sum,
  type Tensor,
  where,
} from "../../engine/graph/index.ts";

export interface ValueInputs {
  /** [B, T] */
  readonly values: Tensor;
  /** Of the value model when the rollout was made. */
  readonly oldValues: Tensor;
  readonly returns: Tensor;
  /** [B, T] of `tokenWeights`. */
  readonly weights: Tensor;
  /** How far a value may move from its old one; no limit when absent. */
  readonly clipRange?: number;
}

/** ½ E[max((V − R)², (clip(V, V_old − c, V_old + c) − R)²)] and the share of tokens where the clipped term won. */
export function valueLoss({ values, oldValues, returns, weights, clipRange }: ValueInputs): {
  readonly loss: Tensor;
  readonly clipFraction: Tensor;
} {
  const free = square(sub(values, returns)); // [B, T]
  if (clipRange === undefined) return { loss: mul(sum(mul(free, weights)), 0.5), clipFraction: mul(sum(weights), 0) };
  const change = sub(values, oldValues);
  // A value within the range stays itself, bit for bit: old + (new − old) would not.
  const near = where(greater(abs(change), clipRange), add(oldValues, clip(change, -clipRange, clipRange)), values);
  const clipped = square(sub(near, returns));
  return {
    loss: mul(sum(mul(maximum(free, clipped), weights)), 0.5),
    clipFraction: sum(mul(cast(greater(clipped, free), "float32"), weights)),
  };
}

/**
 * 1 − Var(R − V) / Var(R) over counted entries, biased variances: 1 is perfect, 0 no better than a constant, NaN when
 * the returns do not vary. Over the whole batch, so on the host.
 */
export function explainedVariance(
  values: ArrayLike<number>,
  returns: ArrayLike<number>,
  mask: ArrayLike<number>,
): number {
  const spread = (entry: (i: number) => number) => {
    let n = 0;
    let mean = 0;
    let squares = 0;
    for (let i = 0; i < mask.length; i++) {
      if (mask[i] === 0) continue;
      n++;
      const delta = entry(i) - mean;
      mean += delta / n;
      squares += delta * (entry(i) - mean);
    }
    return squares / n;
  };
  return 1 - spread((i) => returns[i]! - values[i]!) / spread((i) => returns[i]!);
}
