/**
 * Somebody who answers by the true reward, and errs as people do: the teachers of B-Pref (Lee et al. 2021, arXiv:2111.03026,
 * section 4.1). With the defaults he is an oracle.
 *
 * Departs from B-Pref: clips whose sums are the same are equally good to him (there the left one wins); β = ∞ is said as such.
 */
import { stream } from "../../base/index.ts";
import type { ClipAnswer, ClipLabeller } from "../../feedback/index.ts";
import type { LabellerOf, TrueRewards } from "./questions.ts";

export interface SyntheticOptions {
  readonly seed?: number;
  /** β: the larger, the surer he takes the better clip. Default ∞: always. */
  readonly rationality?: number;
  /** γ in (0, 1]: a step that lies t steps before the end of the clip counts γᵗ. Default 1. */
  readonly myopia?: number;
  /** ε: share of answers in which left and right are mixed up. Default 0. */
  readonly mistakes?: number;
  /** Where neither clip's sum is as large, he cannot tell. Default −∞. */
  readonly skipThreshold?: number;
  /** Sums that differ by no more are equally good. Default 0. */
  readonly equalThreshold?: number;
}

/** Answers at once; the answer depends on the seed and the pair alone. */
export const syntheticLabeller =
  (options: SyntheticOptions = {}): LabellerOf =>
  ({ trueRewards }): ClipLabeller => {
    const said = new Map<string, readonly ClipAnswer[]>();
    return {
      async ask(pairs) {
        for (const { id } of pairs) said.set(id, [syntheticAnswer(id, trueRewards(id), options)]);
      },
      answers: async () => said,
    };
  };

/** His answer to one pair. */
export function syntheticAnswer(
  pair: string,
  [left, right]: ReturnType<TrueRewards>,
  {
    seed = 0,
    rationality = Number.POSITIVE_INFINITY,
    myopia = 1,
    mistakes = 0,
    skipThreshold = Number.NEGATIVE_INFINITY,
    equalThreshold = 0,
  }: SyntheticOptions = {},
): ClipAnswer {
  const sum = (rewards: readonly number[]) => rewards.reduce((a, b) => a + b, 0);
  const [a, b] = [sum(left), sum(right)];
  if (Math.max(a, b) < skipThreshold) return "cannot-tell";
  if (Math.abs(a - b) <= equalThreshold) return "equal";
  const felt = (rewards: readonly number[]) => rewards.reduce((total, r) => total * myopia + r, 0);
  const gap = felt(left) - felt(right);
  if (gap === 0) return "equal";
  const rng = stream(seed, "labeller", pair);
  const prefersLeft = rationality === Number.POSITIVE_INFINITY ? gap > 0 : rng.uniform() < sigmoid(rationality * gap);
  const isMixedUp = rng.uniform() < mistakes;
  return prefersLeft !== isMixedUp ? "left" : "right";
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
