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
    const { clip, rewards } = memory.cut(rng, 5, "any")!;
    const times = clip.observations.map(([, t]) => t!);
    expect(new Set(clip.observations.map(([env]) => env)).size).toBe(1);
    expect(times).toEqual(times.map((_, j) => times[0]! + j));
    expect(Math.floor(times[0]! / 10)).toBe(Math.floor(times[4]! / 10));
    expect(times[0]).toBeGreaterThanOrEqual(37);
    expect(rewards.map(Math.abs)).toEqual(times);
  }
});

it("says so when no stretch is long enough", () => {
  expect(filled(57).cut(stream(1), 11, "any")).toBeUndefined();
  expect(filled(3).cut(stream(1), 5, "any")).toBeUndefined();
});

it("finds where something moves, if that is asked for", () => {
  const memory = clipMemory({
    ...{ numEnvs: 1, capacity: 100, env: "Made-v0", fps: 4 },
    codec: { observationWidth: 1, actionWidth: 1 },
  });
  const fallen = 8;
  for (let t = 0; t < 60; t++) {
    memory.add({ observations: [Math.min(t, fallen)], actions: [0], rewards: [0], episodes: [0] });
  }
  const starts = (which: "moving" | "any") => {
    const rng = stream(3);
    return Array.from({ length: 100 }, () => memory.cut(rng, 5, which)!.clip.observations[0]![0]!);
  };
  expect(Math.max(...starts("moving"))).toBe(fallen - 1);
  expect(starts("any").filter((start) => start === fallen).length).toBeGreaterThan(50);
});

it("goes on from a snapshot as if nothing had happened", () => {
  const memory = filled(33);
  const other = filled(0);
  other.restore(structuredClone(memory.snapshot()));
  const more = { observations: [0, 33, 1, 33], actions: [1, 1], rewards: [33, -33], episodes: [6, 7] };
  memory.add(more);
  other.add(more);
  expect(other.cut(stream(2), 3, "any")).toEqual(memory.cut(stream(2), 3, "any"));
  expect(other.snapshot()).toEqual(memory.snapshot());
});

it("shows predictors an action that is a choice as one of n, or none", () => {
  const clip = {
    ...{ env: "Made-v0", fps: 1, actions: [3, 1] },
    observations: [
      [0.5, 0.25],
      [-1, 1],
    ],
  };
  const spaces = [box(-1, 1, [2]), discrete(3, 1)] as const;
  expect([...stepCodec(...spaces, true).encode(clip)]).toEqual([0.5, 0.25, 0, 0, 1, -1, 1, 1, 0, 0]);
  expect([...stepCodec(...spaces, false).encode(clip)]).toEqual([0.5, 0.25, -1, 1]);
});
