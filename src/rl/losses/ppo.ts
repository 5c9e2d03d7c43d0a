import {
  abs,
  add,
  cast,
  div,
  exp,
  greater,
  less,
  maximum,
  mean,
  minimum,
  mul,
  neg,
  sqrt,
  square,
  stopGradient,
  sub,
  sum,
  type Tensor,
  type TensorLike,
  where,
} from "../../engine/graph/index.ts";
import { type SurrogateInputs, surrogateLoss } from "./policy-gradient.ts";

/** (Â − mean) / (σ + 10⁻⁸) over a mini-batch, σ unbiased (Huang et al. 2022, detail 7): [B]. One alone stays as it is. */
export function normalizeAdvantages(advantages: Tensor): Tensor {
  const B = advantages.shape[0]!;
  if (B === 1) return advantages;
  const centred = sub(advantages, mean(advantages));
  const std = sqrt(mul(sum(square(centred)), 1 / (B - 1)));
  return div(centred, add(std, 1e-8));
}

export interface ClipInputs extends SurrogateInputs {
  /** ε; a scalar input where it is scheduled. */
  readonly clipRange: TensorLike;
}

/** All scalars. */
export interface ClipOutputs {
  readonly loss: Tensor;
  /** Share of actions whose ratio is outside 1 ± ε. */
  readonly clipFraction: Tensor;
  /** E[−log r]: the plain estimate of KL(old ‖ new). */
  readonly approxKlK1: Tensor;
  /** E[r − 1 − log r]: the same without bias and never negative (http://joschu.net/blog/kl-approx.html). */
  readonly approxKlK3: Tensor;
}

/** −E[min(r Â, clip(r, 1 − ε, 1 + ε) Â)] with r = π / π_old (Schulman et al. 2017, arXiv:1707.06347, eq. 7). */
export function ppoClipLoss({ logProb, oldLogProb, advantages, clipRange }: ClipInputs): ClipOutputs {
  const logRatio = sub(logProb, oldLogProb); // [B]
  const ratio = exp(logRatio);
  const [low, high] =
    typeof clipRange === "number" ? [1 - clipRange, 1 + clipRange] : [sub(1, clipRange), add(1, clipRange)];
  const free = mul(ratio, advantages);
  const limited = mul(minimum(maximum(ratio, low), high), advantages);
  return {
    // min(free, limited), said so that its gradient is short: that of `free`, or none where the clip holds
    loss: neg(mean(where(less(limited, free), stopGradient(limited), free))),
    clipFraction: mean(cast(greater(abs(sub(ratio, 1)), clipRange), "float32")),
    approxKlK1: neg(mean(logRatio)),
    approxKlK3: mean(sub(sub(ratio, 1), logRatio)),
  };
}

export interface PenaltyInputs extends SurrogateInputs {
  /** KL(π_old ‖ π) of each state, exact, [B]. */
  readonly kl: Tensor;
  /** β; a scalar input where it is adapted. */
  readonly klCoef: TensorLike;
}

/** −E[r Â − β KL(π_old ‖ π)] (Schulman et al. 2017, eq. 8). */
export const ppoPenaltyLoss = ({ kl, klCoef, ...surrogate }: PenaltyInputs): Tensor =>
  add(surrogateLoss(surrogate), mul(mean(kl), klCoef));

/** β for the next rollout: halved below target / 1.5, doubled above target · 1.5 (Schulman et al. 2017, section 4). */
export function adaptedKlCoef(klCoef: number, kl: number, target: number): number {
  if (kl < target / 1.5) return klCoef / 2;
  return kl > target * 1.5 ? klCoef * 2 : klCoef;
}
