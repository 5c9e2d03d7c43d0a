import { describe, expect, it } from "vitest";
import { stream } from "../../base/index.ts";
import { constant } from "../../engine/graph/index.ts";
import { evaluate } from "../../engine/interpret/index.ts";
import { timesSeen } from "./bootstrap.ts";
import { choosePairs } from "./choose.ts";
import { fitQuality } from "./fit-quality.ts";
import { preferenceError, preferenceLoss, preferenceProbability, preferredOf } from "./preference.ts";
import { labelsWanted } from "./schedule.ts";
import { syntheticAnswer } from "./synthetic.ts";
import { adaptedDecay } from "./weight-decay.ts";

describe("the model of preferences", () => {
  it("is worked out by hand for three pairs, a tie among them", () => {
    // p(left) = σ(ln 3) = ¾ for the first, ¼ for the second, ½ for the third; with a coin in ten p′ = 0.9 p + 0.05
    const gap = Math.log(3);
    const loss = preferenceLoss({
      left: constant([gap, 0, 2]),
      right: constant([0, gap, 2]),
      preferred: constant([1, 1, 0.5]),
      noise: 0.1,
    });
    const wanted = -(Math.log(0.725) + Math.log(0.275) + Math.log(0.5)) / 3;
    expect(evaluate([loss], {})[0]![0]).toBeCloseTo(wanted, 6);
    expect(preferenceProbability(gap, 0.1)).toBeCloseTo(0.725, 12);
  });

  it("loses at most what a coin explains, however wrong it was", () => {
    expect(preferenceError(1000, 0, 0.1)).toBeCloseTo(-Math.log(0.05), 12);
    expect(preferenceError(-1000, 1, 0.1)).toBeCloseTo(-Math.log(0.05), 12);
    expect(preferenceError(1000, 1, 0)).toBeCloseTo(0, 12);
  });

  it.each([
    [["left"], 1],
    [["left", "right", "cannot-tell"], 0.5],
    [["equal", "right"], 0.25],
    [["cannot-tell"], undefined],
    [[], undefined],
  ] as const)("the answers %j make a preference of %s", (answers, preferred) => {
    expect(preferredOf(answers)).toBe(preferred);
  });
});

describe("the online bootstrap", () => {
  it("leaves 1/e of the pairs out, and holds as many as there are", () => {
    const counts = Array.from({ length: 20_000 }, (_, i) => timesSeen(1, 0, `pair ${i}`));
    const leftOut = counts.filter((times) => times === 0).length / counts.length;
    expect(leftOut).toBeCloseTo(Math.exp(-1), 1.7);
    expect(counts.reduce((a, b) => a + b, 0) / counts.length).toBeCloseTo(1, 1.7);
  });

  it("gives each member a lot of its own", () => {
    const lot = (member: number) => Array.from({ length: 50 }, (_, i) => timesSeen(1, member, `pair ${i}`));
    expect(lot(0)).not.toEqual(lot(1));
  });
});

describe("the schedule of questions", () => {
  const schedule = { labels: 400, initialShare: 0.25, halfRate: 50_000, totalSteps: 100_000 };

  it("puts a quarter before the start and all by the end", () => {
    expect(labelsWanted(schedule, 0)).toBe(100);
    expect(labelsWanted(schedule, 100_000)).toBe(400);
    expect(labelsWanted(schedule, 200_000)).toBe(400);
  });

  it("asks at a rate that has halved after T₀ steps", () => {
    // 100 + 300 ln(1 + T / T₀) / ln 3
    expect(labelsWanted(schedule, 50_000)).toBe(Math.round(100 + (300 * Math.log(2)) / Math.log(3)));
    const rate = (at: number) =>
      labelsWanted({ ...schedule, labels: 4e6 }, at + 1000) - labelsWanted({ ...schedule, labels: 4e6 }, at);
    expect(rate(50_000) / rate(0)).toBeCloseTo(0.5, 1.9);
  });
});

