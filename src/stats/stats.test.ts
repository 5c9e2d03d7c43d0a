import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { stream } from "../base/index.ts";
import {
  clusteredBootstrap,
  explainedVariance,
  kendallTauB,
  meanAgreement,
  midRanks,
  normalCdf,
  normalQuantile,
  pairAgreement,
  pairedWinRate,
  pearson,
  quantile,
  spearman,
  std,
  wilsonInterval,
} from "./index.ts";

interface Case {
  name: string;
  inputs: { x: number[]; y: number[]; wins: number; n: number; confidence: number };
  expected: Record<string, number | number[]>;
}
const golden = JSON.parse(readFileSync("test/golden/agreement.json", "utf8")) as { cases: Case[] };
const casesOf = (family: string) => golden.cases.filter((c) => c.name.startsWith(family));

it.each(casesOf("rank_correlation"))("equals scipy: $name", ({ inputs: { x, y }, expected }) => {
  expect(midRanks(x)).toEqual(expected.ranks_x);
  expect(midRanks(y)).toEqual(expected.ranks_y);
  expect(kendallTauB(x, y)).toBeCloseTo(expected.kendall_tau_b as number, 12);
  expect(spearman(x, y)).toBeCloseTo(expected.spearman as number, 12);
  expect(pearson(x, y)).toBeCloseTo(expected.pearson as number, 12);
});

it.each(casesOf("win_rate_interval"))("equals scipy: $name", ({ inputs: { wins, n, confidence }, expected }) => {
  const { value, low, high } = wilsonInterval(wins, n, confidence);
  const [expectedLow, expectedHigh] = expected.wilson as number[];
  expect(value).toBeCloseTo(expected.rate as number, 12);
  expect(low).toBeCloseTo(expectedLow!, 10);
  expect(high).toBeCloseTo(expectedHigh!, 10);
});

describe("small statistics", () => {
  it("inverts the normal distribution", () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
    for (const p of [1e-6, 0.02, 0.5, 0.9, 1 - 1e-6]) expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12);
  });

  it("interpolates quantiles as NumPy does, whatever the order of the values", () => {
    expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75);
    expect(quantile([10, 9, 2], 1)).toBe(10);
    expect(std([2, 4, 4, 4, 5, 5, 7, 9], 0)).toBe(2);
    expect(std([1, 3])).toBeCloseTo(Math.SQRT2, 12);
  });

  it("explains all, nothing, or less than nothing of the variance, and knows when there is none", () => {
    const [returns, mask] = [
      [1, 2, 3, 99],
      [1, 1, 1, 0],
    ];
    expect(explainedVariance([1, 2, 3, 0], returns, mask)).toBeCloseTo(1, 12);
    expect(explainedVariance([7, 7, 7, 0], returns, mask)).toBeCloseTo(0, 12);
    expect(explainedVariance([3, 2, 1], [1, 2, 3])).toBeCloseTo(-3, 12);
    expect(explainedVariance([1, 2], [4, 4])).toBeNaN();
  });

  it("leaves pairs that are tied or not judged out of the agreement", () => {
    expect(pairAgreement([1, 2, 3], [1, 3, 2])).toEqual({ agree: 2, pairs: 3 });
    expect(pairAgreement([1, 1, 3], [1, 2, 3])).toEqual({ agree: 2, pairs: 2 });
    expect(pairAgreement([1, null, 3], [9, 2, 7])).toEqual({ agree: 0, pairs: 1 });
    expect(meanAgreement([pairAgreement([1, 2], [1, 2]), pairAgreement([1, 2, 3], [3, 2, 1])])).toBe(0.25);
  });
});

describe("bootstrap", () => {
  it("covers the true mean about as often as it says", () => {
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const rng = stream(trial, "coverage");
      const clusters = Array.from({ length: 60 }, () => [0.5 + rng.normal()]);
      const { low, high } = clusteredBootstrap(clusters, { rng, resamples: 300 });
      if (low <= 0.5 && 0.5 <= high) covered++;
    }
    expect(covered / 200).toBeGreaterThan(0.89);
    expect(covered / 200).toBeLessThan(0.99);
  });

  it("is wider when samples hang together in clusters", () => {
    const clusters = Array.from({ length: 20 }, (_, i) => new Array<number>(10).fill(i % 2));
    const clustered = clusteredBootstrap(clusters, { rng: stream(0, "wide") });
    const single = clusteredBootstrap(
      clusters.flat().map((v) => [v]),
      { rng: stream(0, "wide") },
    );
    expect(clustered.value).toBe(0.5);
    expect(clustered.high - clustered.low).toBeGreaterThan(2 * (single.high - single.low));
  });

  it("counts a tie as half a win", () => {
    const result = pairedWinRate([3, 1, 2, 2], [1, 3, 2, 1], { rng: stream(0, "ties") });
    expect(result).toMatchObject({ value: 0.625, ties: 1, prompts: 4 });
    expect(result.low).toBeLessThan(result.value);
  });

  it("gives one cluster no spread", () => {
    const one = pairedWinRate([1, 0], [0, 1], { rng: stream(0, "one"), clusters: ["f", "f"] });
    expect([one.low, one.value, one.high]).toEqual([0.5, 0.5, 0.5]);
  });
});
