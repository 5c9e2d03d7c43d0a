import { describe, expect, it } from "vitest";
import type { Env, Json } from "../env.ts";
import { make } from "../registry.ts";
import type { Picture } from "../render/picture.ts";
import { box, dict, discrete, tuple } from "../spaces/build.ts";
import { contains } from "../spaces/contains.ts";
import type { Member, Space } from "../spaces/space.ts";
import { discretizeAction, repeatAction, rescaleAction, stickyAction } from "./actions.ts";
import { autoreset, cubes, recordEpisodeStatistics, recordEpisodes } from "./episodes.ts";
import { delayObservation, frameStackObservation, maxAndSkipObservation, timeAwareObservation } from "./memory.ts";
import { normalizeObservation, normalizeReward } from "./normalize.ts";
import {
  discretizeObservation,
  dtypeObservation,
  filterObservation,
  flattenObservation,
  rescaleObservation,
  reshapeObservation,
} from "./observations.ts";
import { orderEnforcing } from "./order-enforcing.ts";
import { passiveEnvChecker } from "./passive-checker.ts";
import { timeLimit } from "./time-limit.ts";
import { clipReward, transformReward } from "./transform.ts";
import { restoreTo, snapshotOf } from "./wrap.ts";

const code = (name: string) => expect.objectContaining({ code: name });

/** Counts its steps: observation and reward n, end at `end`. What comes from where may be replaced. */
function counter({
  end = 1000,
  space = box(0, 1000, [1]),
  observe = (n: number): Member => Float32Array.of(n),
  ...others
}: { end?: number; space?: Space; observe?: (n: number) => Member } & Partial<Env> = {}): Env {
  let n = 0;
  return {
    observationSpace: space,
    actionSpace: discrete(3),
    reset: () => {
      n = 0;
      return [observe(n), {}];
    },
    step: () => {
      n++;
      return [observe(n), n, n >= end, false, {}];
    },
    snapshot: () => n,
    restore: (state: Json) => {
      n = state as number;
    },
    render: () => `at ${n}`,
    ...others,
  };
}

const run = (env: Env, steps: number, action: Member = 0) => {
  const [first] = env.reset({ seed: 1 });
  return [first, ...Array.from({ length: steps }, () => env.step(action)[0])];
};

describe("passiveEnvChecker", () => {
  const checked = (changed: Partial<Env>) => passiveEnvChecker(counter(changed));

  it.each([
    ["a number outside", 3],
    ["a fraction", 0.5],
    ["NaN", Number.NaN],
    ["a list", [1]],
    ["nothing", undefined],
  ])("refuses %s as an action", (_, action) => {
    const env = checked({});
    env.reset();
    expect(() => env.step(action as number)).toThrow(code("bad-action"));
    expect(env.step(0)[1]).toBe(1); // nothing had moved
  });

  it("refuses NaN and wrong lengths in a Box's action, but leaves cutting to the environment", () => {
    const env = make("Pendulum-v1");
    env.reset({ seed: 1 });
    expect(() => env.step(Float32Array.of(Number.NaN))).toThrow(code("bad-action"));
    expect(() => env.step(Float32Array.of(1, 2))).toThrow("2 numbers instead of 1");
    expect(env.step(Float32Array.of(9))[1]).toBeLessThan(0);
  });

  it.each([
    ["a NaN reward", [Float32Array.of(1), Number.NaN, false, false, {}], "the reward NaN"],
    ["an infinite reward", [Float32Array.of(1), 1 / 0, false, false, {}], "the reward Infinity"],
    ["four values", [Float32Array.of(1), 1, false, {}], "a list of 4"],
    ["1 for true", [Float32Array.of(1), 1, 1, false, {}], "terminated 1"],
    ["no info", [Float32Array.of(1), 1, false, false, undefined], "undefined as info"],
    ["a NaN observation", [Float32Array.of(Number.NaN), 1, false, false, {}], "NaN at place 0"],
    ["a long observation", [Float32Array.of(1, 2), 1, false, false, {}], "2 numbers instead of 1"],
    ["a word", ["up", 1, false, false, {}], "up for Box"],
    ["a promise", Promise.resolve([]), "a promise"],
  ])("refuses %s from an environment", (_, result, message) => {
    const env = checked({ step: () => result as never });
    env.reset();
    expect(() => env.step(0)).toThrow(message);
    expect(() => env.step(0)).toThrow(code("bad-env-result"));
  });

  it("says what an environment threw, and where", () => {
    const env = checked({
      reset: () => {
        throw new Error("no disk");
      },
    });
    expect(() => env.reset()).toThrow(
      expect.objectContaining({ code: "env-threw", message: "<Env instance>: reset threw: no disk" }),
    );
  });
});

