import { exp, logSoftmax, mul, neg, softmax, square, sub, sum, type Tensor } from "../../engine/graph/index.ts";

/**
 * Estimates of KL(policy ‖ reference) from samples of the policy (http://joschu.net/blog/kl-approx.html): with
 * d = log π − log π_ref, k1 = d (unbiased), k2 = d²/2 (little variance, biased), k3 = e^(−d) − 1 + d (unbiased, ≥ 0).
 */
export type KlEstimator = "k1" | "k2" | "k3";

/** The estimate of every token, of the shape of the log-probabilities. */
export function klEstimate(estimator: KlEstimator, logprobs: Tensor, refLogprobs: Tensor): Tensor {
  const d = sub(logprobs, refLogprobs);
  if (estimator === "k1") return d;
  return estimator === "k2" ? mul(square(d), 0.5) : sub(sub(exp(neg(d)), 1), neg(d));
}

/** Σ π log(π / π_ref) over the last axis: [..., V] → [...], exact. */
export const categoricalKl = (logits: Tensor, refLogits: Tensor): Tensor =>
  sum(mul(softmax(logits), sub(logSoftmax(logits), logSoftmax(refLogits))), { axis: -1 });

/** −Σ π log π over the last axis in nats: [..., V] → [...]. */
export const entropy = (logits: Tensor): Tensor => neg(sum(mul(softmax(logits), logSoftmax(logits)), { axis: -1 }));
