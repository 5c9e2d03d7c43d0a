import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AdvantageInputs,
  discountedReturns,
  gae,
  lambdaReturns,
  nextValues,
  nStepReturns,
  totalReturns,
  vtrace,
} from "../index.ts";

const number = fc.double({ min: -5, max: 5, noNaN: true });
/** Rollouts of T steps of N environments with ends of both kinds. */
const rollouts = fc
  .record({ T: fc.integer({ min: 1, max: 7 }), N: fc.integer({ min: 1, max: 3 }) })
  .chain(({ T, N }) => {
    const numbers = fc.array(number, { minLength: T * N, maxLength: T * N });
    const flags = fc.array(fc.boolean(), { minLength: T * N, maxLength: T * N });
    return fc.record({
      rewards: numbers,
      values: numbers,
      nextValues: numbers,
      terminated: flags,
      truncated: flags,
      numEnvs: fc.constant(N),
      gamma: fc.double({ min: 0, max: 1, noNaN: true }),
    });
  });

/** Entries of one environment of [T, N]. */
const column = (x: ArrayLike<number>, env: number, N: number) => Array.from(x).filter((_, i) => i % N === env);
const alone = (x: AdvantageInputs, env: number): AdvantageInputs => ({
  rewards: column(x.rewards, env, x.numEnvs),
  values: column(x.values, env, x.numEnvs),
  nextValues: column(x.nextValues, env, x.numEnvs),
  terminated: column(Array.from(x.terminated, Number), env, x.numEnvs),
  truncated: column(Array.from(x.truncated, Number), env, x.numEnvs),
  numEnvs: 1,
  gamma: x.gamma,
});
const tdErrors = (x: AdvantageInputs) =>
  Array.from(x.rewards, (r, i) => r + (x.terminated[i] ? 0 : x.gamma * x.nextValues[i]!) - x.values[i]!);

describe("advantages", () => {
  it("are the sum of (γλ)ᵏ δ to the end of the episode: equation 16, written out", () => {
    fc.assert(
      fc.property(rollouts, fc.double({ min: 0, max: 1, noNaN: true }), (x, lambda) => {
        // The recursion needs that V(s_{t+1}) is the value of the next step where the episode goes on.
        const going = x.nextValues.map((v, i) => {
          const next = i + x.numEnvs;
          return x.terminated[i] || x.truncated[i] || next >= x.values.length ? v : x.values[next]!;
        });
        const steps = { ...x, nextValues: going };
        const delta = tdErrors(steps);
        const wanted = delta.map((_, start) => {
          let total = 0;
          for (let i = start, weight = 1; i < delta.length; i += x.numEnvs, weight *= x.gamma * lambda) {
            total += weight * delta[i]!;
            if (x.terminated[i] || x.truncated[i]) break;
          }
          return total;
        });
        expect(gae({ ...steps, lambda }).advantages).toBeCloseToAll(wanted, 1e-9);
      }),
    );
  });

  it("with λ = 1 are returns minus values, with λ = 0 one step's surprise", () => {
    fc.assert(
      fc.property(rollouts, (x) => {
        const monteCarlo = discountedReturns(x).map((G, i) => G - x.values[i]!);
        expect(gae({ ...x, lambda: 1 }).advantages).toBeCloseToAll(monteCarlo, 1e-12);
        expect(gae({ ...x, lambda: 0 }).advantages).toBeCloseToAll(tdErrors(x), 1e-9);
      }),
    );
  });

  it("of environments side by side are those of each alone", () => {
    fc.assert(
      fc.property(rollouts, (x) => {
        for (let env = 0; env < x.numEnvs; env++) {
          const one = gae({ ...alone(x, env), lambda: 0.7 }).advantages;
          expect(column(gae({ ...x, lambda: 0.7 }).advantages, env, x.numEnvs)).toEqual([...one]);
          const steps = nStepReturns({ ...x, n: 2 });
          expect(column(steps, env, x.numEnvs)).toEqual([...nStepReturns({ ...alone(x, env), n: 2 })]);
        }
      }),
    );
  });
});

describe("returns", () => {
  const x = { rewards: [1, 1], nextValues: [10, 10], numEnvs: 1, gamma: 0.5 };

  it("count the value of a state that was cut off, and nothing behind a terminal one", () => {
    const returnsWith = (terminated: number[], truncated: number[]) => [
      ...discountedReturns({ ...x, terminated, truncated }),
    ];
    expect(returnsWith([0, 1], [0, 0])).toEqual([1.5, 1]);
    expect(returnsWith([0, 0], [0, 1])).toEqual([4, 6]);
    expect(returnsWith([0, 0], [1, 0])).toEqual([6, 6]);
    expect(returnsWith([1, 0], [1, 0])).toEqual([1, 6]); // both at once: it is terminal
  });

  it("of n steps are TD targets for n = 1 and whole returns for large n", () => {
    fc.assert(
      fc.property(rollouts, (x) => {
        expect(nStepReturns({ ...x, n: 1 })).toBeCloseToAll(lambdaReturns({ ...x, lambda: 0 }), 1e-12);
        expect(nStepReturns({ ...x, n: 100 })).toBeCloseToAll(discountedReturns(x), 1e-9);
      }),
    );
  });

  it("of the whole episode are the same at each of its steps", () => {
    const ended = {
      terminated: [0, 1, 0, 0],
      truncated: [0, 0, 0, 0],
      nextValues: [9, 9, 9, 8],
      numEnvs: 1,
      gamma: 0.5,
    };
    expect([...totalReturns({ ...ended, rewards: [2, 4, 8, 16] })]).toEqual([4, 4, 18, 18]);
  });

  it("take the value of the state really reached: the next one's, the last one's, at a truncation the final one's", () => {
    const reached = nextValues({
      values: [1, 2, 3, 4],
      lastValues: [5, 6],
      finalValues: [70, 0, 0, 80],
      truncated: [1, 0, 0, 1],
    });
    expect([...reached]).toEqual([70, 4, 5, 80]);
  });
});

describe("V-trace", () => {
  const steps = {
    rewards: [1, -2, 0.5, 3],
    values: [0.3, -0.1, 0.8, 0.2],
    nextValues: [-0.1, 0.8, 0.2, 0.6],
    terminated: [0, 0, 0, 0],
    truncated: [0, 0, 0, 0],
    numEnvs: 1,
    gamma: 0.9,
  };

  it("is the discounted return when the policy acts itself", () => {
    const { returns, advantages } = vtrace({ ...steps, logRatios: [0, 0, 0, 0] });
    expect([...returns]).toBeCloseToAll([...discountedReturns(steps)], 1e-12);
    expect([...advantages]).toBeCloseToAll([...gae({ ...steps, lambda: 1 }).advantages], 1e-12);
  });

  it("keeps the old values where the policy would never have acted so", () => {
    const { returns, advantages } = vtrace({ ...steps, logRatios: [-200, -200, -200, -200] });
    expect([...returns]).toBeCloseToAll(steps.values, 1e-12);
    expect([...advantages]).toBeCloseToAll([0, 0, 0, 0], 1e-12);
  });

  it("does not look past an end", () => {
    const first = (terminated: number[], truncated: number[]) =>
      vtrace({ ...steps, terminated, truncated, logRatios: [0, 0, 0, 0] }).returns[0];
    expect(first([1, 0, 0, 0], [0, 0, 0, 0])).toBeCloseTo(1, 12);
    expect(first([0, 0, 0, 0], [1, 0, 0, 0])).toBeCloseTo(1 + 0.9 * -0.1, 12);
  });
});