describe("orderEnforcing and timeLimit", () => {
  it("refuse a step and a picture before reset, and a step after an end", () => {
    const env = orderEnforcing(counter({ end: 2 }));
    expect(() => env.step(0)).toThrow(code("reset-needed"));
    expect(() => env.render!()).toThrow(code("reset-needed"));
    env.reset();
    env.step(0);
    env.step(0);
    expect(() => env.step(0)).toThrow(code("episode-over"));
    env.reset();
    expect(env.step(0)[1]).toBe(1);
  });

  it("truncate without hiding a termination, and refuse what comes after", () => {
    const env = timeLimit(counter({ end: 2 }), 2);
    env.reset();
    env.step(0);
    expect(env.step(0).slice(2, 4)).toEqual([true, true]);
    expect(() => env.step(0)).toThrow(code("episode-over"));
  });
});

describe("observations", () => {
  const both = dict({ where: box(0, 10, [2]), who: discrete(3) });
  const observe = (n: number): Member => ({ where: Float32Array.of(n, 2 * n), who: n % 3 });

  it("are flattened", () => {
    const env = flattenObservation(counter({ space: both, observe }));
    expect(run(env, 1)[1]).toEqual(Float32Array.of(1, 2, 0, 1, 0));
  });

  it("are filtered by key, or by index", () => {
    expect(run(filterObservation(counter({ space: both, observe }), ["who"]), 2)).toEqual([
      { who: 0 },
      { who: 1 },
      { who: 2 },
    ]);
    const pair = counter({ space: tuple([discrete(9), discrete(9)]), observe: (n) => [n, n + 1] });
    expect(run(filterObservation(pair, [1]), 1)).toEqual([[1], [2]]);
    expect(() => filterObservation(pair, [2])).toThrow(code("bad-env-option"));
  });

  it("are put in bins", () => {
    const env = counter({ space: box([0, 0], [4, 1]), observe: (n) => Float32Array.of(n, 0.75) });
    expect(run(discretizeObservation(env, [4, 2]), 4)).toEqual([1, 3, 5, 7, 7]);
    expect(run(discretizeObservation(env, [4, 2], { multidiscrete: true }), 1)[1]).toEqual(Int32Array.of(1, 1));
    expect(() => discretizeObservation(make("CartPole-v1"), 3)).toThrow(code("bad-space"));
  });

  it("change type, shape and bounds", () => {
    const bytes = dtypeObservation(counter({ space: box(0, 255, [1]) }), "uint8");
    expect(run(bytes, 1)[1]).toEqual(Uint8Array.of(1));
    expect(reshapeObservation(counter(), [1, 1]).observationSpace.shape).toEqual([1, 1]);
    expect(run(rescaleObservation(counter({ space: box(0, 4, [1]) }), -1, 1), 1)).toEqual([
      Float32Array.of(-1),
      Float32Array.of(-0.5),
    ]);
    expect(() => rescaleObservation(make("CartPole-v1"), -1, 1)).toThrow(code("bad-space"));
  });

  it("reach back", () => {
    expect(run(frameStackObservation(counter(), 2), 2)).toEqual(
      [
        [0, 0],
        [0, 1],
        [1, 2],
      ].map((f) => Float32Array.from(f)),
    );
    expect(run(delayObservation(counter(), 1), 2)).toEqual([0, 0, 1].map((n) => Float32Array.of(n)));
    expect(run(maxAndSkipObservation(counter({ observe: (n) => Float32Array.of(n % 2) }), 2), 2)[2]).toEqual(
      Float32Array.of(1),
    );
    expect(() => frameStackObservation(counter(), 0)).toThrow(code("bad-env-option"));
  });

  it("know the time where there is a limit", () => {
    expect(
      run(timeAwareObservation(make("MountainCar-v0"), { flatten: false, normalizeTime: true }), 1)[1],
    ).toMatchObject({
      time: Float32Array.of(1 / 200),
    });
    expect(run(timeAwareObservation(timeLimit(counter(), 4), { normalizeTime: true }), 1)[1]).toEqual(
      Float32Array.of(1, 0.25),
    );
    expect(() => timeAwareObservation(counter())).toThrow(code("bad-env-option"));
  });

  it("are normalised to mean 0 and variance 1, and a frozen normaliser stays as it is", () => {
    const env = normalizeObservation(make("Pendulum-v1"));
    env.reset({ seed: 3 });
    for (let i = 0; i < 199; i++) env.step(Float32Array.of(Math.sin(i)));
    expect(env.moments.count).toBeCloseTo(200, 3);
    const twin = normalizeObservation(make("Pendulum-v1"), { moments: env.moments });
    env.moments.frozen = true;
    const before = Array.from(env.moments.mean);
    const [observation] = twin.reset({ seed: 4 });
    expect(Array.from(env.moments.mean)).toEqual(before);
    const [raw] = make("Pendulum-v1").reset({ seed: 4 });
    expect(observation[0]).toBeCloseTo((raw[0]! - before[0]!) / Math.sqrt(env.moments.variance[0]! + 1e-8), 5);
  });
});

