import {
  abs,
  cast,
  constant,
  dims,
  less,
  mean,
  mul,
  reshape,
  sub,
  sum,
  type Tensor,
} from "../../engine/graph/index.ts";
import { huber } from "./td.ts";

export interface QuantileInputs {
  /** Quantiles of Z(s, a) at (i + ½)/N, [B, N]. */
  readonly quantiles: Tensor;
  /** Of the target, in any order and number, without gradient, [B, M]. */
  readonly targets: Tensor;
  /** Where the square ends. Default 1. */
  readonly kappa?: number;
  /** Over the quantiles i: `sum` (the paper, stable-baselines3) or `mean`. Default sum. */
  readonly over?: "sum" | "mean";
}

/**
 * Σ_i E_j |τ_i − 1{target_j < quantile_i}| · huber_κ(target_j − quantile_i) for each row, [B] (QR-DQN: Dabney et al. 2018,
 * arXiv:1710.10044, eq. 10 and algorithm 1).
 */
export function quantileErrors({ quantiles, targets, kappa = 1, over = "sum" }: QuantileInputs): Tensor {
  const { B, N } = dims(quantiles, "B N");
  const u = sub(reshape(targets, [B, 1, -1]), reshape(quantiles, [B, N, 1])); // [B, N, M]
  const tau = constant(
    Float32Array.from({ length: N }, (_, i) => (i + 0.5) / N),
    "float32",
    [N, 1],
  );
  const tilt = abs(sub(tau, cast(less(u, 0), "float32")));
  const each = mean(mul(tilt, huber(u, kappa)), { axis: 2 }); // [B, N]
  return (over === "sum" ? sum : mean)(each, { axis: 1 });
}
