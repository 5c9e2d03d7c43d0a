import { logSumExp, mul, reshape, sub, type Tensor } from "../../engine/graph/index.ts";

/** τ log Σ_a exp(Q / τ): the value of the Boltzmann policy with its entropy at temperature τ; q [B, A] → [B]. */
export const softValue = (q: Tensor, temperature: number): Tensor =>
  mul(logSumExp(mul(q, 1 / temperature)), temperature);

/**
 * τ log π of that policy, Q − softValue(Q), [B, A]: of Munchausen's bonus (Vieillard et al. 2020, arXiv:2007.14430)
 * and, divided by τ, the logits of Boltzmann exploration.
 */
export const softLogPolicy = (q: Tensor, temperature: number): Tensor =>
  sub(q, reshape(softValue(q, temperature), [-1, 1]));
