import { describe, expect, it } from "vitest";
import { rankingQuality } from "./ranking-quality.ts";

describe("how well scores order answers as people did", () => {
  it("counts each pair that people order once, and equal scores as half", () => {
    // Pairs by rank: 0>1, 0>2, 1>2 are right, right, equal; the unjudged answer gives none.
    const row = { prompt: "a", scores: [3, 1, 1, 9], lengths: [5, 6, 7, 8], ranks: [1, 2, 3, null] };
    const quality = rankingQuality([row], 0)!;
    expect(quality).toMatchObject({ pairs: 3, lengthBaseline: 0, margin: 4 / 3 });
    expect(quality.accuracy).toBeCloseTo(2.5 / 3, 12);
    expect(quality.kendallTau).toBeCloseTo(2 / Math.sqrt(3 * 2), 12);
  });

  it("leaves rows out that order nothing, and says nothing when none does", () => {
    const tie = { prompt: "a", scores: [1, 2], lengths: [1, 1], ranks: [1, 1] };
    const unjudged = { prompt: "b", scores: [1], lengths: [1], ranks: undefined };
    expect(rankingQuality([tie, unjudged], 0)).toBeUndefined();
  });

  it("resamples prompts, so that two rankings of one prompt are not two witnesses", () => {
    const row = (prompt: string, right: boolean) => {
      return { prompt, scores: right ? [2, 1] : [1, 2], lengths: [1, 2], ranks: [1, 2] };
    };
    const one = rankingQuality([row("a", true), row("a", false)], 0)!;
    expect([one.low, one.accuracy, one.high]).toEqual([0.5, 0.5, 0.5]);
    const two = rankingQuality([row("a", true), row("b", false)], 0)!;
    expect([two.low, two.accuracy, two.high]).toEqual([0, 0.5, 1]);
  });
});
