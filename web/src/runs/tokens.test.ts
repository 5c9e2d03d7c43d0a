import { expect, it } from "vitest";
import { columnOf, fullAt, histogram, shade } from "./tokens.ts";

it("KL of a token is what its log-probability is above the reference's, and unknown where either is", () => {
  const row = { prompt: "p", logprobs: [-1, -2, null], ref_logprobs: [-1.5, -1, -1] };
  expect(columnOf(row, "kl")).toEqual([0.5, -1, null]);
  expect(columnOf({ prompt: "p", logprobs: [-1] }, "kl")).toBeUndefined();
});

it("one outlier does not take the colour from all the others", () => {
  const column = [...new Array(99).fill(0.5), 1000];
  const full = fullAt([column]);
  expect(full).toBe(0.5);
  expect([0.25, -0.5, 1000, null].map((x) => shade(x, full))).toEqual([0.5, -1, 1, 0]);
  expect(fullAt([[0, 0], []])).toBe(1);
});

it("every value is in one bin, the greatest too", () => {
  const values = [0, 0.1, 0.5, 0.99, 1, 1];
  const bins = histogram(values, 4);
  expect(bins.map(({ count }) => count)).toEqual([2, 0, 1, 3]);
  expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
  expect(histogram([2, 2], 4)).toEqual([{ from: 2, to: 2, count: 2 }]);
});
