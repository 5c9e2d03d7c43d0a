import { abs, add, mul, reshape, softmax, stopGradient, type Tensor } from "../../engine/graph/index.ts";
import { distributionalErrors, projected } from "../losses/categorical-value.ts";
import { quantileErrors } from "../losses/quantile.ts";
import { batchMean, type TdForm, tdLoss, tdTarget } from "../losses/td.ts";
import type { ReturnForm } from "../networks/q-network.ts";

export interface Prediction {
  /** What the network says of Q(s, a), [B, Z]. */
  readonly predicted: Tensor;
  /** What is believed of the next state's best action, without gradient, [B, Z]. */
  readonly next: Tensor;
  /** Σ γᵏ r, [B]. */
  readonly rewards: Tensor;
  /** γⁿ, or 0 where the episode terminated, [B]. */
  readonly discounts: Tensor;
  /** Of prioritised replay, [B]. */
  readonly weights: Tensor | undefined;
}

/** The loss of one step of Q-learning, whatever is learnt of returns, and the errors [B] by which rows are ranked. */
export function qLoss(
  returns: ReturnForm,
  form: TdForm,
  { predicted, next, rewards, discounts, weights }: Prediction,
): { readonly loss: Tensor; readonly errors: Tensor } {
  if (returns.kind === "mean") {
    const targets = tdTarget(rewards, discounts, reshape(next, [-1]));
    const { loss, differences } = tdLoss({
      ...{ values: reshape(predicted, [-1]), targets, form },
      ...(weights && { weights }),
    });
    return { loss, errors: abs(differences) };
  }
  const errors =
    returns.kind === "c51"
      ? distributionalErrors(
          predicted,
          projected({ probabilities: softmax(next), rewards, discounts, support: returns }),
        )
      : quantileErrors({
          quantiles: predicted,
          targets: stopGradient(add(reshape(rewards, [-1, 1]), mul(reshape(discounts, [-1, 1]), next))), // r + γ′ θ′
        });
  return { loss: batchMean(errors, weights), errors };
}
