import { expect, it } from "vitest";
import { erf } from "./erf.ts";

it("equals published values to 1e-15", () => {
  // Python's math.erf (the C library's)
  const table = [
    [1e-9, 1.1283791670955127e-9],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [1.5, 0.9661051464753108],
    [1.99, 0.995111413199617],
    [2, 0.9953222650189527],
    [2.01, 0.9955248493552482],
    [2.5, 0.999593047982555],
    [3, 0.9999779095030014],
    [4, 0.9999999845827421],
    [5.5, 0.9999999999999927],
  ] as const;
  for (const [x, wanted] of table) {
    expect(Math.abs(erf(x) - wanted)).toBeLessThan(1e-15);
    expect(erf(-x)).toBe(-erf(x));
  }
});

it("keeps relative precision near 0", () => {
  expect(erf(1e-300) / 1e-300).toBeCloseTo(2 / Math.sqrt(Math.PI), 14);
});

it("ends at ±1, keeps NaN, and is smooth where the two formulas meet", () => {
  expect([erf(30), erf(-30), erf(Number.POSITIVE_INFINITY), erf(Number.NaN)]).toEqual([1, -1, 1, Number.NaN]);
  const below = erf(2 - 2 ** -50);
  expect(erf(2) - below).toBeGreaterThanOrEqual(0);
  expect(erf(2) - below).toBeLessThan(1e-15);
});
