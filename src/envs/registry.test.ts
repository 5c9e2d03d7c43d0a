import { expect, describe as group, it } from "vitest";
import type { Env, Info, Step } from "./env.ts";
import { envIds, make, makeVec, register, spec } from "./registry.ts";
import { box, discrete } from "./spaces/build.ts";
import type { Discrete } from "./spaces/space.ts";
import { checkEnv } from "./wrappers/check-env.ts";
import { describe, snapshotOf, unwrapped } from "./wrappers/wrap.ts";

const code = (name: string) => expect.objectContaining({ code: name });

/** A coin as one's own environment. */
const coin = (): Env<Discrete, Discrete> => ({
  observationSpace: discrete(1),
  actionSpace: discrete(2),
  reset: () => [0, {}],
  step: (action) => [0, action === 1 ? 1 : 0, true, false, {}],
});

group("make", () => {
  it.each(envIds().filter((id) => !id.startsWith("Lunar")))(
    "%s keeps what its spaces promise, by the same seed the same, and resumes",
    (id) => checkEnv(() => make(id)),
  );

  it("knows each built-in environment's types", () => {
    const [observation] = make("CartPole-v1").reset({ seed: 1 });
    const numbers: Float32Array = observation;
    const lake = make("FrozenLake-v1", { isSlippery: false });
    const state: number = lake.step === undefined ? 0 : lake.reset()[0];
    expect([numbers.length, state, lake.transitions[0]![2]]).toEqual([4, 0, [[1, 1, 0, false]]]);
    // @ts-expect-error: there is no such option
    expect(() => make("FrozenLake-v1", { isSlipery: false })).toThrow(code("bad-env-option"));
  });

  it("names the nearest environment and the nearest option", () => {
    expect(() => make("CartPole-v3")).toThrow(
      expect.objectContaining({ code: "unknown-env", help: "did you mean CartPole-v1?" }),
    );
    expect(() => make("Taxi-v4", { isRainny: true } as never)).toThrow(
      expect.objectContaining({ help: "did you mean isRainy?" }),
    );
  });

  it("takes Gymnasium's renderMode, also where there is only one", () => {
    const shown = (env: Env) => {
      env.reset({ seed: 1 });
      return typeof env.render!();
    };
    expect(shown(make("CartPole-v1", { renderMode: "rgb_array" }))).toBe("object");
    expect(shown(make("Taxi-v4", { renderMode: "rgb_array" }))).toBe("object");
    expect(shown(make("Taxi-v4"))).toBe("string");
    expect(() => make("CartPole-v1", { renderMode: "ansi" })).toThrow(code("bad-env-option"));
    expect(() => make("Taxi-v4", { renderMode: "human" as never })).toThrow(code("bad-env-option"));
    expect(makeVec("CartPole-v1", 2, { renderMode: "rgb_array" }).numEnvs).toBe(2);
  });

  it("has the registered time limit, another, or none", () => {
    const length = (options: object) => {
      const env = make("MountainCar-v0", options);
      env.reset({ seed: 1 });
      for (let n = 1; n <= 250; n++) if (env.step(1)[3]) return n;
      return "none";
    };
    expect([length({}), length({ maxEpisodeSteps: 7 }), length({ maxEpisodeSteps: null })]).toEqual([200, 7, "none"]);
    expect(() => length({ maxEpisodeSteps: 0.5 })).toThrow(code("bad-env-option"));
    expect(spec("MountainCar-v0").maxEpisodeSteps).toBe(200);
  });

  it("goes on with the generator at a reset without a seed, and begins with seed 0 where there never was one", () => {
    const env = make("CartPole-v1");
    const [first] = env.reset();
    expect(first).toEqual(env.reset({ seed: 0 })[0]);
    expect(env.reset()[0]).not.toEqual(first);
  });

  it.each([-1, 0.5, Number.NaN])("refuses the seed %s", (seed) => {
    expect(() => make("CartPole-v1").reset({ seed })).toThrow(code("bad-seed"));
    expect(() => makeVec("CartPole-v1", 2).reset({ seed })).toThrow(code("bad-seed"));
  });

  it.each([{ low: 1, high: 0 }, { low: "a" }])("refuses the reset options %j", (options) => {
    expect(() => make("CartPole-v1").reset({ options })).toThrow(code("bad-reset-options"));
  });

  it("takes an environment of one's own, two functions and two spaces", () => {
    const env = make(coin(), { maxEpisodeSteps: 3 });
    env.reset();
    expect(env.step(1)).toEqual([0, 1, true, false, {}]);
    expect(describe(env)).toBe("<TimeLimit<OrderEnforcing<PassiveEnvChecker<Env instance>>>>");
    expect(() => snapshotOf(env)).toThrow(code("no-snapshot"));
  });

  it("keeps a class's methods and fields", () => {
    class Counter implements Env<Discrete, Discrete> {
      readonly observationSpace = discrete(9);
      readonly actionSpace = discrete(2);
      readonly limit = 5;
      #count = 0;
      reset(): [number, Info] {
        this.#count = 0;
        return [0, {}];
      }
      step(_action: number): Step<Discrete> {
        this.#count++;
        return [this.#count, 1, this.#count === this.limit, false, {}];
      }
    }
    const env = make(new Counter());
    env.reset();
    expect([env.step(0)[0], env.step(0)[0], env.limit]).toEqual([1, 2, 5]);
    expect(unwrapped(env)).toBeInstanceOf(Counter);
  });
});

group("register", () => {
  it("makes a name of one's own as good as a built-in one", () => {
    register("mine/Coin-v0", { create: coin, maxEpisodeSteps: 2 });
    expect(describe(make("mine/Coin-v0"))).toBe("<TimeLimit<OrderEnforcing<PassiveEnvChecker<Env<mine/Coin-v0>>>>>");
    expect(makeVec("mine/Coin-v0", 3).reset()[0]).toEqual(Int32Array.of(0, 0, 0));
    expect(() => register("mine/Coin-v0", { create: coin })).toThrow(code("bad-env-option"));
    expect(() => register("Coin", { create: coin })).toThrow(code("bad-env-option"));
  });
});

group("checkEnv", () => {
  it("says all that is wrong at once", () => {
    let resets = 0;
    const odd = (): Env => ({
      observationSpace: box(0, 1, [1]),
      actionSpace: discrete(2),
      reset: () => [Float32Array.of(resets++ / 10), {}],
      step: () => [Float32Array.of(3), 1, false, false, {}],
    });
    expect(() => checkEnv(odd)).toThrow(/2 problems.*not in Box.*two resets with the same seed/);
  });

  it("finds a snapshot that forgets something", () => {
    const forgetful = (): Env<Discrete, Discrete> => {
      let n = 0;
      return {
        observationSpace: discrete(1000),
        actionSpace: discrete(2),
        reset() {
          n = 0;
          return [0, {}];
        },
        step: () => [++n, 0, false, false, {}],
        snapshot: () => null,
        restore() {},
      };
    };
    expect(() => checkEnv(forgetful)).toThrow("after restore(snapshot()) it went on differently");
  });
});
