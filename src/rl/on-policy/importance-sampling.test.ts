import { describe, expect, it } from "vitest";
import { stream } from "../../base/index.ts";
import {
  doublyRobustEstimate,
  effectiveSampleSize,
  ordinaryEstimate,
  perDecisionEstimate,
  trajectoryReturn,
  trajectoryWeight,
  weightedEstimate,
} from "../index.ts";

/** Two steps, two actions each; action 1 pays 1 in the first step and 2 in the second. μ is fair, π takes 1 with 0.8. */
const gamma = 0.5;
const worth = 0.8 + gamma * 0.8 * 2;
const logRatio = (action: number) => Math.log((action === 1 ? 0.8 : 0.2) / 0.5);
const episode = (first: number, second: number) => ({
  logRatios: [logRatio(first), logRatio(second)],
  rewards: [first, 2 * second],
  // what a perfect model says
  q: [first + gamma * 1.6, 2 * second],
  v: [worth, 1.6],
});
/** Every episode once: an expectation under μ without sampling. */
const all = [episode(0, 0), episode(0, 1), episode(1, 0), episode(1, 1)];
const weights = all.map(trajectoryWeight);
const returns = all.map((e) => trajectoryReturn(e, gamma));

describe("estimates of another policy's value", () => {
  it("are unbiased: ordinary, per decision and doubly robust", () => {
    expect(ordinaryEstimate(weights, returns)).toBeCloseTo(worth, 12);
    expect(perDecisionEstimate(all, gamma)).toBeCloseTo(worth, 12);
    expect(doublyRobustEstimate(all, gamma)).toBeCloseTo(worth, 12);
  });

  it("stay unbiased with a model that is wrong, and do not vary with one that is right", () => {
    const wrong = all.map((e) => ({ ...e, q: [3, -1], v: [3, -1] }));
    expect(doublyRobustEstimate(wrong, gamma)).toBeCloseTo(worth, 12);
    for (const e of all) expect(doublyRobustEstimate([e], gamma)).toBeCloseTo(worth, 12);
  });

  it("vary less by the decision than by the episode", () => {
    const rng = stream(3, "episodes");
    const spread = (estimate: (sample: typeof all) => number) => {
      const values = Array.from({ length: 400 }, () => estimate(Array.from({ length: 10 }, () => rng.pick(all))));
      const mean = values.reduce((a, b) => a + b) / values.length;
      return values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    };
    const whole = spread((s) =>
      ordinaryEstimate(
        s.map(trajectoryWeight),
        s.map((e) => trajectoryReturn(e, gamma)),
      ),
    );
    expect(spread((s) => perDecisionEstimate(s, gamma))).toBeLessThan(whole);
    expect(spread((s) => doublyRobustEstimate(s, gamma))).toBeLessThan(1e-20);
  });

  it("lie among the returns when weighted, and are their mean when both policies are one", () => {
    const estimate = weightedEstimate(weights, returns);
    expect(estimate).toBeLessThanOrEqual(Math.max(...returns));
    expect(weightedEstimate([1, 1, 1, 1], returns)).toBeCloseTo(returns.reduce((a, b) => a + b) / 4, 12);
    const same = all.map((e) => ({ ...e, logRatios: [0, 0] }));
    expect(perDecisionEstimate(same, gamma, { weighted: true })).toBeCloseTo(perDecisionEstimate(same, gamma), 12);
  });

  it("go on with rewards of 0 after an episode that ended early", () => {
    const short = { logRatios: [logRatio(1)], rewards: [1] };
    const padded = { logRatios: [logRatio(1), 0], rewards: [1, 0] };
    for (const weighted of [false, true]) {
      const withEnd = perDecisionEstimate([short, all[3]!], gamma, { weighted });
      expect(withEnd).toBeCloseTo(perDecisionEstimate([padded, all[3]!], gamma, { weighted }), 12);
    }
  });
});

it("episodes of equal weight all count, one that outweighs them counts alone", () => {
  expect(effectiveSampleSize([2, 2, 2])).toBeCloseTo(3, 12);
  expect(effectiveSampleSize([1e9, 1, 1])).toBeCloseTo(1, 6);
});
