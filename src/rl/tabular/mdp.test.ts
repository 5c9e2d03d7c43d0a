import { describe, expect, it } from "vitest";
import { stream } from "../../base/index.ts";
import type { Transitions } from "../../envs/index.ts";
import {
  bestWithin,
  closedForm,
  deterministic,
  expectation,
  finiteHorizon,
  type Mdp,
  mdp,
  mrpOf,
  optimality,
  policyEvaluation,
  policyIteration,
  prioritizedSweeping,
  startValue,
  uniformPolicy,
  valueIteration,
  valueWithin,
} from "./index.ts";

/** Any process: `states` of them, `actions` each, every row a random distribution. */
function random(seed: number, { states = 6, actions = 3, gamma = 0.9 } = {}): Mdp {
  const rng = stream(seed, "mdp");
  const row = () => {
    const weights = Array.from({ length: states }, () => rng.uniform() ** 3);
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight, next) => [weight / sum, next, rng.normal(), false] as const);
  };
  const names = (n: number) => Array.from({ length: n }, (_, i) => String(i));
  return mdp({
    states: names(states),
    actions: names(states).map(() => names(actions)),
    transitions: names(states).map(() => names(actions).map(row)),
    gamma,
    initial: new Float64Array(states).fill(1 / states),
  });
}

const process = (transitions: Transitions, gamma: number): Mdp =>
  mdp({
    states: transitions.map((_, s) => `s${s}`),
    actions: transitions.map((row) => row.map((_, a) => `a${a}`)),
    transitions,
    gamma,
    initial: Float64Array.from(transitions, (_, s) => Number(s === 0)),
  });

const close = (a: ArrayLike<number>, b: ArrayLike<number>, digits = 8) =>
  Array.from(a).forEach((value, s) => {
    expect(value, `state ${s}`).toBeCloseTo(b[s]!, digits);
  });

describe("planning", () => {
  it.each([1, 2, 3, 4, 5])("all ways lead to the same optimum (process %i)", (seed) => {
    const any = random(seed);
    const { values, policy } = policyIteration(any);
    for (const other of [
      valueIteration(any),
      valueIteration(any, { order: "gauss-seidel" }),
      prioritizedSweeping(any),
    ]) {
      close(other.values, values);
      expect(other.policy).toEqual(policy);
    }
    close(bestWithin(any, 500), values);
  });

  it("iterative policy evaluation arrives at the closed form", () => {
    const any = random(7, { gamma: 0.97 });
    const policy = uniformPolicy(any);
    close(policyEvaluation(any, policy).values, closedForm(mrpOf(any, policy)));
    close(valueWithin(any, policy, 2000), closedForm(mrpOf(any, policy)));
  });

  it("values satisfy their Bellman equations", () => {
    const any = random(8);
    const policy = uniformPolicy(any);
    const V = closedForm(mrpOf(any, policy));
    close(
      V,
      V.map((_, s) => expectation(any, policy, V, s)),
      12,
    );
    const best = policyIteration(any).values;
    close(
      best,
      best.map((_, s) => optimality(any, best, s)),
      12,
    );
  });

  it("no round of policy iteration makes any state worse", () => {
    const { history } = policyIteration(random(9, { states: 20, actions: 5, gamma: 0.99 }));
    expect(history.length).toBeGreaterThan(1);
    for (let k = 1; k < history.length; k++) {
      expect(history[k]!.every((value, s) => value >= history[k - 1]![s]! - 1e-9)).toBe(true);
    }
  });

  it("without discount, of equal actions the one is taken that leads to the end", () => {
    // Staying costs nothing; the end pays. A policy of the lowest equal action would stay for ever.
    const stay = process(
      [
        [[[1, 0, 0, false]], [[1, 1, 0, false]]],
        [[[1, 1, 0, false]], [[1, 1, 5, true]]],
      ],
      1,
    );
    for (const { values, policy } of [valueIteration(stay), policyIteration(stay), prioritizedSweeping(stay)]) {
      expect([...values]).toEqual([5, 5]);
      expect([...policy]).toEqual([1, 1]);
    }
  });

  it("knows with how many steps left another action is better", () => {
    // 1 now, or 10 in two steps.
    const patience = process([[[[1, 2, 1, true]], [[1, 1, 0, false]]], [[[1, 2, 10, true]], [[1, 2, 0, true]]], []], 1);
    const { policy, values } = finiteHorizon(patience, 3);
    expect(policy.map((actions) => actions[0])).toEqual([0, 1, 1]);
    expect(startValue(patience, values)).toBe(10);
  });

  it("a policy's value by hand: half the time 2, else again", () => {
    const chain = process(
      [
        [
          [
            [0.5, 1, 2, false],
            [0.5, 0, 0, false],
          ],
        ],
        [],
      ],
      0.5,
    );
    // V = ½ · 2 + ½ · ½ V
    expect(closedForm(mrpOf(chain, deterministic(chain, [0, -1])))[0]).toBeCloseTo(1 / 0.75, 12);
  });
});

describe("what cannot be planned", () => {
  const endless = process([[[[1, 1, 1, false]]], [[[1, 0, 1, false]]], []], 1);

  it.each([
    ["value iteration", () => valueIteration(endless)],
    ["policy iteration", () => policyIteration(endless)],
    ["prioritized sweeping", () => prioritizedSweeping(endless)],
    ["policy evaluation", () => policyEvaluation(endless, uniformPolicy(endless))],
    ["the closed form", () => closedForm(mrpOf(endless, uniformPolicy(endless)))],
  ])("γ = 1 on a chain that never ends is refused, with its states, by %s", (_, plan) => {
    expect(plan).toThrow(expect.objectContaining({ code: "endless-chain", message: expect.stringMatching(/s0, s1/) }));
  });

  it("with a horizon the endless chain has a value", () => {
    expect(bestWithin(endless, 7)[0]).toBe(7);
  });

  it("a loop of reward 0 is an end, as textbooks draw it", () => {
    const drawn = process([[[[1, 1, 3, false]]], [[[1, 1, 0, false]]]], 1);
    expect([...closedForm(mrpOf(drawn, uniformPolicy(drawn)))]).toEqual([3, 0]);
    expect([...valueIteration(drawn).values]).toEqual([3, 0]);
  });

  it("a loop that pays is noticed where an end could be reached", () => {
    const mine = process([[[[1, 0, 1, false]], [[1, 0, 0, true]]]], 1);
    expect(() => valueIteration(mine, { maxSweeps: 100 })).toThrow(expect.objectContaining({ code: "no-convergence" }));
  });

  it("rows that do not sum to 1, lead nowhere or hold no numbers are all named", () => {
    const bad = () =>
      process(
        [
          [[[0.5, 0, 1, false]], [[1, 7, 0, false]]],
          [[[1, 0, Number.NaN, false]], [[2, 0, 0, true]]],
        ],
        0.9,
      );
    expect(bad).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({ code: "probability-sum", where: "s0, a0", message: expect.stringMatching(/0\.5/) }),
          expect.objectContaining({ code: "unknown-state", where: "s0, a1" }),
          expect.objectContaining({ code: "bad-mdp", where: "s1, a0" }),
          expect.objectContaining({ code: "bad-mdp", where: "s1, a1" }),
        ],
      }),
    );
    expect(() => process([], Number.NaN)).toThrow(expect.objectContaining({ code: "bad-mdp" }));
  });
});
