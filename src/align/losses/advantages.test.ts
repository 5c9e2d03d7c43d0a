import { describe, expect, it } from "vitest";
import { adaptiveKl, fixedKl, gaeResponses, tokenRewards, tokenWeights, whiten } from "./index.ts";

describe("advantages of responses", () => {
  const x = {
    rewards: [1, 2, 3, 9, 4, 9, 9, 9],
    values: [0.5, 1, -1, 9, 2, 9, 9, 9],
    mask: [1, 1, 1, 0, 1, 0, 0, 0],
    T: 4,
  };

  it("with λ = 1 are what is still to come, less the value", () => {
    const { advantages, returns } = gaeResponses({ ...x, gamma: 1, lambda: 1 });
    expect([...returns]).toBeCloseToAll([6, 5, 3, 0, 4, 0, 0, 0], 1e-12);
    expect([...advantages]).toBeCloseToAll([5.5, 4, 4, 0, 2, 0, 0, 0], 1e-12);
  });

  it("with λ = 0 are one step's surprise; nothing follows the last real token", () => {
    const { advantages } = gaeResponses({ ...x, gamma: 0.5, lambda: 0 });
    expect([...advantages]).toBeCloseToAll([1 + 0.5 - 0.5, 2 - 0.5 - 1, 3 + 1, 0, 4 - 2, 0, 0, 0], 1e-12);
  });
});

describe("whitening", () => {
  const mask = [1, 1, 1, 0];

  it("gives counted entries mean 0 and variance 1, others 0", () => {
    const white = whiten([1, 2, 6, 100], mask);
    expect(white[0]! + white[1]! + white[2]!).toBeCloseTo(0, 12);
    expect((white[0]! ** 2 + white[1]! ** 2 + white[2]! ** 2) / 3).toBeCloseTo(1, 6);
    expect(white[3]).toBe(0);
  });

  it("keeps the mean when it is told to, and divides by n − 1 when unbiased", () => {
    const kept = whiten([1, 2, 6, 100], mask, { shiftMean: false, unbiased: true });
    expect((kept[0]! + kept[1]! + kept[2]!) / 3).toBeCloseTo(3, 12);
    expect(((kept[0]! - 3) ** 2 + (kept[1]! - 3) ** 2 + (kept[2]! - 3) ** 2) / 2).toBeCloseTo(1, 6);
  });

  it("stays finite when nothing varies", () => {
    expect([...whiten([2, 2], [1, 1])]).toEqual([0, 0]);
  });
});

describe("token rewards", () => {
  const x = {
    logprobs: [-1, -2, -3, -9],
    refLogprobs: [-2, -2, -1, 0],
    scores: [10],
    mask: [1, 1, 1, 0],
    T: 4,
    klCoef: 0.5,
  };

  it("take β·KL off every token and add the score at the last real one", () => {
    const { rewards, kl } = tokenRewards(x);
    expect([...rewards]).toBeCloseToAll([-0.5, 0, 11, 0], 1e-12);
    expect([...kl]).toEqual([-1]);
  });

  it("put the score behind the response where there is room", () => {
    expect([...tokenRewards({ ...x, scorePosition: "after_eos" }).rewards]).toBeCloseToAll([-0.5, 0, 1, 10], 1e-12);
    const full = tokenRewards({ ...x, mask: [1, 1, 1, 1], scorePosition: "after_eos" });
    expect(full.rewards[3]).toBeCloseTo(4.5 + 10, 12);
  });

  it("give an empty response nothing", () => {
    expect([...tokenRewards({ ...x, mask: [0, 0, 0, 0] }).rewards]).toEqual([0, 0, 0, 0]);
  });
});

describe("control of the KL coefficient", () => {
  it("rises above the target and falls below it, by at most a fifth of episodes / horizon", () => {
    const controller = adaptiveKl({ target: 6, horizon: 1000 });
    expect(controller(0.2, 600, 100)).toBeCloseTo(0.2 * 1.02, 12);
    expect(controller(0.2, 0, 100)).toBeCloseTo(0.2 * 0.98, 12);
    expect(controller(0.2, 6.6, 100)).toBeCloseTo(0.2 * 1.01, 12);
  });

  it("stays when it is fixed", () => {
    expect(fixedKl(0.2, 99, 1)).toBe(0.2);
  });
});

describe("token weights", () => {
  const mask = [1, 1, 1, 1, 1, 0, 0, 0, 0];

  it("are the same for all tokens, or for all sequences that have any", () => {
    expect([...tokenWeights(mask, 3)]).toBeCloseToAll([0.2, 0.2, 0.2, 0.2, 0.2, 0, 0, 0, 0], 1e-12);
    const third = 1 / 6;
    expect([...tokenWeights(mask, 3, "sequence")]).toBeCloseToAll([third, third, third, 0.25, 0.25, 0, 0, 0, 0], 1e-12);
  });

  it("are 0, not NaN, when nothing is counted", () => {
    expect([...tokenWeights([0, 0], 1), ...tokenWeights([0, 0], 1, "sequence")]).toEqual([0, 0, 0, 0]);
  });
});
