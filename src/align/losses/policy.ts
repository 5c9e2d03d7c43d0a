import {
  add,
  cast,
  clip,
  exp,
  greater,
  less,
  maximum,
  minimum,
  mul,
  neg,
  sub,
  sum,
  type Tensor,
  where,
} from "../../engine/graph/index.ts";
import { klEstimate } from "./kl.ts";

export interface PolicyInputs {
  /** log π(token) under the policy that is trained, [B, T]. */
  readonly logprobs: Tensor;
  /** The same under the policy that sampled. */
  readonly oldLogprobs: Tensor;
  readonly advantages: Tensor;
  /** [B, T] of `tokenWeights`: 0 for tokens that do not count. */
  readonly weights: Tensor;
  /** Weights of the metrics, when they are to be averaged differently from the loss. */
  readonly metricWeights?: Tensor;
  /** The ratio counts from 1 − clipLow … */
  readonly clipLow: number;
  /** … to 1 + clipHigh. Default clipLow. */
  readonly clipHigh?: number;
  /** c > 1: where A < 0 the objective never falls below c·A (Ye et al. 2020). */
  readonly dualClip?: number;
}

/** All scalars. The metrics are weighted means. */
export interface PolicyOutputs {
  readonly loss: Tensor;
  /** Share of tokens whose ratio was cut off, so that they have no gradient. */
  readonly clipFraction: Tensor;
  /** Estimates of KL(old ‖ new); exactly 0 as long as the policy has not moved. */
  readonly approxKlK1: Tensor;
  readonly approxKlK2: Tensor;
  readonly approxKlK3: Tensor;
  /** Exactly 1 as long as the policy has not moved. */
  readonly ratioMean: Tensor;
}

/** −E[min(r A, clip(r, 1 − ε_low, 1 + ε_high) A)], r = π / π_old (Schulman et al. 2017, eq. 7). */
export function ppoPolicyLoss({
  logprobs,
  oldLogprobs,
  advantages,
  weights,
  metricWeights = weights,
  clipLow,
  clipHigh = clipLow,
  dualClip,
}: PolicyInputs): PolicyOutputs {
  const ratio = exp(sub(logprobs, oldLogprobs)); // [B, T]
  const free = mul(ratio, advantages);
  const clipped = mul(clip(ratio, 1 - clipLow, 1 + clipHigh), advantages);
  const surrogate = minimum(free, clipped);
  const objective =
    dualClip === undefined
      ? surrogate
      : where(less(advantages, 0), maximum(surrogate, mul(advantages, dualClip)), surrogate);
  const average = (x: Tensor) => sum(mul(x, metricWeights));
  return {
    loss: neg(sum(mul(objective, weights))),
    clipFraction: average(cast(greater(free, clipped), "float32")),
    approxKlK1: average(klEstimate("k1", oldLogprobs, logprobs)),
    approxKlK2: average(klEstimate("k2", oldLogprobs, logprobs)),
    approxKlK3: average(klEstimate("k3", oldLogprobs, logprobs)),
    ratioMean: average(ratio),
  };
}

export interface CombinedInputs {
  readonly policyLoss: Tensor;
  readonly valueLoss?: Tensor;
  readonly vfCoef?: number;
  /** Mean entropy of the policy, in nats. */
  readonly entropy?: Tensor;
  readonly entropyCoef?: number;
  /** Token-mean negative log-likelihood of pretraining text. */
  readonly ptxLoss?: Tensor;
  /** InstructGPT's γ; 27.8 in the paper. */
  readonly ptxCoef?: number;
}

/**
 * policy + vf · value − ent · entropy + γ · ptx: one scalar whose gradient is that of PPO-ptx (Ouyang et al. 2022, eq.
 * 2). Terms that are absent or have coefficient 0 are not in the graph.
 */
export function combinedLoss(x: CombinedInputs): Tensor {
  const terms = [
    [x.valueLoss, x.vfCoef ?? 0],
    [x.entropy, -(x.entropyCoef ?? 0)],
    [x.ptxLoss, x.ptxCoef ?? 0],
  ] as const;
  return terms.reduce(
    (loss, [term, coefficient]) => (term && coefficient !== 0 ? add(loss, mul(term, coefficient)) : loss),
    x.policyLoss,
  );
}
