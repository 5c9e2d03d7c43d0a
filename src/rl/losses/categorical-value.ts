import {
  add,
  cast,
  clip,
  constant,
  dims,
  logSoftmax,
  minimum,
  mul,
  neg,
  reshape,
  scatterAdd,
  softmax,
  stopGradient,
  sub,
  sum,
  type Tensor,
  zeros,
} from "../../engine/graph/index.ts";

// C51: the return as a distribution over fixed atoms (Bellemare et al. 2017, arXiv:1707.06887).

/** Z atoms, evenly from `low` to `high`. */
export interface Support {
  readonly low: number;
  readonly high: number;
  readonly atoms: number;
}

const gapOf = ({ low, high, atoms }: Support): number => (high - low) / (atoms - 1);
/** [Z] */
export const atomsOf = (support: Support): Tensor =>
  constant(Float32Array.from({ length: support.atoms }, (_, i) => support.low + i * gapOf(support)));

/** Mean return of distributions over the atoms: probabilities [..., Z] → [...]. */
export const expectedValues = (probabilities: Tensor, support: Support): Tensor =>
  sum(mul(probabilities, atomsOf(support)), { axis: -1 });

export interface ProjectionInputs {
  /** Distribution of the return from s′ on, [B, Z]. */
  readonly probabilities: Tensor;
  /** [B] */
  readonly rewards: Tensor;
  /** γⁿ, or 0 where the episode terminated, [B]. */
  readonly discounts: Tensor;
  readonly support: Support;
}

/**
 * Φ T Z: each atom moves to r + γ z, no further than the ends, and its mass goes to the two atoms around it by nearness
 * (algorithm 1); [B, Z], without gradient. An atom that falls on another gives it all its mass.
 */
export function projected({ probabilities, rewards, discounts, support }: ProjectionInputs): Tensor {
  const { B, Z } = dims(probabilities, "B Z", { Z: support.atoms });
  const moved = add(reshape(rewards, [B!, 1]), mul(reshape(discounts, [B!, 1]), atomsOf(support))); // [B, Z]
  const place = mul(sub(clip(moved, support.low, support.high), support.low), 1 / gapOf(support)); // 0 … Z − 1
  const below = minimum(cast(place, "int32"), Z! - 2);
  const share = sub(place, cast(below, "float32")); // of the atom above
  const lower = scatterAdd(zeros([B!, Z!]), below, mul(probabilities, sub(1, share)));
  return stopGradient(scatterAdd(lower, add(below, 1), mul(probabilities, share)));
}

/** −Σ m log p of each row: logits of Z(s, a) and target m, both [B, Z] → [B]; also what prioritised replay ranks by. */
export const distributionalErrors = (logits: Tensor, target: Tensor): Tensor =>
  neg(sum(mul(target, logSoftmax(logits)), { axis: -1 }));

/** Q(s, ·) of logits [B, A, Z] → [B, A]. */
export const categoricalValues = (logits: Tensor, support: Support): Tensor => expectedValues(softmax(logits), support);
