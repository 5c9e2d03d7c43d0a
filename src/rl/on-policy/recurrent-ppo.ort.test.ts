import { describe, expect, it } from "vitest";
import { finish } from "../../../test/fixtures/finish.ts";
import { allocate, stream } from "../../base/index.ts";
import { createSession } from "../../engine/ort/index.ts";
import { box, discrete, type Env, type Json, makeVec } from "../../envs/index.ts";
import type { Checkpoint } from "../../run/index.ts";
import { acting } from "../acting.ts";
import { evaluate } from "../evaluate.ts";
import { policyOnnx } from "../export.ts";
import { openPolicy, policyFiles } from "../policy.ts";
import { ppo } from "./ppo.ts";
import { recurrentPpo } from "./recurrent-ppo.ts";

/** A sign is shown once; what is asked after it, where nothing is to be seen, is which it was. Some episodes are cut off. */
function recall(): Env {
  let draws = 0;
  let sign = 0;
  let steps = 0;
  const seen = () => Float32Array.of(steps === 0 ? sign : 0);
  return {
    observationSpace: box(-1, 1, [1]),
    actionSpace: discrete(2),
    reset() {
      sign = stream(5, "recall", draws++).uniform() < 0.5 ? -1 : 1;
      steps = 0;
      return [seen(), {}];
    },
    step(action) {
      const reward = steps > 0 && action === (sign > 0 ? 1 : 0) ? 1 : 0;
      steps++;
      const isOver = steps === 4;
      return [seen(), reward, isOver && draws % 2 === 0, isOver && draws % 2 === 1, {}];
    },
    snapshot: (): Json => ({ draws, sign, steps }),
    restore(saved) {
      ({ draws, sign, steps } = saved as { draws: number; sign: number; steps: number });
    },
  };
}
const world = (n = 6) => makeVec(recall, n, { autoreset: "same-step" });
const small = {
  lstmHiddenSize: 8,
  netArch: [8] as number[],
  nSteps: 16,
  sequenceLength: 8,
  batchSize: 32,
  seed: 2,
} as const;
const learning = { ...small, totalTimesteps: 9600, learningRate: 0.01, nEpochs: 6, gamma: 0.5 } as const;

describe.each(["own", "shared", "none"] as const)("a critic with LSTM: %s", (lstmCritic) => {
  it("remembers what was shown, where a policy without memory can only guess; the saved policy does too", async () => {
    const { policy } = await finish(recurrentPpo({ env: world(), ...learning, lstmCritic }));
    const again = openPolicy(policyFiles(policy));
    expect(evaluate(again, { env: world(), episodes: 60 }).mean).toBe(3);
    const { policy: guessing } = await finish(ppo({ env: world(), ...learning, netArch: [8], totalTimesteps: 3200 }));
    expect(evaluate(guessing, { env: world(), episodes: 60 }).mean).toBeLessThan(2.2);
  });

  it("sees again in learning exactly what it saw in acting, over ends of episodes too: the ratio is 1", async () => {
    const still = {
      ...small,
      totalTimesteps: 300,
      learningRate: 0,
      normalize: true,
      lossType: "kl",
      lstmCritic,
    } as const;
    const { rows } = await finish(recurrentPpo({ env: world(), ...still }));
    for (const row of rows) {
      expect(row["train/approx_kl"]).toBeCloseTo(0, 9);
      expect(row["train/kl"]).toBe(0);
    }
  });

  it("goes on from a checkpoint as if it had never stopped", async () => {
    const start = (from?: Checkpoint) =>
      recurrentPpo({ env: world(), ...small, totalTimesteps: 480, nEpochs: 2, nSteps: 8, lstmCritic }, { from });
    const whole = await finish(start());
    const half = start();
    let saved: Checkpoint | undefined;
    for await (const { step, snapshot } of half) {
      if (step < 3) continue;
      const { files } = snapshot();
      saved = {
        step,
        files: { ...structuredClone(files), "state.json": JSON.parse(JSON.stringify(files["state.json"])) },
      };
      break;
    }
    const rest = await finish(start(saved));
    expect(rest.policy.weights.flat).toEqual(whole.policy.weights.flat);
    expect(rest.rows).toEqual(whole.rows.slice(3));
  });
});

it("its exported model hands on what it remembers", async () => {
  const { policy } = await finish(recurrentPpo({ env: world(), ...small, totalTimesteps: 96 }));
  for (let i = 0; i < policy.weights.flat.length; i++) policy.weights.flat[i] = 4 * Math.sin(7 * i);
  const [n, S] = [3, policy.network.recurrent!.memorySize];
  const [observations, memory, next] = [allocate("float32", n), allocate("float32", n * S), allocate("float32", n * S)];
  const actions = allocate("int32", n);
  const session = createSession(policyOnnx(policy));
  const binding = session.bind(
    {
      observations: { dtype: "float32", shape: [n, 1], data: observations },
      memory: { dtype: "float32", shape: [n, S], data: memory },
    },
    {
      actions: { dtype: "int32", shape: [n], data: actions },
      next_memory: { dtype: "float32", shape: [n, S], data: next },
    },
  );
  const actor = acting(policy, n);
  for (let t = 0; t < 20; t++) {
    observations.set([Math.sin(t), Math.cos(3 * t), 0]);
    binding.run();
    expect([...actions]).toEqual([...(actor.act(observations.slice()) as Int32Array)]);
    memory.set(next);
  }
  actor.dispose();
  binding.dispose();
  session.dispose();
});

it("rollouts that sequences do not fill are refused", () =>
  expect(() => recurrentPpo({ env: world(), ...small, sequenceLength: 5 })).toThrow(
    expect.objectContaining({ code: "bad-settings" }),
  ));
