// One contract over every way to step many environments: row i is the single environment with seed + i.
import { afterAll, describe, expect, it } from "vitest";
import type { Env } from "../env.ts";
import { type EnvId, make, makeVec } from "../registry.ts";
import { emptyBatch, readBatch, writeBatch } from "../spaces/batch.ts";
import { box, dict, discrete, multiBinary, multiDiscrete } from "../spaces/build.ts";
import { sampler } from "../spaces/sampler.ts";
import type { Space } from "../spaces/space.ts";
import { timeLimit } from "../wrappers/time-limit.ts";
import { normalizeVectorObservation, normalizeVectorReward } from "./normalize.ts";
import { recordVectorStatistics } from "./statistics.ts";
import { syncVector } from "./sync.ts";
import { threadVector } from "./threads.ts";
import type { Autoreset, VectorEnv } from "./vector-env.ts";
import { restoreVector, snapshotOfVector } from "./wrap-vector.ts";

const code = (name: string) => expect.objectContaining({ code: name });
const modes: readonly Autoreset[] = ["next-step", "same-step"];
const n = 3;

/** Actions of n environments by a seed of their own. */
function actionsOf(space: Space, seed: number): () => never {
  const drawn = sampler(space, seed);
  return () => {
    const batch = emptyBatch(space, n);
    for (let i = 0; i < n; i++) writeBatch(space, batch, i, drawn.sample());
    return batch as never;
  };
}

/** What n single environments give when they are reset by hand. */
function byHand(id: EnvId, autoreset: Autoreset, steps: number): unknown[] {
  const envs = Array.from({ length: n }, () => make(id as string, { maxEpisodeSteps: 13 }));
  const next = actionsOf(envs[0]!.actionSpace as Space, 4);
  const lines: unknown[] = [envs.map((env, i) => env.reset({ seed: 7 + i })[0])];
  const ended = Array<boolean>(n).fill(false);
  for (let t = 0; t < steps; t++) {
    const actions = next();
    lines.push(
      envs.map((env, i) => {
        if (autoreset === "next-step" && ended[i]) {
          ended[i] = false;
          return [env.reset()[0], 0, 0, 0, null];
        }
        const [observation, reward, terminated, truncated] = env.step(readBatch(env.actionSpace as Space, actions, i));
        ended[i] = terminated || truncated;
        const line = [reward, Number(terminated), Number(truncated)];
        if (autoreset === "same-step" && ended[i]) return [env.reset()[0], ...line, observation];
        return [observation, ...line, null];
      }),
    );
  }
  return lines;
}

function stepped(vector: VectorEnv, steps: number): unknown[] {
  const observation: Space = vector.singleObservationSpace;
  const next = actionsOf(vector.singleActionSpace as Space, 4);
  const row = (batch: unknown, i: number) => readBatch(observation, batch as never, i);
  const [first] = vector.reset({ seed: 7 });
  const lines: unknown[] = [Array.from({ length: n }, (_, i) => row(first, i))];
  for (let t = 0; t < steps; t++) {
    const [observations, rewards, terminated, truncated, infos] = vector.step(next());
    const isFinal = (i: number) => infos._finalObs?.[i] === 1;
    lines.push(
      Array.from({ length: n }, (_, i) => [
        row(observations, i),
        rewards[i],
        terminated[i],
        truncated[i],
        isFinal(i) ? row(infos.finalObs, i) : null,
      ]),
    );
  }
  return lines;
}

const ids: readonly EnvId[] = [
  ...(["CartPole-v1", "MountainCarContinuous-v0", "Acrobot-v1", "Pendulum-v1"] as const),
  ...(["FrozenLake-v1", "Taxi-v4", "Blackjack-v1"] as const),
];

describe.each(modes)("%s", (autoreset) => {
  it.each(ids)("%s: every row is its own environment, with copies and without", (id) => {
    const expected = byHand(id, autoreset, 60);
    for (const copy of [true, false]) {
      expect(stepped(makeVec(id as string, n, { autoreset, copy, maxEpisodeSteps: 13 }), 60)).toEqual(expected);
    }
  });

  it("is the same in threads", async () => {
    const options = { autoreset, threads: 2 };
    const vector = await threadVector({ id: "FrozenLake-v1", options: { maxEpisodeSteps: 13 } }, n, options);
    expect(stepped(vector, 60)).toEqual(byHand("FrozenLake-v1", autoreset, 60));
    vector.close!();
  });

  it.each([
    ["one array", () => makeVec("CartPole-v1", n, { autoreset, maxEpisodeSteps: 9 })],
    ["one by one", () => makeVec("Taxi-v4", n, { autoreset, maxEpisodeSteps: 9 })],
    [
      "wrapped",
      () => {
        const vector = recordVectorStatistics(makeVec("Pendulum-v1", n, { autoreset, maxEpisodeSteps: 9 }));
        return normalizeVectorReward(normalizeVectorObservation(vector)) as VectorEnv;
      },
    ],
  ])("%s goes on from a snapshot bit by bit", (_, made: () => VectorEnv) => {
    const [one, two] = [made(), made()];
    stepped(one, 25);
    restoreVector(two, JSON.parse(JSON.stringify(snapshotOfVector(one))));
    const next = actionsOf(one.singleActionSpace as Space, 8);
    for (let t = 0; t < 25; t++) {
      const actions = next();
      expect(two.step(actions)).toEqual(one.step(actions));
    }
  });
});

