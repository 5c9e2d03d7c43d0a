// The tables against known values; the draws from them are compared in test/parity.
import { describe, expect, it } from "vitest";
import type { Tabular } from "../env.ts";
import { envIds, make } from "../registry.ts";
import { generateRandomMap } from "./frozen-lake.ts";

/** Values of the best policy, or of the equiprobable one, by sweeps. */
function values({ transitions }: Tabular, { gamma = 1, sweeps = 2000, random = false } = {}): number[] {
  const v = new Float64Array(transitions.length);
  for (let k = 0; k < sweeps; k++) {
    transitions.forEach((actions, s) => {
      const q = actions.map((outcomes) =>
        outcomes.reduce((sum, [p, next, r, end]) => sum + p * (r + (end ? 0 : gamma * v[next]!)), 0),
      );
      v[s] = random ? q.reduce((a, b) => a + b, 0) / q.length : Math.max(...q);
    });
  }
  return Array.from(v);
}

const atStart = (env: Tabular, v: readonly number[]) => v.reduce((sum, value, s) => sum + value * env.initial[s]!, 0);
const tabular = envIds().filter((id) => "transitions" in make(id));

describe("tables", () => {
  it.each(tabular)("%s: what may follow has probability 1 in sum, and leads to a state", (id) => {
    const { transitions, initial } = make(id) as unknown as Tabular;
    expect(initial.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    for (const outcomes of transitions.flat()) {
      expect(outcomes.reduce((sum, [p]) => sum + p, 0)).toBeCloseTo(1, 12);
      expect(outcomes.every(([, next]) => Number.isInteger(next) && next >= 0 && next < transitions.length)).toBe(true);
    }
  });

  it("of the 4 × 4 grid give Sutton & Barto's values of the random policy", () => {
    const v = values(make("GridWorld4x4-v0"), { random: true }).map(Math.round);
    expect(v.slice(0, 8)).toEqual([0, -14, -20, -22, -14, -18, -20, -20]);
  });

  it("of the 5 × 5 grid give example 3.8's optimum", () => {
    const v = values(make("GridWorld5x5-v0"), { gamma: 0.9, sweeps: 500 });
    expect(v.slice(0, 5).map((x) => Number(x.toFixed(1)))).toEqual([22, 24.4, 22, 19.4, 17.5]);
  });

  it("of the gambler, the walk, the wind, the cliff and the lake give the known optima", () => {
    const gambler = values(make("Gambler-v0"), { sweeps: 100 });
    expect([25, 50, 75].map((s) => gambler[s]!.toFixed(6))).toEqual(["0.160000", "0.400000", "0.640000"]);
    expect(
      values(make("RandomWalk-v0"))
        .slice(1, 6)
        .map((x) => x * 6),
    ).toEqual([1, 2, 3, 4, 5].map((x) => expect.closeTo(x, 9)));
    expect(values(make("WindyGridWorld-v0"), { sweeps: 100 })[30]).toBe(-15);
    expect(values(make("WindyGridWorld-v0", { kingsMoves: true }), { sweeps: 100 })[30]).toBe(-7);
    expect(values(make("CliffWalking-v1"), { sweeps: 100 })[36]).toBe(-13);
    expect(values(make("FrozenLake-v1"), { gamma: 0.99 })[0]).toBeCloseTo(0.542026, 6);
  });

  it("of taxi and blackjack give the exact mean return", () => {
    const taxi = make("Taxi-v4");
    expect(atStart(taxi, values(taxi, { sweeps: 100 }))).toBeCloseTo(7.93, 2);
    const rules = [{}, { sab: false }, { sab: false, natural: true }];
    const expected = [-0.04311310541347696, -0.04655597706669752, -0.02572918278932019];
    rules.forEach((options, i) => {
      const env = make("Blackjack-v1", options);
      expect(atStart(env, values(env, { sweeps: 50 }))).toBeCloseTo(expected[i]!, 12);
    });
  });
});

describe("toy text", () => {
  it("is drawn as Gymnasium draws it", () => {
    const lake = make("FrozenLake-v1", { isSlippery: false });
    lake.reset({ seed: 0 });
    lake.step(2);
    expect(lake.render!()).toBe("  (Right)\nS\u001b[41mF\u001b[0mFF\nFHFH\nFFFH\nHFFG\n");
    const cliff = make("CliffWalking-v1");
    cliff.reset({ seed: 0 });
    expect(cliff.render!()).toContain("x  C  C  C  C  C  C  C  C  C  C  T\n");
    const taxi = make("Taxi-v4");
    taxi.reset({ seed: 0 });
    taxi.step(0);
    expect(taxi.render!()).toMatch(/\+-{9}\+\n {2}\(South\)\n$/);
  });

  it.each([
    ["FrozenLake-v1", { successRate: 1.5 }],
    ["Taxi-v4", { isRainy: true, rainyProbability: -0.1 }],
    ["Gambler-v0", { pHeads: Number.NaN }],
    ["Gambler-v0", { goal: 1 }],
    ["RandomWalk-v0", { states: 2.5 }],
    ["GridWorld4x4-v0", { rows: 0 }],
  ])("%s refuses %j", (id, options) => {
    expect(() => make(id as string, options)).toThrow(expect.objectContaining({ code: "bad-env-option" }));
  });

  it("makes maps that lead from start to goal, and refuses others that are none", () => {
    const map = generateRandomMap(6, 0.5, 3);
    expect(make("FrozenLake-v1", { desc: map }).observationSpace.n).toBe(36);
    expect(values(make("FrozenLake-v1", { desc: map, isSlippery: false }))[0]).toBe(1);
    for (const desc of [["SF", "F"], ["FF", "FG"], ["SX", "FG"], []]) {
      expect(() => make("FrozenLake-v1", { desc })).toThrow(expect.objectContaining({ code: "bad-env-option" }));
    }
    expect(() => make("FrozenLake-v1", { mapName: "5x5" as never })).toThrow(
      expect.objectContaining({ help: expect.stringContaining("4x4 and 8x8") }),
    );
  });
});
