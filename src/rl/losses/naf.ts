import {
  constant,
  dims,
  exp,
  gather,
  matmul,
  mul,
  pad,
  reshape,
  square,
  sub,
  sum,
  type Tensor,
  where,
} from "../../engine/graph/index.ts";

export interface NafInputs {
  /** [B, d] */
  readonly action: Tensor;
  /** μ(s): the best action, [B, d]. */
  readonly best: Tensor;
  /** The lower triangle of L row by row, its diagonal before exp, [B, d(d+1)/2]. */
  readonly triangle: Tensor;
}

/**
 * −½ (a − μ)ᵀ P (a − μ) with P = L Lᵀ positive definite, [B]: an advantage whose largest action is known (NAF: Gu et al.
 * 2016, arXiv:1603.00748, section 4). Q = V + this.
 */
export function nafAdvantage({ action, best, triangle }: NafInputs): Tensor {
  const { B, d } = dims(action, "B d");
  const entries = (d * (d + 1)) / 2;
  // L's entry [i, j] in the list of the triangle; above the diagonal stands the 0 behind its end.
  const place = Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (_, j) => (j <= i ? (i * (i + 1)) / 2 + j : entries)),
  );
  const diagonal = place.map((row, i) => row.map((_, j) => i === j));
  const raw = gather(pad(triangle, { 1: [0, 1] }), constant(place, "int32"), 1); // [B, d, d]
  const L = where(constant(diagonal, "bool"), exp(raw), raw);
  const offset = reshape(sub(action, best), [B, 1, d]);
  return mul(sum(square(matmul(offset, L)), { axis: [1, 2] }), -0.5);
}