describe("a vector environment", () => {
  const dense = () => makeVec("CartPole-v1", n);

  it("hands out arrays of its own unless told otherwise", () => {
    const vector = dense();
    const [first] = vector.reset({ seed: 1 });
    const kept = first.slice();
    vector.step([0, 1, 0]);
    expect(first).toEqual(kept);
    const reusing = makeVec("CartPole-v1", n, { copy: false });
    const [again] = reusing.reset({ seed: 1 });
    expect(reusing.step([0, 1, 0])[0]).toBe(again);
  });

  it.each([
    ["too few", [0, 1]],
    ["one outside", [0, 1, 2]],
    ["one fraction", [0, 1, 0.5]],
    ["NaN", [0, Number.NaN, 1]],
  ])("refuses %s among the actions, and nothing has moved", (_, actions) => {
    for (const made of [dense, () => syncVector(Array(n).fill(() => make("CartPole-v1")))]) refuse(made, actions);
  });

  function refuse(made: () => VectorEnv, actions: readonly number[]): void {
    const [vector, twin] = [made(), made()];
    vector.reset({ seed: 1 });
    twin.reset({ seed: 1 });
    expect(() => vector.step(actions)).toThrow(
      expect.objectContaining({ code: actions.length < n ? "bad-shape" : "bad-action" }),
    );
    expect(vector.step([0, 1, 0])).toEqual(twin.step([0, 1, 0]));
  }

  it("refuses a step before the first reset", () => {
    expect(() => dense().step([0, 0, 0])).toThrow(code("reset-needed"));
    expect(() => makeVec("Taxi-v4", n).step([0, 0, 0])).toThrow(code("reset-needed"));
  });

  it.each(["CartPole-v1", "FrozenLake-v1"])("%s without autoreset waits for a mask", (id) => {
    const vector = makeVec(id, 2, { autoreset: "disabled", maxEpisodeSteps: 2 });
    vector.reset({ seed: [3, null] });
    vector.step([0, 0]);
    vector.step([0, 0]);
    expect(() => vector.step([0, 0])).toThrow(code("episode-over"));
    vector.reset({ options: { resetMask: [1, 0] } });
    expect(() => vector.step([0, 0])).toThrow("environment 1 has ended");
    vector.reset({ options: { resetMask: [0, 1] } });
    expect(vector.step([0, 0])[3]).toEqual(Uint8Array.of(0, 0));
  });

  it("refuses seeds, masks and sizes that do not fit", () => {
    expect(() => dense().reset({ seed: [1, 2] })).toThrow(code("bad-shape"));
    expect(() => dense().reset({ seed: [1, 2, -3] })).toThrow(code("bad-seed"));
    expect(() => dense().reset({ options: { resetMask: [0, 0, 0] } })).toThrow(code("bad-shape"));
    expect(() => makeVec("CartPole-v1", 0)).toThrow(code("bad-env-option"));
    const makers = [() => make("FrozenLake-v1"), () => make("FrozenLake8x8-v1")];
    expect(() => syncVector(makers)).toThrow(code("different-spaces"));
  });

  it("tells infos as arrays with masks", () => {
    const [, infos] = makeVec("Taxi-v4", 2).reset({ seed: 0 });
    expect(infos).toMatchObject({ prob: Float64Array.of(1, 1), _prob: Uint8Array.of(1, 1) });
    expect((infos.actionMask as Uint8Array[])[1]).toHaveLength(6);
    const vector = recordVectorStatistics(makeVec("CartPole-v1", 2, { maxEpisodeSteps: 2 }));
    vector.reset({ seed: 0 });
    expect(vector.step([0, 1])[4]).toEqual({});
    expect(vector.step([0, 1])[4]).toEqual({
      episode: { r: Float64Array.of(2, 2), l: Float64Array.of(2, 2) },
      _episode: Uint8Array.of(1, 1),
    });
    vector.step([0, 1]);
    vector.step([0, 1]);
    expect(vector.step([0, 1])[4]).toMatchObject({ episode: { l: Float64Array.of(2, 2) } });
    expect(vector.episodes.lengths).toEqual([2, 2, 2, 2]);
  });

  it("puts wrappers around each environment when asked", () => {
    const vector = makeVec("CartPole-v1", 2, { wrappers: [(env: Env) => timeLimit(env, 1)] });
    vector.reset({ seed: 0 });
    expect(vector.step([0, 1])[3]).toEqual(Uint8Array.of(1, 1));
  });
});