describe("actions and rewards", () => {
  it("are given in other terms", () => {
    const seen: Member[] = [];
    const arm = counter({
      actionSpace: box(-2, 2, [1]),
      step: (action) => {
        seen.push(action);
        return [Float32Array.of(0), 5, false, false, {}];
      },
    });
    rescaleAction(arm, 0, 1).step(Float32Array.of(0.75));
    discretizeAction(arm, 4).step(3);
    expect(seen).toEqual([Float32Array.of(1), Float32Array.of(1.5)]);
    expect([
      clipReward(arm, { max: 1 }).step(Float32Array.of(0))[1],
      transformReward(arm, (r) => -r).step(Float32Array.of(0))[1],
    ]).toEqual([1, -5]);
  });

  it("are repeated, by plan or by chance", () => {
    const env = repeatAction(counter({ end: 5 }), 3);
    env.reset();
    expect([env.step(0)[1], env.step(0)[1]]).toEqual([1 + 2 + 3, 4 + 5]);
    const done: number[] = [];
    const remember: Env["step"] = (action) => {
      done.push(action as number);
      return [Float32Array.of(0), 0, false, false, {}];
    };
    const sticky = stickyAction(counter({ step: remember }), { repeatActionProbability: 0.5 });
    sticky.reset({ seed: 2 });
    for (let i = 0; i < 2000; i++) sticky.step(i);
    const repeated = done.filter((action, i) => action !== i).length / done.length;
    expect(Math.abs(repeated - 0.5)).toBeLessThan(0.05);
    expect(() => stickyAction(counter(), { repeatActionProbability: 1 })).toThrow(code("bad-env-option"));
  });
});

describe("episodes", () => {
  it("are counted on their last step, with time where a clock is given", () => {
    let clock = 0;
    const env = recordEpisodeStatistics(counter({ end: 3 }), { bufferLength: 1, now: () => (clock += 500) });
    for (let episode = 0; episode < 2; episode++) {
      env.reset();
      env.step(0);
      env.step(0);
      expect(env.step(0)[4]).toEqual({ episode: { r: 6, l: 3, t: 0.5 } });
    }
    expect(env.episodes).toEqual({ returns: [6], lengths: [3] });
  });

  it("begin anew by themselves", () => {
    const env = autoreset(counter({ end: 1 }));
    env.reset();
    expect(env.step(0)[2]).toBe(true);
    expect(env.step(0)).toEqual([Float32Array.of(0), 0, false, false, {}]);
  });

  it("are recorded when the trigger says so", () => {
    const films: [number, readonly Picture[]][] = [];
    const env = recordEpisodes(counter({ end: 2 }), {
      trigger: (n) => n === 1,
      onEpisode: (pictures, n) => films.push([n, pictures]),
    });
    for (let episode = 0; episode < 3; episode++) run(env, 2);
    expect(films).toEqual([[1, ["at 0", "at 1", "at 2"]]]);
    expect([0, 1, 2, 8, 27, 729, 999, 1000, 1001, 2000].filter(cubes)).toEqual([0, 1, 8, 27, 729, 1000, 2000]);
  });
});

it.each<[string, (env: Env) => Env]>([
  ["frameStack", (env) => frameStackObservation(env, 3)],
  ["delay", (env) => delayObservation(env, 2)],
  ["timeAware", (env) => timeAwareObservation(env)],
  ["sticky", (env) => stickyAction(env, { repeatActionProbability: 0.4, repeatActionDuration: [1, 3] })],
  ["normalize", (env) => normalizeReward(normalizeObservation(env) as Env)],
  ["statistics", (env) => recordEpisodeStatistics(env)],
  ["autoreset", autoreset],
])("%s goes on from a snapshot bit by bit", (_, wrapper) => {
  const made = () => wrapper(make("CartPole-v1"));
  const one = made();
  const go = (env: Env, from: number) =>
    Array.from({ length: 30 }, (_, i) => {
      const result = env.step((from + i) % 3 === 0 ? 0 : 1);
      return result[2] || result[3] ? [result, env.reset()] : result;
    });
  one.reset({ seed: 6 });
  go(one, 0);
  const state = JSON.parse(JSON.stringify(snapshotOf(one)));
  const two = made();
  restoreTo(two, state);
  expect(go(two, 30)).toEqual(go(one, 30));
  expect(contains(one.observationSpace as Space, one.reset()[0])).toBe(true);
});
