/** A studio in which a run asks which of two clips is better: with the tasks and the run folder that it would make. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stream } from "../../src/base/index.ts";
import { make } from "../../src/envs/index.ts";
import { type Clip, type ClipPair, forms, storeLabeller } from "../../src/feedback/index.ts";
import { type Lock, lock } from "../../src/files/index.ts";
import { jsonl } from "../e2e/tiny.ts";
import { serveStudio } from "./pages.ts";

export const question = "Which pole stands more upright?";
const by = "clips-001";

/** What an environment shows to somebody who does anything, for at most so many steps. */
export function clipOf(id: string, seed: number, steps: number): Clip {
  const env = make(id);
  const rng = stream(seed, "clip");
  let [observation] = env.reset({ seed });
  const clip: Clip = { env: id, fps: env.renderFps ?? 30, observations: [], actions: [] };
  for (let i = 0; i < steps; i++) {
    const { actionSpace } = env;
    const numbers = actionSpace.kind === "discrete" ? rng.integer(actionSpace.n) : [2 * rng.uniform() - 1];
    clip.observations.push(
      typeof observation === "number" ? [observation] : Array.from(observation as ArrayLike<number>),
    );
    clip.actions.push(numbers);
    const [next, , terminated] = env.step(typeof numbers === "number" ? numbers : Float32Array.from(numbers));
    if (terminated) break;
    observation = next;
  }
  return clip;
}

/** With so many pairs of `env`; the project's own form is another one. `trains` and `trained` make its run folder. */
export async function clipsStudio(
  count: number,
  {
    env = "CartPoleFixedHorizon-v1",
    steps = 30,
    asks = question,
    ...options
  }: Parameters<typeof serveStudio>[0] & { env?: string; steps?: number; asks?: string } = {},
) {
  const served = await serveStudio({ form: forms.instructgpt, ...options });
  const labeller = storeLabeller(served.store, { by, question: asks, now: Date.now });
  const pair = (i: number): ClipPair => ({
    ...{ id: `p${i}`, clips: [clipOf(env, 2 * i, steps), clipOf(env, 2 * i + 1, steps)] },
  });
  const ask = (from: number, to: number) => labeller.ask(Array.from({ length: to - from }, (_, i) => pair(from + i)));
  await ask(0, count);

  const run = join(served.project, "runs", by);
  let held: Lock | undefined;
  const write = (status: "running" | "finished"): void => {
    const info = { format: 1, command: "clips", status, step: 40, config: { labels: 40 }, seed: 0 };
    const rest = { versions: {}, datasets: [], parents: [], created: "2026-01-01T00:00:00.000Z" };
    writeFileSync(join(run, "run.json"), JSON.stringify({ ...info, ...rest }));
  };
  const rng = stream(1, "metrics");
  const row = (step: number) => ({
    ...{ step, "rollout/ep_rew_mean": 500 - 470 / (1 + step / 8) + 20 * rng.normal() },
    ...{ "rollout/ep_predicted_rew_mean": 60 * Math.tanh(step / 12) + 6 * rng.normal() },
    ...(step % 4 === 0 && { "clips/accuracy": 0.92 - 0.35 / (1 + step / 6) + 0.02 * rng.normal() }),
  });
  return {
    ...{ ...served, labeller, ask },
    trains(): void {
      mkdirSync(run, { recursive: true });
      held ??= lock(join(run, ".lock"));
      write("running");
      writeFileSync(join(run, "metrics.jsonl"), jsonl(Array.from({ length: 40 }, (_, i) => row(i + 1))));
    },
    trained(): void {
      write("finished");
      held?.release();
    },
  };
}
