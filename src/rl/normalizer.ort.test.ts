import { describe, expect, it } from "vitest";
import { aim, type Small, together } from "../../test/fixtures/small-envs.ts";
import { createSession } from "../engine/ort/index.ts";
import { box, type VectorEnv } from "../envs/index.ts";
import type { Checkpoint, Trainer } from "../run/index.ts";
import { acting } from "./acting.ts";
import { policyOnnx } from "./export.ts";
import type { Taught } from "./keep-best.ts";
import { ddpg } from "./off-policy/ddpg.ts";
import { naf } from "./off-policy/naf.ts";
import { sac } from "./off-policy/sac.ts";
import { td3 } from "./off-policy/td3.ts";
import { reinforce } from "./on-policy/reinforce.ts";
import { openPolicy } from "./policy.ts";

/** `aim` where what is seen lies around 1000 and rewards go down to −90,000. */
const distant: Small = {
  ...aim,
  observations: box(900, 1100, [1]),
  begin: (episode) => 1000 + 100 * aim.begin(episode),
  step(seen, action) {
    const { reward, ...rest } = aim.step((seen - 1000) / 100, action);
    return { ...rest, state: seen, reward: 1e4 * reward };
  },
};

async function finished(training: Trainer<Taught>) {
  const checkpoints: Checkpoint[] = [];
  for (;;) {
    const next = await training.next();
    if (next.done) return { ...next.value, checkpoints };
    checkpoints.push(structuredClone(next.value.snapshot()));
  }
}

const settings = { totalTimesteps: 1500, learningStarts: 200, netArch: [32, 32], batchSize: 64, learningRate: 5e-3 };

const thrown = { totalTimesteps: 16_000, nEpisodes: 64, learningRate: 1e-2, netArch: [32], seed: 1 };

describe("what is far from 0 is learnt as if it were near", () => {
  const env = () => together(distant, 1);
  const cases = {
    naf: (normalize: boolean) => naf({ env: env(), ...settings, actionNoiseStd: 0.3, normalize }),
    ddpg: (normalize: boolean) => ddpg({ env: env(), ...settings, actionNoiseStd: 0.3, normalize }),
    td3: (normalize: boolean) => td3({ env: env(), ...settings, actionNoiseStd: 0.3, normalize }),
    reinforce: (normalize: boolean) => reinforce({ env: together(distant, 8), ...thrown, normalize }),
    "reinforce with gSDE": (normalize: boolean) =>
      reinforce({ env: together(distant, 8), ...thrown, normalize, useSde: true, logStdInit: -2 }),
    sac: (normalize: boolean) => sac({ env: env(), ...settings, targetEntropy: -3, normalize }),
  };
  const wanted = [-0.9, -0.4, 0, 0.3, 0.8];
  const shown = Float32Array.from(wanted, (x) => 1000 + 100 * x);
  it.each(Object.entries(cases))("%s, and the saved policy and its model scale as it did", async (_, train) => {
    const found = async (normalize: boolean) => {
      const opened = openPolicy((await finished(train(normalize))).files);
      const actor = acting(opened, wanted.length);
      const actions = [...(actor.act(shown) as Float32Array)];
      actor.dispose();
      return { opened, actions };
    };
    const { opened, actions } = await found(true);
    expect(actions).toBeCloseToAll(wanted, 0.25);
    expect(modelled(policyOnnx(opened), shown)).toBeCloseToAll(actions, 1e-5);
    const { actions: lost } = await found(false);
    expect(Math.max(...lost.map((action, i) => Math.abs(action - wanted[i]!)))).toBeGreaterThan(0.5);
  });
});

/** What an exported model does. */
function modelled(model: Uint8Array, shown: Float32Array): number[] {
  const n = shown.length;
  const session = createSession(model);
  const actions = new Float32Array(n);
  const binding = session.bind(
    { observations: { dtype: "float32", shape: [n, 1], data: shown as Float32Array<ArrayBuffer> } },
    { actions: { dtype: "float32", shape: [n, 1], data: actions } },
  );
  binding.run();
  binding.dispose();
  session.dispose();
  return [...actions];
}

it("the statistics are those of all that was seen and earned, and the memory keeps both as they were", async () => {
  const env = together(
    { ...distant, step: (seen, action) => ({ ...distant.step(seen, action), terminated: seen > 1050 }) },
    2,
  );
  const seen: number[] = [];
  const returns: number[] = [];
  const running = [0, 0];
  const spied = {
    ...env,
    reset(how: object) {
      const answer = (env.reset as (how: object) => [Float32Array, object])(how);
      seen.push(...answer[0]);
      return answer;
    },
    step(actions: never) {
      const answer = env.step(actions) as unknown as [Float32Array, Float64Array, Uint8Array];
      seen.push(...answer[0]);
      for (const i of [0, 1]) running[i] = 0.9 * running[i]! + answer[1][i]!;
      returns.push(...running);
      for (const i of [0, 1]) if (answer[2][i] === 1) running[i] = 0;
      return answer;
    },
  } as unknown as VectorEnv;
  const few = { totalTimesteps: 200, learningStarts: 50, logInterval: 200, netArch: [8], batchSize: 8, gamma: 0.9 };
  const { files, checkpoints } = await finished(td3({ env: spied, ...few, bufferSize: 200, normalize: true }));
  const { mean, variance } = plain(seen);
  const tensors = files["model.safetensors"] as ReadonlyMap<string, { readonly data: Float32Array }>;
  expect(tensors.get("obs_rms.mean")!.data[0]! / mean).toBeCloseTo(1, 6);
  expect(tensors.get("obs_rms.variance")!.data[0]! / variance).toBeCloseTo(1, 6);
  const state = checkpoints[0]!.files["state.json"] as { scaling: { returns: { variance: [number] } } };
  expect(state.scaling.returns.variance[0] / plain(returns).variance).toBeCloseTo(1, 9);
  const memory = checkpoints[0]!.files["training/replay.safetensors"] as typeof tensors;
  expect(Math.min(...memory.get("rows.rows/observation")!.data)).toBeGreaterThanOrEqual(900);
  expect(Math.min(...memory.get("rows.rows/reward")!.data)).toBeLessThan(-1000);
});

/** Of numbers and, before them, a ten-thousandth of a row of mean 0 and variance 1. */
function plain(numbers: readonly number[]) {
  const [weight, rows] = [1e-4, numbers.length + 1e-4];
  const mean = numbers.reduce((a, b) => a + b, 0) / rows;
  const squares = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { mean, variance: (squares + weight * (1 + mean ** 2)) / rows };
}
