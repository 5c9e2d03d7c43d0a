import { describe, expect, it } from "vitest";
import { gradients } from "../../engine/grad/index.ts";
import { input, type Tensor } from "../../engine/graph/index.ts";
import { checkGradients, evaluate } from "../../engine/interpret/index.ts";
import { kwiseLoss, pairWeights, pairwiseLoss, pairwiseMetrics, type Ranks, rankedPairs } from "./index.ts";

const logistic = (x: number) => Math.log1p(Math.exp(-x));
const numberOf = (t: Tensor, feeds: Record<string, ArrayLike<number>>) => evaluate([t], feeds)[0]![0]!;

/** The K-wise loss and its gradient for rewards [P, K]. */
function kwise(rewards: readonly number[][], ranks: readonly Ranks[], divisor: Parameters<typeof pairWeights>[1]) {
  const { weights, K } = pairWeights(ranks, divisor);
  const r = input("r", [rewards.length, K]);
  const loss = kwiseLoss({ rewards: r, pairWeights: input("w", [rewards.length, K, K]) });
  const [value, slope] = evaluate([loss, ...gradients(loss, [r])], { r: rewards.flat(), w: weights });
  return { loss: value![0]!, slope: [...slope!] };
}

describe("pairwise loss", () => {
  const pair = { chosen: input("c", [2]), rejected: input("r", [2]) };

  it("is −log σ of the difference, mean over pairs", () => {
    const loss = numberOf(pairwiseLoss(pair), { c: [1, 0], r: [0, 2] });
    expect(loss).toBeCloseTo((logistic(1) + logistic(-2)) / 2, 6);
  });

  it("asks for a difference above the margin", () => {
    const loss = numberOf(pairwiseLoss({ ...pair, margin: input("m", [2]) }), { c: [1, 0], r: [0, 2], m: [0.5, 1] });
    expect(loss).toBeCloseTo((logistic(0.5) + logistic(-3)) / 2, 6);
  });

  it("neither overflows nor loses its gradient at extreme rewards", () => {
    const loss = pairwiseLoss(pair);
    const [value, slope] = evaluate([loss, ...gradients(loss, [pair.chosen])], { c: [500, -500], r: [-500, 500] });
    expect(value![0]).toBeCloseTo(500, 4);
    expect([...slope!]).toEqual([expect.closeTo(0, 6), expect.closeTo(-0.5, 6)]);
  });

  it("adds up over micro-batches to the loss of the whole batch", () => {
    const whole = numberOf(pairwiseLoss({ ...pair, centerCoefficient: 0.1 }), { c: [1, 0], r: [0, 2] });
    const one = {
      chosen: input("c", [1]),
      rejected: input("r", [1]),
      weights: input("w", [1]),
      centerCoefficient: 0.1,
    };
    const part = (c: number, r: number) => numberOf(pairwiseLoss(one), { c: [c], r: [r], w: [0.5] });
    expect(part(1, 0) + part(0, 2)).toBeCloseTo(whole, 6);
  });

  it("has the gradient of finite differences", () => {
    const fn = (chosen: Tensor, rejected: Tensor, margin: Tensor) =>
      pairwiseLoss({ chosen, rejected, margin, centerCoefficient: 0.3 });
    const { analytic, numeric } = checkGradients(fn, [[5], [5], [5]]);
    expect(analytic).toBeCloseToAll(numeric, 1e-6);
  });
});

describe("K-wise loss", () => {
  it.each(["kept_pairs", "all_pairs", "pooled"] as const)("is the pairwise loss at K = 2 (%s)", (divisor) => {
    const { loss } = kwise(
      [
        [1, 0],
        [0, 2],
      ],
      [
        [1, 2],
        [1, 2],
      ],
      divisor,
    );
    expect(loss).toBeCloseTo((logistic(1) + logistic(-2)) / 2, 6);
  });

  it("counts all C(K,2) pairs of a prompt once", () => {
    const { loss } = kwise([[3, 2, 0]], [[1, 2, 3]], "kept_pairs");
    expect(loss).toBeCloseTo((logistic(1) + logistic(3) + logistic(2)) / 3, 6);
  });

  it("drops ties, and divides by what its divisor says", () => {
    const rewards = [
      [3, 2, 0],
      [1, 0, 0],
    ];
    const ranks = [
      [1, 2, 2],
      [1, 1, 1],
    ];
    const sum = logistic(1) + logistic(3);
    expect(kwise(rewards, ranks, "kept_pairs").loss).toBeCloseTo(sum / 2, 6); // the second prompt has no pair
    expect(kwise(rewards, ranks, "all_pairs").loss).toBeCloseTo(sum / 3 / 2, 6);
    expect(kwise(rewards, ranks, "pooled").loss).toBeCloseTo(sum / 2, 6);
  });

  it("leaves answers alone that were not judged or are not there", () => {
    const { loss, slope } = kwise(
      [
        [3, 9, 0],
        [1, 0, 7],
      ],
      [
        [1, null, 2],
        [2, 1],
      ],
      "kept_pairs",
    );
    expect(loss).toBeCloseTo((logistic(3) + logistic(-1)) / 2, 6);
    expect([slope[1], slope[5]]).toEqual([0, 0]);
  });

  it("does not depend on the order in which answers stand", () => {
    const a = kwise([[3, 2, 0, -1]], [[2, 1, 4, 2]], "all_pairs");
    const b = kwise([[0, -1, 2, 3]], [[4, 2, 1, 2]], "all_pairs");
    expect(a.loss).toBeCloseTo(b.loss, 12);
  });

  it("gives no weight at all to a batch of ties", () => {
    for (const divisor of ["kept_pairs", "all_pairs", "pooled"] as const) {
      expect([
        ...pairWeights(
          [
            [1, 1],
            [2, 2],
          ],
          divisor,
        ).weights,
      ]).toEqual(Array(8).fill(0));
    }
  });

  it("lists the pairs of a ranking", () => {
    expect(rankedPairs([2, 1, 2, null])).toEqual([
      [1, 0],
      [1, 2],
    ]);
  });
});

it("counts equal rewards as wrong", () => {
  expect(pairwiseMetrics([1, 2, 3], [0, 2, 4])).toEqual({
    minReward: 0,
    meanReward: 2,
    maxReward: 4,
    accuracy: 1 / 3,
    margin: 0,
  });
});
