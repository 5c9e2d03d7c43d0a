/**
 * The Bradley–Terry model of preferences over clips (Christiano et al. 2017, arXiv:1706.03741, eq. 1) with the answers of
 * people who err: one in ten is taken for a coin's, p′ = 0.9 p + 0.05 (section 2.2.3).
 */
import { add, log, mean, mul, neg, sigmoid, sub, type Tensor } from "../../engine/graph/index.ts";
import type { ClipAnswer } from "../../feedback/index.ts";

export interface PreferenceInputs {
  /** Σ r̂ over the left clip, [B], without discount. */
  readonly left: Tensor;
  /** The same of the right one. */
  readonly right: Tensor;
  /** μ(left), [B]: 1 where the left one was preferred, 0 the right one, ½ where both are as good. */
  readonly preferred: Tensor;
  /** Share of answers that are a coin's. */
  readonly noise: number;
}

/** −E[μ log p′ + (1 − μ) log(1 − p′)] in nats: a scalar. */
export function preferenceLoss({ left, right, preferred, noise }: PreferenceInputs): Tensor {
  const gap = sub(left, right);
  const logOf = (signed: Tensor) => log(add(mul(sigmoid(signed), 1 - noise), noise / 2));
  return neg(mean(add(mul(preferred, logOf(gap)), mul(sub(1, preferred), logOf(neg(gap))))));
}

/** p′(left ≻ right), from the difference of the two sums. */
export const preferenceProbability = (gap: number, noise: number): number =>
  (1 - noise) / (1 + Math.exp(-gap)) + noise / 2;

/** The loss of one pair in plain numbers, for measuring. */
export function preferenceError(gap: number, preferred: number, noise: number): number {
  const weigh = (share: number, signed: number) =>
    share === 0 ? 0 : -share * Math.log(preferenceProbability(signed, noise));
  return weigh(preferred, gap) + weigh(1 - preferred, -gap);
}

const worth: Readonly<Record<ClipAnswer, number | undefined>> = {
  left: 1,
  equal: 0.5,
  right: 0,
  "cannot-tell": undefined,
};

/** μ(left) of one pair: the mean over those who could tell; undefined where nobody could. */
export function preferredOf(answers: readonly ClipAnswer[]): number | undefined {
  const told = answers.flatMap((answer) => worth[answer] ?? []);
  return told.length === 0 ? undefined : told.reduce((a, b) => a + b, 0) / told.length;
}