it.each(["CartPole-v1", "Blackjack-v1", "FrozenLake-v1"])("%s: what a masked reset leaves is what was saved", (id) => {
  const made = () => makeVec(id, 2, { autoreset: "disabled" });
  const [one, two] = [made(), made()];
  one.reset({ seed: 4 });
  one.step([1, 1]);
  restoreVector(two, JSON.parse(JSON.stringify(snapshotOfVector(one))));
  const mask = { options: { resetMask: [1, 0] } };
  expect(two.reset(mask)).toEqual(one.reset(mask));
});

it("takes actions of any space, and refuses fractions before they are made integers", () => {
  const space = dict({
    arm: box(-1, 1, [2]),
    grip: multiDiscrete([2, 3]),
    bits: multiBinary(2),
    bytes: box(0, 9, [1], "uint8"),
  });
  const seen: unknown[] = [];
  const one = (): Env => ({
    observationSpace: discrete(1),
    actionSpace: space,
    reset: () => [0, {}],
    step: (action) => {
      seen.push(action);
      return [0, 0, false, false, {}];
    },
  });
  const vector = makeVec(one, 2);
  vector.reset();
  const batch = { arm: [0, 1, 2, 3], grip: [1, 2, 0, 0], bits: [0, 1, 1, 0], bytes: [9, 3] };
  vector.step(batch);
  expect(seen[1]).toEqual({
    arm: Float32Array.of(2, 3),
    grip: Int32Array.of(0, 0),
    bits: Uint8Array.of(1, 0),
    bytes: Uint8Array.of(3),
  });
  for (const wrong of [
    { grip: [0.5, 0, 0, 0] },
    { bits: [2, 0, 0, 0] },
    { bytes: [256, 0] },
    { arm: [Number.NaN, 0, 0, 0] },
  ]) {
    expect(() => vector.step({ ...batch, ...wrong })).toThrow(code("bad-action"));
  }
  expect(() => vector.step({ ...batch, arm: [1] })).toThrow(code("bad-shape"));
  expect(() => vector.step({ arm: batch.arm })).toThrow(code("bad-shape"));
  expect(seen).toHaveLength(2);
});

describe("threads", () => {
  it("hear nothing that was not asked, however often they are asked", async () => {
    const vector = await threadVector({ id: "FrozenLake-v1" }, 4, { autoreset: "same-step", threads: 2 });
    vector.reset({ seed: 0 });
    for (let t = 0; t < 8000; t++) expect(vector.step([t % 4, (t + 1) % 4, 2, 1])[1]).toHaveLength(4);
    vector.close!();
  });

  const source = (fault: string) => ({
    module: new URL("../../../test/fixtures/faulty-env.js", import.meta.url).href,
    options: { fault },
  });
  const open: VectorEnv[] = [];
  const begun = async (fault: string, envs = 1) => {
    const vector = await threadVector(source(fault), envs, { timeoutMs: 1000 });
    open.push(vector);
    return vector;
  };
  afterAll(() => {
    for (const vector of open) vector.close!();
  });

  it("tell what an environment threw, the others go on, and no action is made an integer", async () => {
    const vector = await begun("throw", 2);
    vector.reset({ seed: 1 });
    expect(() => vector.step([0, 2])).toThrow(
      expect.objectContaining({ code: "env-threw", message: "<Env instance>: step threw: boom" }),
    );
    expect(() => vector.step([0, 0.5])).toThrow(code("bad-action"));
    expect(vector.step([0, 1])[0]).toEqual(Int32Array.of(3, 3));
  });

  it.each(["hang", "exit"])("say so when an environment's thread will %s", async (fault) => {
    const vector = await begun(fault);
    vector.reset({ seed: 1 });
    expect(() => vector.step([2])).toThrow(code("env-hangs"));
  });

  it("resume from a snapshot", async () => {
    const vector = await begun("none");
    vector.reset({ seed: 5 });
    const saved = JSON.parse(JSON.stringify(vector.snapshot!()));
    const expected = [vector.step([1]), vector.step([0])];
    vector.restore!(saved);
    expect([vector.step([1]), vector.step([0])]).toEqual(expected);
  });

  it("refuse what cannot be made, and what has no fixed size", async () => {
    await expect(threadVector({ id: "FrozenLake-v9" }, 1)).rejects.toThrow(code("unknown-env"));
    await expect(threadVector({ module: "file:///none.js" }, 1)).rejects.toThrow(code("env-threw"));
    await expect(threadVector(source("sequence"), 1)).rejects.toThrow(code("bad-space"));
    await expect(threadVector({ id: "FrozenLake-v1" }, 2, { threads: 0 })).rejects.toThrow(code("bad-env-option"));
  });
});
