import { expect, it } from "vitest";
import { short, signed, valueAt } from "./series.ts";

it("between two points the earlier one counts", () => {
  const series = { label: "loss", x: [1, 5, 9], y: [3, null, 1] };
  expect([0, 1, 4, 5, 8, 9, 100].map((x) => valueAt(series, x))).toEqual([undefined, 3, 3, null, null, 1, 1]);
});

it("numbers are short, with a real minus", () => {
  expect([0.0571286, -1.5, 128, 0.0003, -3.7e-9, 0].map(short)).toEqual([
    "0.05713",
    "−1.5",
    "128",
    "3e−4",
    "−3.7e−9",
    "0",
  ]);
  expect([short(null), short(undefined), signed(0.5), signed(-0.5)]).toEqual(["∅", "–", "+0.5", "−0.5"]);
});
