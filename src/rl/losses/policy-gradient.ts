import { add, exp, mean, mul, neg, sub, type Tensor } from "../../engine/graph/index.ts";

export interface PolicyGradientInputs {
  /** log π(a), [B]. */
  readonly logProb: Tensor;
  /** Â, [B]: what came, less the baseline. No gradient flows into it. */
  readonly advantages: Tensor;
}

/** −E[log π(a) Â]: its gradient is the policy gradient (Williams 1992; Sutton & Barto, eq. 13.11). */
export const policyGradientLoss = ({ logProb, advantages }: PolicyGradientInputs): Tensor =>
  neg(mean(mul(logProb, advantages)));

export interface SurrogateInputs extends PolicyGradientInputs {
  /** log of the probability with which the action was sampled, [B]. */
  readonly oldLogProb: Tensor;
}

/**
 * −E[(π/π_old) Â]: the policy gradient from another policy's actions, by importance sampling; what TRPO maximises
 * (Schulman et al. 2015, eq. 14). At π = π_old its gradient is that of `policyGradientLoss`.
 */
export const surrogateLoss = ({ logProb, oldLogProb, advantages }: SurrogateInputs): Tensor =>
  neg(mean(mul(exp(sub(logProb, oldLogProb)), advantages)));

export interface ActorCriticTerms {
  readonly policyLoss: Tensor;
  readonly valueLoss: Tensor;
  readonly vfCoef: number;
  /** Mean over the batch, nats. */
  readonly entropy: Tensor;
  readonly entCoef: number;
}

/**
 * policy + c_v · value − c_e · entropy (Mnih et al. 2016, arXiv:1602.01783, section 4; Schulman et al. 2017, eq. 9). A term
 * of coefficient 0 is not in the graph: an entropy that is only watched costs no gradient.
 */
export function actorCriticLoss({ policyLoss, valueLoss, vfCoef, entropy, entCoef }: ActorCriticTerms): Tensor {
  const actor = entCoef === 0 ? policyLoss : sub(policyLoss, mul(entropy, entCoef));
  return vfCoef === 0 ? actor : add(actor, mul(valueLoss, vfCoef));
}
