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
