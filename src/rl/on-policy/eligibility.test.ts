import { expect, it } from "vitest";
import { type TraceStep, traceStep } from "../index.ts";

const settings = { alpha: 0.5, gamma: 0.9, kind: "accumulating" } as const;
/** Values after an episode through some states, each step paying 1. */
const after = (path: readonly number[], how: Pick<TraceStep, "lambda"> & Partial<TraceStep>) => {
  const values = Float64Array.of(1, 2, 3);
  const traces = new Float64Array(3);
  for (const [t, state] of path.entries()) {
    traceStep(values, traces, { ...settings, state, reward: 1, next: path[t + 1], ...how });
  }
  return [...values];
};

it("with λ = 0 only the present state learns", () => {
  const v0 = 1 + 0.5 * (1 + 0.9 * 2 - 1);
  expect(after([0, 1], { lambda: 0 })).toBeCloseToAll([v0, 2 + 0.5 * (1 - 2), 3], 1e-12);
});

it("with λ = 1 and γ = 1 a state learns from everything that follows", () => {
  // α (G − V) where no state is seen twice and values are not changed on the way by much
  const alpha = 1e-6;
  const [v0] = after([0, 1, 2], { lambda: 1, gamma: 1, alpha });
  expect((v0! - 1) / alpha).toBeCloseTo(3 - 1, 4);
});

it("a state forgets by γλ a step", () => {
  const errors = [1 + 0.9 * 2 - 1, 1 + 0.9 * 3 - 2, 1 - 3]; // α is too small to change them on the way
  const [v0] = after([0, 1, 2], { lambda: 0.5, alpha: 1e-6 });
  expect((v0! - 1) / 1e-6).toBeCloseTo(errors[0]! + 0.45 * errors[1]! + 0.45 ** 2 * errors[2]!, 4);
});

it("a state seen again is remembered doubly, or anew", () => {
  const accumulating = after([0, 0], { lambda: 1, gamma: 1 });
  const replacing = after([0, 0], { lambda: 1, gamma: 1, kind: "replacing" });
  const first = 1 + 0.5; // its own value follows
  expect(accumulating[0]).toBeCloseTo(first + 0.5 * 2 * (1 - first), 12);
  expect(replacing[0]).toBeCloseTo(first + 0.5 * (1 - first), 12);
});
