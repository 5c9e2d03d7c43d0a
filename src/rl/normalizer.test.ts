import { expect, it } from "vitest";
import { normalizer } from "./normalizer.ts";

const settings = { normalize: true, normalizeReward: true, gamma: 0.5 };
const wide = { width: 3, features: 2 };

it("scales observations by mean and deviation of what was seen, to ±10, and leaves a mask behind them alone", () => {
  const scaling = normalizer(settings, wide, 2)!;
  scaling.see(Float32Array.of(1, 10, 1, 3, 30, 0));
  scaling.see(Float32Array.of(5, 20, 1, 7, 40, 1)); // means 4 and 25, variances 5 and 125
  const rows = Float32Array.of(6, 25, 1, 400, 25 - 2 * Math.sqrt(125), 0);
  scaling.scale(rows);
  expect(rows).toBeCloseToAll([2 / Math.sqrt(5), 0, 1, 10, -2, 0], 1e-3);
});

it("scales rewards by the deviation of the discounted return, which an end sets to 0, to ±10", () => {
  const scaling = normalizer(settings, wide, 1)!;
  scaling.earn([4], () => true);
  scaling.earn([2], () => false);
  scaling.earn([1], () => false); // returns 4, 2 and 2
  const rewards = Float64Array.of(3, -100);
  scaling.scaleRewards(rewards);
  expect(rewards).toBeCloseToAll([3 / Math.sqrt(8 / 9), -10], 1e-3);
});

it("leaves rewards as they are where only observations are to be normalised; without both it is not there", () => {
  const scaling = normalizer({ ...settings, normalizeReward: false }, wide, 1)!;
  scaling.earn([4], () => false);
  const rewards = Float64Array.of(3, -100);
  scaling.scaleRewards(rewards);
  expect([...rewards]).toEqual([3, -100]);
  expect(normalizer({ ...settings, normalize: false }, wide, 1)).toBeUndefined();
});
