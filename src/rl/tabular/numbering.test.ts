import { describe, expect, it } from "vitest";
import { box, discrete, type Env, make, multiBinary, multiDiscrete, tuple } from "../../envs/index.ts";
import { mdpFromEnv, mdpFromYaml, mrpOf, numbering, occupancy, simulate, uniformPolicy } from "./index.ts";

describe("numbers for observations", () => {
  it("gives each member of a space a row of its own, the last part running fastest", () => {
    const { size, of } = numbering(tuple([discrete(3, 10), multiDiscrete([2, 2]), multiBinary(1)]));
    expect(size).toBe(24);
    const all = [10, 11, 12].flatMap((a) =>
      [0, 1].flatMap((b) => [0, 1].flatMap((c) => [0, 1].map((d) => of([a, [b, c], [d]])))),
    );
    expect(all).toEqual(Array.from({ length: 24 }, (_, i) => i));
  });

  it("refuses spaces without end, inside others too", () => {
    expect(() => numbering(tuple([discrete(2), box(0, 1, [1])]))).toThrow(
      expect.objectContaining({ code: "not-tabular" }),
    );
  });
});

describe("a process as an environment", () => {
  it("goes where the table says, as often as it says", async () => {
    const process = await mdpFromYaml("a: { reward: 2, next: { b: 1/4, c: 3/4 } }\nb: {}\nc: {}", "x");
    const env = simulate(process);
    env.reset({ seed: 1 });
    const ends = Array.from({ length: 4000 }, () => {
      env.reset();
      const [s, reward, terminated] = env.step(0);
      expect([reward, terminated]).toEqual([2, true]);
      return s;
    });
    expect(ends.filter((s) => s === 1).length / 4000).toBeCloseTo(0.25, 1);
  });

  it("starts where it is told, and has the same episodes for the same seed", () => {
    const process = mdpFromEnv(make("Taxi-v4"));
    const env = simulate(process, { initial: Float64Array.from(process.states, (_, s) => Number(s === 328)) });
    const play = () => [env.reset({ seed: 4 })[0], ...[0, 2, 1, 3].map((a) => env.step(a)[0])];
    expect(play()).toEqual(play());
    expect(play()[0]).toBe(328);
  });

  it("is refused where states have different numbers of actions", async () => {
    const process = await mdpFromYaml("a: { x: { next: a }, y: { next: b } }\nb: { x: { next: a } }", "x", 0.9);
    expect(() => simulate(process)).toThrow(expect.objectContaining({ code: "not-tabular" }));
  });
});

describe("a process from an environment", () => {
  it("is not that of one whose rewards a wrapper changes", () => {
    const lake = make("FrozenLake-v1");
    const wrapped: Env = { ...lake, name: "TransformReward", inner: lake } as unknown as Env;
    expect(mdpFromEnv(lake).states).toHaveLength(16);
    expect(() => mdpFromEnv(wrapped)).toThrow(expect.objectContaining({ code: "no-transitions" }));
  });

  it("spends its discounted time where it is: all of it, if it never ends", () => {
    const endless = mdpFromEnv(make("GridWorld5x5-v0"), 0.9);
    const d = occupancy(mrpOf(endless, uniformPolicy(endless)), endless.initial);
    expect(d.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    const ending = mdpFromEnv(make("RandomWalk-v0"), 0.9);
    const sum = occupancy(mrpOf(ending, uniformPolicy(ending)), ending.initial).reduce((a, b) => a + b, 0);
    expect(sum).toBeLessThan(1);
  });
});
