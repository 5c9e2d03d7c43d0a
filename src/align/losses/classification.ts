import { crossEntropy, mul, reshape, sum, type Tensor } from "../../engine/graph/index.ts";

/**
 * Logits [B, K] of rows from those of their sequences [B·S, K], S a row: the sum over a row's sequences (the two orders of
 * a pair: adding the states before a head without bias is the same), or, when each sequence is a choice (K = 1), side by
 * side [B, S].
 */
export const rowLogits = (sequenceLogits: Tensor, S: number, choices: boolean): Tensor => {
  const [N, K] = sequenceLogits.shape as [number, number];
  const B = N / S;
  return choices ? reshape(sequenceLogits, [B, S]) : sum(reshape(sequenceLogits, [B, S, K]), { axis: 1 });
};

/** L2: Σ w · −log p(label) (Radford et al. 2018, eq. 4). logits [B, K], labels [B], weights [B]. */
export const classificationLoss = (logits: Tensor, labels: Tensor, weights: Tensor): Tensor =>
  sum(mul(crossEntropy(logits, labels), weights));
