import { expect, it } from "vitest";
import { stream } from "../../base/index.ts";
import { box, discrete } from "../../envs/index.ts";
import { stepCodec } from "./features.ts";
import { clipMemory } from "./memory.ts";

/** Two environments; observation = (environment, time), reward = time; episodes of `length` steps. */
function filled(steps: number, { capacity = 40, length = 10 } = {}) {
  const memory = clipMemory({
    ...{ numEnvs: 2, capacity, env: "Made-v0", fps: 4 },
    codec: { observationWidth: 2, actionWidth: 1 },
  });
  for (let t = 0; t < steps; t++) {
    const episode = Math.floor(t / length);
    memory.add({
      observations: [0, t, 1, t],
      actions: [t % 2, 1],
      rewards: [t, -t],
      episodes: [2 * episode, 2 * episode + 1],
    });
  }
  return memory;
}

it("cuts clips of one environment and one episode, from what is remembered", () => {
  const memory = filled(57); // 20 rows are kept: 37 … 56, of which 40 … 49 and 50 … 56 are whole stretches
  const rng = stream(1);
  for (let i = 0; i < 200; i++) {
    const { clip, rewards } = memory.cut(rng, 5)!;
    const times = clip.observations.map(([, t]) => t!);
    expect(new Set(clip.observations.map(([env]) => env)).size).toBe(1);
    expect(times).toEqual(times.map((_, j) => times[0]! + j));
    expect(Math.floor(times[0]! / 10)).toBe(Math.floor(times[4]! / 10));
    expect(times[0]).toBeGreaterThanOrEqual(37);
    expect(rewards.map(Math.abs)).toEqual(times);
  }
});

it("says so when no stretch is long enough", () => {
  expect(filled(57).cut(stream(1), 11)).toBeUndefined();
  expect(filled(3).cut(stream(1), 5)).toBeUndefined();
});

it("goes on from a snapshot as if nothing had happened", () => {
  const memory = filled(33);
  const other = filled(0);
  other.restore(structuredClone(memory.snapshot()));
  const more = { observations: [0, 33, 1, 33], actions: [1, 1], rewards: [33, -33], episodes: [6, 7] };
  memory.add(more);
  other.add(more);
  expect(other.cut(stream(2), 3)).toEqual(memory.cut(stream(2), 3));
  expect(other.snapshot()).toEqual(memory.snapshot());
});

it("shows predictors an action that is a choice as one of n", () => {
  const codec = stepCodec(box(-1, 1, [2]), discrete(3, 1));
  const rows = codec.encode({
    ...{ env: "Made-v0", fps: 1, actions: [3, 1] },
    observations: [
      [0.5, 0.25],
      [-1, 1],
    ],
  });
  expect([...rows]).toEqual([0.5, 0.25, 0, 0, 1, -1, 1, 1, 0, 0]);
});
