import { describe, expect, it } from "vitest";
import { stream } from "../../base/index.ts";
import { makeVec } from "../../envs/index.ts";
import type { ClipPair } from "../../feedback/index.ts";
import { type Checkpoint, metricLabel, type Trainer, type TrainerStep } from "../../run/index.ts";
import { a2c } from "../on-policy/a2c.ts";
import { ppo } from "../on-policy/ppo.ts";
import { trpo } from "../on-policy/trpo.ts";
import { type ClipsTrained, clips } from "./clips.ts";
import type { ClipsOptions } from "./config.ts";
import { rewardEnsemble } from "./ensemble.ts";
import { syntheticLabeller } from "./synthetic.ts";

const vector = (name: string, n = 4) => makeVec(name as "Pendulum-v1", n, { autoreset: "same-step", copy: false });

const totalTimesteps = 1200;
/** A run of a second: 10 questions, 4 rounds. */
const short = (more: Partial<ClipsOptions> = {}): ClipsOptions => ({
  ...{ env: vector("Pendulum-v1"), name: "Pendulum-v1", fps: 30, totalTimesteps, seed: 3 },
  ...{
    labels: 10,
    clipSeconds: 0.5,
    initialSteps: 400,
    rounds: 4,
    memory: 600,
    initialRewardEpochs: 5,
    rewardEpochs: 2,
  },
  labeller: syntheticLabeller({ seed: 3, rationality: 1, mistakes: 0.1 }),
  agent: (env, how) => ppo({ env, seed: 3, totalTimesteps, nSteps: 50, batchSize: 50, nEpochs: 2 }, how),
  ...more,
});

/** What a checkpoint is after it was on a disk: its own memory, JSON read anew. */
const stored = ({ step, files }: Checkpoint): Checkpoint => ({
  step,
  files: Object.fromEntries(
    Object.entries(files).map(([name, file]) => [
      name,
      file instanceof Map || file instanceof Uint8Array ? structuredClone(file) : JSON.parse(JSON.stringify(file)),
    ]),
  ),
});

/** Every step's metrics and checkpoint, and the end. */
async function play(trainer: Trainer<ClipsTrained>) {
  const checkpoints: Checkpoint[] = [];
  const rows: Readonly<Record<string, number>>[] = [];
  for (;;) {
    const next = await trainer.next();
    if (next.done) return { checkpoints, rows, result: next.value.result, files: next.value.files };
    rows.push(next.value.metrics);
    checkpoints.push(stored(next.value.snapshot()));
  }
}

