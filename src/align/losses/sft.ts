import {
  add,
  cast,
  crossEntropy,
  exp,
  greaterEqual,
  logSoftmax,
  max,
  mean,
  mul,
  neg,
  reshape,
  stopGradient,
  sum,
  type Tensor,
  takeAlongAxis,
} from "../../engine/graph/index.ts";

/** The label of positions that are not trained on, as in PyTorch. */
export const ignoredLabel = -100;

export interface Targets {
  /** [B, T]: the id that position t is to predict, which is label t + 1; 0 where there is none. */
  readonly targets: Int32Array;
  /** [B, T]: 1 where there is one. */
  readonly mask: Uint8Array;
}

/** Shifts labels [B, T] (−100 = ignored), which stand at their own tokens, to the positions that predict them. */
export function shiftLabels(labels: ArrayLike<number>, T: number): Targets {
  const targets = new Int32Array(labels.length);
  const mask = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const label = (i + 1) % T === 0 ? ignoredLabel : labels[i + 1]!;
    if (label === ignoredLabel) continue;
    targets[i] = label;
    mask[i] = 1;
  }
  return { targets, mask };
}

export interface SftInputs {
  /** [N, V] */
  readonly logits: Tensor;
  /** [N], integers. */
  readonly targets: Tensor;
  /** [N] of `tokenWeights`. */
  readonly weights: Tensor;
  /** ε: a target is 1 − ε itself and ε the uniform distribution. Default 0. */
  readonly labelSmoothing?: number;
  /** Weighs each token's loss by its own probability, without gradient (Wu et al. 2025, DFT). Default false. */
  readonly dynamic?: boolean;
}

/** Σ w · −log p(target): cross-entropy over the tokens that count. */
export function sftLoss({ logits, targets, weights, labelSmoothing = 0, dynamic = false }: SftInputs): Tensor {
  const nll = crossEntropy(logits, targets); // [N]
  const weighed = dynamic ? mul(nll, stopGradient(exp(neg(nll)))) : nll;
  if (labelSmoothing === 0) return sum(mul(weighed, weights));
  const uniform = neg(mean(logSoftmax(logits), { axis: -1 }));
  return sum(mul(add(mul(weighed, 1 - labelSmoothing), mul(uniform, labelSmoothing)), weights));
}

/**
 * Σ w · [the target's logit is the largest]: the share of tokens that greedy decoding would get right. Largest and
 * target's logit are those that the loss reads, so that it costs nothing; a tie counts as right.
 */
export function tokenAccuracy({ logits, targets, weights }: SftInputs): Tensor {
  const chosen = takeAlongAxis(logits, reshape(targets, [-1, 1]));
  const right = greaterEqual(chosen, max(logits, { axis: -1, keepDims: true })); // [N, 1]
  return sum(mul(cast(reshape(right, [-1]), "float32"), weights));
}
