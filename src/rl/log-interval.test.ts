import { expect, it } from "vitest";
import type { Checkpoint, Trainer, TrainerStep } from "../run/index.ts";
import { everyFew } from "./log-interval.ts";

let closed = 0;
/** Seven steps of ten environment steps; the second and the sixth are judged. */
async function* seven(from?: Checkpoint): Trainer {
  try {
    for (let step = (from?.step ?? 0) + 1; step <= 7; step++) {
      const judged = step % 4 === 2 && { "eval/mean_reward": step };
      yield {
        step,
        metrics: { "time/total_timesteps": 10 * step, ...judged },
        snapshot: () => ({ step, files: { "state.json": { at: step } } }),
      };
    }
    return { result: {}, files: {} };
  } finally {
    closed++;
  }
}
const lined = (from?: Checkpoint) => everyFew(seven, { interval: 3, totalTimesteps: 70 }, from);

async function taken(trainer: Trainer): Promise<(Omit<TrainerStep, "snapshot"> & { saved: Checkpoint })[]> {
  const all = [];
  for await (const { snapshot, ...line } of trainer) all.push({ ...line, saved: snapshot() });
  return all;
}

it("a line has the last of each number since the line before it, and the last one stands for what is left", async () => {
  const lines = await taken(lined());
  expect(lines.map(({ step, metrics }) => [step, metrics])).toEqual([
    [1, { "time/total_timesteps": 30, "eval/mean_reward": 2 }],
    [2, { "time/total_timesteps": 60, "eval/mean_reward": 6 }],
    [3, { "time/total_timesteps": 70 }],
  ]);
});

it("goes on from a line as the trainer does from its own step", async () => {
  const lines = await taken(lined());
  expect(lines[0]!.saved).toMatchObject({ step: 1, files: { "state.json": { at: 3 } } });
  for (const i of [0, 1]) expect(await taken(lined(lines[i]!.saved))).toEqual(lines.slice(i + 1));
});

it("ends the trainer when it is left early", async () => {
  closed = 0;
  for await (const _ of lined()) break;
  expect(closed).toBe(1);
});