describe("learning from preferences over clips", () => {
  it.each<[string, Partial<ClipsOptions>]>([
    ["PPO", {}],
    [
      "A2C with normalisers, and predictors that see actions",
      {
        ...{ rewardActions: true, rewardTanh: false },
        agent: (env, how) => a2c({ env, seed: 3, totalTimesteps, nSteps: 50, normalize: true }, how),
      },
    ],
    [
      "TRPO",
      {
        agent: (env, how) => trpo({ env, seed: 3, totalTimesteps, nSteps: 50, nCriticUpdates: 2 }, how),
      },
    ],
    ["PPO where ends are hidden", { ...{ name: "CartPole-v1", fps: 50, continueEpisodes: true, endPenalty: 5 } }],
  ])("%s goes on from any step as if it had never stopped", async (_, more) => {
    const options = () => short({ ...more, env: vector(more.name ?? "Pendulum-v1") });
    const whole = await play(clips(options()));
    expect(whole.checkpoints).toHaveLength(7);
    // the first step, where nothing is fitted yet; between two rounds; and after the last
    for (const i of [0, 3, 6]) {
      const checkpoint = whole.checkpoints[i]!;
      const rest = await play(clips(options(), { from: checkpoint }));
      expect(rest.rows).toEqual(whole.rows.slice(i + 1));
      expect(rest.checkpoints).toEqual(whole.checkpoints.slice(i + 1));
      expect(rest.files).toEqual(whole.files);
      expect(rest.result).toEqual(whole.result);
    }
  });

  it("reports true returns beside predicted ones, and asks as many questions as it may", async () => {
    const { rows, result } = await play(clips(short()));
    const last = rows.at(-1)!;
    expect(result).toMatchObject({ steps: 1600, asked: 10, answered: 10 });
    expect(last["rollout/ep_rew_mean"]).toBe(result.trainReturn);
    expect(last["rollout/ep_rew_mean"]).toBeLessThan(-500);
    expect(last["rollout/ep_predicted_rew_mean"]).toBeGreaterThan(-500);
    expect(rows[0]!["clips/asked"]).toBe(3); // a quarter of ten
    for (const name of ["train_loss", "validation_loss", "accuracy", "reward_correlation"]) {
      expect(rows.some((row) => Number.isFinite(row[`clips/${name}`]))).toBe(true);
    }
    const own = rows.flatMap((row) => Object.keys(row)).filter((name) => /^clips|predicted/.test(name));
    for (const name of own) expect(metricLabel(name, "zh")).not.toBe(name); // the pages say it in words
  });

  it("the agent is never given the environment's reward: where nobody can tell, nothing is predicted", async () => {
    const asked: ClipPair[] = [];
    const labeller = () => ({
      ask: async (pairs: readonly ClipPair[]) => void asked.push(...pairs),
      answers: async () => new Map(asked.map(({ id }) => [id, ["cannot-tell"] as const])),
    });
    const { rows, result } = await play(clips(short({ labeller })));
    expect(rows.at(-1)!["rollout/ep_predicted_rew_mean"]).toBe(0);
    expect(result.answered).toBe(10);
  });

  it("refuses episodes that end, and names the environment whose episodes do not", async () => {
    const named = clips(short({ env: vector("CartPole-v1"), name: "CartPole-v1", fps: 50 }));
    await expect(named.next()).rejects.toMatchObject({
      code: "variable-horizon",
      help: expect.stringContaining("CartPoleFixedHorizon-v1"),
    });
    const found = clips(short({ env: vector("LunarLander-v3"), name: "LunarLander-v3", fps: 50 }));
    await expect(found.next()).rejects.toMatchObject({ code: "variable-horizon" });
  });

  it("refuses clips that are longer than what was played", async () => {
    const long = clips(short({ clipSeconds: 10 })); // 300 steps of episodes of 200
    await expect(long.next()).rejects.toMatchObject({ code: "no-clips" });
  });

  it("waits for people before the first fit only, and goes on without them when it is told to", async () => {
    const asked: ClipPair[] = [];
    const goOn = new AbortController();
    const waited: number[] = [];
    const trainer = clips(
      short({
        labeller: () => ({
          ask: async (pairs) => void asked.push(...pairs),
          answers: async () => new Map(asked.length > 3 ? [[asked[0]!.id, ["left"]]] : []),
        }),
        goOn: goOn.signal,
        waiting: (answered, wanted) => {
          waited.push(answered, wanted);
          goOn.abort();
        },
      }),
    );
    const { result } = await play(trainer);
    expect(waited).toEqual([0, 3]);
    expect(result).toMatchObject({ asked: 10, answered: 1 });
  });

  it("an interruption while it waits loses no question", async () => {
    const stop = new AbortController();
    const silent = { labeller: () => ({ ask: async () => {}, answers: async () => new Map() }) };
    const trainer = clips(short({ ...silent, signal: stop.signal, waiting: () => stop.abort() }));
    const first = await trainer.next();
    await expect(trainer.next()).rejects.toMatchObject({ code: "interrupted" });
    const saved = stored((first.value as TrainerStep).snapshot());
    const again = await play(clips(short(), { from: saved }));
    expect(again.result).toEqual((await play(clips(short()))).result);
  });
});

it("an ensemble finds a reward from preferences alone, up to its scale", () => {
  const [width, k] = [2, 5];
  const rng = stream(1);
  const clip = () => Float32Array.from({ length: k * width }, () => rng.normal());
  const worth = (rows: Float32Array) => rows.reduce((sum, x, i) => sum + (i % width === 0 ? x : -2 * x), 0);
  const examples = Array.from({ length: 120 }, (_, i) => {
    const [left, right] = [clip(), clip()];
    return { pair: `${i}`, left, right, preferred: worth(left) > worth(right) ? 1 : 0 };
  });
  const ensemble = rewardEnsemble({
    ...{ width, k, members: 3, hidden: [16], bounded: false, learningRate: 3e-3, batchSize: 16, noise: 0.1, seed: 1 },
  });
  try {
    const before = new Float64Array(2);
    ensemble.rewards(Float32Array.of(1, 0, 0, 1), before);
    expect([...before]).toEqual([0, 0]);
    const { trainLoss, accuracy } = ensemble.fit(examples, 60, 0);
    expect(trainLoss).toBeLessThan(0.25);
    expect(accuracy).toBeGreaterThan(0.85);
    const rewards = new Float64Array(3);
    ensemble.rewards(Float32Array.of(0, 0, 1, 0, 0, 1), rewards);
    expect(rewards[1]! - rewards[0]!).toBeGreaterThan(0.1); // + x₀
    expect((rewards[2]! - rewards[0]!) / (rewards[1]! - rewards[0]!)).toBeLessThan(-1.5); // − 2 x₁
    const all = new Float64Array(240 * k);
    ensemble.rewards(Float32Array.from(examples.flatMap(({ left, right }) => [...left, ...right])), all);
    expect(all.reduce((a, b) => a + b, 0) / all.length).toBeCloseTo(0, 5); // mean 0 over what was asked about
  } finally {
    ensemble.dispose();
  }
});