describe("how well a member knows the answers", () => {
  it("is its loss on its own sample, on what it holds out, and whether it is right there", () => {
    const quality = fitQuality({
      preferred: [1, 0, 1, 0.5, 1],
      gaps: [0, 0, 1, 3, -1],
      times: [2, 1, 0, 0, 0],
      noise: 0,
    });
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    expect(quality.trainLoss).toBeCloseTo(Math.log(2), 12);
    const tie = -(Math.log(sigmoid(3)) + Math.log(sigmoid(-3))) / 2;
    expect(quality.validationLoss).toBeCloseTo((-Math.log(sigmoid(1)) + tie - Math.log(sigmoid(-1))) / 3, 12);
    expect(quality).toMatchObject({ judged: 2, right: 1 });
  });
});

describe("the weight decay", () => {
  it("grows where validation is over 1.5 times the training loss, shrinks below 1.1, and stays in between", () => {
    expect(adaptedDecay(1e-4, 0.1, 0.2)).toBeGreaterThan(1e-4);
    expect(adaptedDecay(1e-4, 0.1, 0.105)).toBeLessThan(1e-4);
    expect(adaptedDecay(1e-4, 0.1, 0.13)).toBe(1e-4);
  });

  it("never leaves the bounds where few labels keep the two losses apart", () => {
    expect(adaptedDecay(1e-3, 0.1, 0.4)).toBe(1e-3);
    expect(adaptedDecay(1e-6, 0.1, 0.05)).toBe(1e-6);
  });

  it("stays where nothing is held out", () => expect(adaptedDecay(1e-3, 0.1, Number.NaN)).toBe(1e-3));
});

describe("the synthetic labeller", () => {
  const share = (options: Parameters<typeof syntheticAnswer>[2], rewards: Parameters<typeof syntheticAnswer>[1]) => {
    const answers = Array.from({ length: 4000 }, (_, i) => syntheticAnswer(`pair ${i}`, rewards, options));
    return answers.filter((answer) => answer === "left").length / answers.length;
  };

  it("takes the better clip always, and has no preference between equal ones", () => {
    expect(
      syntheticAnswer("a", [
        [1, 2],
        [0, 0],
      ]),
    ).toBe("left");
    expect(
      syntheticAnswer("a", [
        [0, 0],
        [1, 2],
      ]),
    ).toBe("right");
    expect(
      syntheticAnswer("a", [
        [1, 2],
        [2, 1],
      ]),
    ).toBe("equal");
  });

  it("of rationality β takes the left one with σ(β Δ)", () => {
    expect(share({ rationality: 0.5 }, [[2], [0]])).toBeCloseTo(1 / (1 + Math.exp(-1)), 1.4);
  });

  it("mixes up left and right as often as he is said to", () => {
    expect(share({ mistakes: 0.2 }, [[2], [0]])).toBeCloseTo(0.8, 1.4);
  });

  it("of myopia γ counts what came last more", () => {
    const rewards = [
      [3, 0],
      [0, 2],
    ] as const;
    expect(syntheticAnswer("a", rewards)).toBe("left");
    expect(syntheticAnswer("a", rewards, { myopia: 0.5 })).toBe("right"); // 1.5 against 2
  });

  it("cannot tell between bad clips, nor between nearly equal ones, where he is said to", () => {
    expect(syntheticAnswer("a", [[1], [2]], { skipThreshold: 3 })).toBe("cannot-tell");
    expect(syntheticAnswer("a", [[1], [2]], { equalThreshold: 1 })).toBe("equal");
  });

  it("answers a pair the same whenever he is asked", () => {
    const answer = () => syntheticAnswer("a", [[1], [1.1]], { seed: 3, rationality: 1, mistakes: 0.3 });
    expect(new Set(Array.from({ length: 20 }, answer)).size).toBe(1);
  });
});

describe("the choice of pairs", () => {
  const segment = (mark: number) => ({
    clip: { env: "x", fps: 1, observations: [[mark]], actions: [0] },
    rewards: [0],
  });

  it("takes those on which the members disagree most", () => {
    let next = 0;
    const chosen = choosePairs(
      {
        count: 1,
        oversampling: 3,
        cut: () => segment(next++),
        // of the pairs (0, 1), (2, 3), (4, 5) the members are at odds over the second alone
        sums: ({ clip }) => (clip.observations[0]![0] === 2 ? [5, -5] : [0, 0]),
      },
      stream(1),
    );
    expect(chosen.map(({ segments }) => segments[0].clip.observations[0]![0])).toEqual([2]);
    expect(chosen[0]!.uncertainty).toBeCloseTo((1 / (1 + Math.exp(-5)) - 0.5) ** 2, 12);
  });
});
