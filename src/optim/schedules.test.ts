import { describe, expect, it } from "vitest";
import { clipCoefficient, instructGptConstant, interpolate, inverseSqrt, schedule, scheduleNames } from "./index.ts";

describe.each(scheduleNames)("%s", (name) => {
  const factor = schedule(name, { warmupSteps: 4, totalSteps: 12 });

  it("stays between 0 and 1 and is finite, also after the last step", () => {
    for (const step of [0, 1, 4, 11, 12, 1000]) {
      expect(factor(step)).toBeGreaterThanOrEqual(0);
      expect(factor(step)).toBeLessThanOrEqual(1);
    }
  });

  it("is at its peak when the warm-up ends", () => {
    expect(factor(4)).toBe(1);
  });

  it("is defined without warm-up and for a single step", () => {
    expect(schedule(name, { totalSteps: 1 })(0)).toBe(1);
  });
});

it.each([
  ["linear", undefined, 0],
  ["linear", 0.1, 0.1],
  ["cosine", undefined, 0],
  ["cosine_with_min_lr", undefined, 0.1],
  ["cosine_with_min_lr", 0.25, 0.25],
  ["cosine_with_min_lr", 0, 0.1],
  ["polynomial", 0.5, 0.5],
  ["constant_with_warmup", undefined, 1],
])("%s with minimum %s ends at %s", (name, minRatio, end) => {
  const options = { warmupSteps: 2, totalSteps: 10, ...(minRatio !== undefined && { minRatio }) };
  expect(schedule(name, options)(10)).toBeCloseTo(end, 12);
});

it.each(["linear", "cosine", "constant_with_warmup", "inverse_sqrt", "polynomial"])(
  "%s warms up from the part of its peak that is asked for",
  (name) => {
    const factor = schedule(name, { warmupSteps: 10, totalSteps: 100, startRatio: 0.1 });
    const paper = instructGptConstant();
    for (let step = 0; step <= 10; step++) expect(factor(step)).toBeCloseTo(paper(step), 12);
  },
);

it("names the nearest schedule when there is none of that name", () => {
  expect(() => schedule("cosin", { totalSteps: 1 })).toThrow(/no learning-rate schedule "cosin"/);
  try {
    schedule("cosin", { totalSteps: 1 });
  } catch (error) {
    expect((error as { help?: string }).help).toBe("was cosine meant?");
  }
});

it("begins InstructGPT's PPO at a tenth of the peak", () => {
  expect([0, 5, 10, 11].map(instructGptConstant())).toEqual([0.1, 0.55, 1, 1]);
});

it("halves with four times the timescale in the inverse square root", () => {
  expect(inverseSqrt({ warmupSteps: 100 })(400)).toBeCloseTo(0.5, 12);
});

it("moves an exploration rate in a straight line and keeps the last value", () => {
  expect([0, 5, 10, 99].map(interpolate({ start: 1, end: 0, duration: 10 }))).toEqual([1, 0.5, 0, 0]);
});

it("clips only norms above the limit", () => {
  expect(clipCoefficient(10, 1)).toBeCloseTo(0.1, 6);
  expect(clipCoefficient(0.5, 1)).toBe(1);
  expect(clipCoefficient(0, 1)).toBe(1);
});
