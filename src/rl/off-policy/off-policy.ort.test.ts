import { describe, expect, it } from "vitest";
import { aim, corridor, cutOff, together } from "../../../test/fixtures/small-envs.ts";
import { compile, type Specs } from "../../engine/index.ts";
import type { Checkpoint, CheckpointFiles, Trainer } from "../../run/index.ts";
import { acting } from "../acting.ts";
import { evaluate } from "../evaluate.ts";
import { paramsIn } from "../fused.ts";
import { keepBest } from "../keep-best.ts";
import { qNetwork } from "../networks/q-network.ts";
import { openPolicy } from "../policy.ts";
import { type AblationRow, ablation, ablationCases } from "./ablation.ts";
import { continuousQ } from "./continuous-q.ts";
import { ddpg } from "./ddpg.ts";
import { type DqnOptions, dqn } from "./dqn.ts";
import { naf } from "./naf.ts";
import type { OffPolicyTrained } from "./off-policy.ts";
import { c51, qrDqn, rainbow } from "./rainbow.ts";
import { sac } from "./sac.ts";
import { td3 } from "./td3.ts";

async function trained(training: Trainer<OffPolicyTrained>): Promise<OffPolicyTrained> {
  let next = await training.next();
  while (!next.done) next = await training.next();
  return next.value;
}

/** Q(s, ·) of a policy that dqn taught, for each of n doors. */
function valuesOf({ policy }: OffPolicyTrained, n: number): number[][] {
  const design = policy.design;
  if (design?.kind !== "q") throw new Error("no Q network");
  const network = qNetwork(n, 2, policy.hidden, policy.activation, design);
  using asked = compile<Specs, string>(
    (x) => ({ q: network.values(network.outputs(paramsIn(x.weights!, policy.weights.parameters), x.x!)) }),
    { weights: [policy.weights.flat.length], x: [n, n] },
    { buffers: { weights: policy.weights.flat } },
  );
  for (let i = 0; i < n; i++) (asked.inputs.x as Float32Array)[i * n + i] = 1;
  asked.run();
  const q = asked.float("q");
  return Array.from({ length: n }, (_, i) => [q[2 * i]!, q[2 * i + 1]!]);
}

const gamma = 0.8;
/** Q* of four doors: on is γ^(3 − s), staying a step later. */
const exact = [0, 1, 2, 3].map((s) => [gamma * gamma ** (3 - s), gamma ** (3 - s)]);
const quick = {
  ...{ gamma, totalTimesteps: 1500, learningStarts: 50, trainFreq: 1, batchSize: 32, netArch: [32], seed: 1 },
  ...{ learningRate: 3e-3, targetUpdateInterval: 25, explorationFinalEps: 0.5, vMin: 0, vMax: 1.25, nAtoms: 26 },
} satisfies Omit<DqnOptions, "env">;

describe("every tip of DQN finds the exact values of a corridor", () => {
  const cases: Readonly<Record<string, Partial<DqnOptions>>> = {
    "a target network": {},
    none: { targetNetwork: false },
    "a target that follows slowly": { tau: 0.1, targetUpdateInterval: 1 },
    "Boltzmann exploration": { exploration: "boltzmann", temperature: 0.3 },
    "noisy networks": { exploration: "noisy" },
    "noise for an episode": { exploration: "noisy-episode" },
    double: { double: true },
    dueling: { dueling: true },
    "prioritised replay": { prioritized: true },
    C51: { returns: "c51", learningRate: 1e-2 },
    quantiles: { returns: "qr-dqn", nQuantiles: 8 },
  };
  it.each(Object.entries(cases))("%s", async (_, more) => {
    const done = await trained(dqn({ env: together(corridor(4), 1), ...quick, ...more }));
    expect(valuesOf(done, 4)).toBeCloseToAll(exact, 0.08);
  });

  it("several environments, several steps and all at once choose to go on at every door", async () => {
    const { learningRate: _, ...rest } = quick;
    const settings = { ...rest, learningRate: 5e-3, env: together(corridor(4), 3) };
    for (const done of [await trained(rainbow(settings)), await trained(dqn({ ...settings, nStep: 3 }))]) {
      for (const [stay, on] of valuesOf(done, 4)) expect(on).toBeGreaterThan(stay!);
    }
  });
});

it("an episode that is cut off keeps the value of its last state unless it is to count as ended", async () => {
  const settings = { ...quick, gamma: 0.5, env: together(cutOff, 1), totalTimesteps: 800 };
  expect(valuesOf(await trained(dqn(settings)), 1)[0]).toBeCloseToAll([2, 2], 0.05);
  expect(valuesOf(await trained(dqn({ ...settings, truncation: "terminal" })), 1)[0]).toBeCloseToAll([1, 1], 0.05);
});

describe("continuous actions are found", () => {
  const settings = { totalTimesteps: 1500, learningStarts: 200, netArch: [32, 32], batchSize: 64, learningRate: 5e-3 };
  const noise = { actionNoiseStd: 0.3 };
  const cases = {
    naf: () => naf({ env: together(aim, 1), ...settings, ...noise }),
    "continuous-q": () => continuousQ({ env: together(aim, 1), ...settings, ...noise }),
    "continuous-q uphill": () =>
      continuousQ({ env: together(aim, 1), ...settings, ...noise, candidates: 4, ascentSteps: 8, ascentRate: 0.1 }),
    ddpg: () => ddpg({ env: together(aim, 1), ...settings, ...noise }),
    td3: () => td3({ env: together(aim, 1), ...settings, ...noise }),
    sac: () => sac({ env: together(aim, 1), ...settings, targetEntropy: -3 }),
    "sac with gSDE": () => sac({ env: together(aim, 1), ...settings, useSde: true, targetEntropy: -3 }),
  };
  it.each(Object.entries(cases))("%s", async (_, train) => {
    const { files } = await trained(train());
    const opened = openPolicy(files); // as somebody else would use it
    const where = [-0.9, -0.4, 0, 0.3, 0.8];
    const actor = acting(opened, where.length);
    expect([...(actor.act(Float32Array.from(where)) as Float32Array)]).toBeCloseToAll(where, 0.2);
    actor.dispose();
  });
});

describe("a run that was stopped goes on to the same bytes", () => {
  const few = { totalTimesteps: 400, learningStarts: 40, logInterval: 100, netArch: [16], batchSize: 8, trainFreq: 2 };
  const discrete = { ...few, ...{ nStep: 3, prioritized: true, targetUpdateInterval: 30, bufferSize: 150 } };
  type Resume = { readonly from?: Checkpoint };
  const cases: Readonly<Record<string, (how: Resume) => Trainer<OffPolicyTrained>>> = {
    dqn: (how) => dqn({ env: together(corridor(4), 2), ...discrete }, how),
    "dqn with noise for an episode": (how) =>
      dqn({ env: together(corridor(4), 1), ...discrete, exploration: "noisy-episode", dueling: true }, how),
    c51: (how) => c51({ env: together(corridor(4), 1), ...discrete }, how),
    "qr-dqn": (how) => qrDqn({ env: together(corridor(4), 1), ...discrete, nQuantiles: 5 }, how),
    naf: (how) => naf({ env: together(aim, 2), ...few, actionNoise: "ornstein-uhlenbeck" }, how),
    "continuous-q": (how) => continuousQ({ env: together(aim, 2), ...few }, how),
    td3: (how) => td3({ env: together(aim, 1), ...few, nStep: 2 }, how),
    "td3 with normalised observations and rewards": (how) =>
      td3({ env: together(aim, 2), ...few, normalize: true }, how),
    "dqn with them": (how) => dqn({ env: together(corridor(4), 2), ...discrete, normalize: true }, how),
    sac: (how) => sac({ env: together(aim, 2), ...few }, how),
    "sac with gSDE": (how) => sac({ env: together(aim, 2), ...few, useSde: true, sdeSampleFreq: 7 }, how),
    "sac that keeps its best policy": (how) =>
      keepBest(
        sac({ env: together(aim, 1), ...few }, how),
        { env: together(aim, 1), evalFreq: 100, seed: 5 },
        how.from,
      ),
  };
  it.each(Object.entries(cases))("%s", async (_, train) => {
    const checkpoints: Checkpoint[] = [];
    const whole = train({});
    let next = await whole.next();
    for (; !next.done; next = await whole.next()) checkpoints.push(structuredClone(next.value.snapshot()));
    expect(checkpoints).toHaveLength(4);
    const again = train({ from: checkpoints[1]! });
    const third = await again.next();
    expect((third.value as { snapshot(): Checkpoint }).snapshot()).toEqual(checkpoints[2]);
    const { files } = await trained(again);
    expect(bytes(files)).toEqual(bytes(next.value.files));
  });
});

const bytes = (files: CheckpointFiles) => files["model.safetensors"];

it("the best policy on the way is kept, not the last one", async () => {
  const judges = () => together(aim, 1);
  const settings = {
    totalTimesteps: 400,
    learningStarts: 20,
    logInterval: 20,
    trainFreq: 1,
    batchSize: 8,
    netArch: [8],
  };
  const wild = ddpg({ env: together(aim, 1), ...settings, learningRate: 0.3 });
  const training = keepBest(wild, { env: judges(), evalFreq: 40, nEvalEpisodes: 7, seed: 1 });
  const found: (readonly [number, number])[] = [];
  let next = await training.next();
  for (; !next.done; next = await training.next()) {
    const { "time/total_timesteps": timesteps, "eval/mean_reward": mean } = next.value.metrics;
    if (mean !== undefined) found.push([timesteps!, mean]);
  }
  const { policy, result } = next.value;
  expect(found.map(([timesteps]) => timesteps)).toEqual([40, 80, 120, 160, 200, 240, 280, 320, 360, 400]);
  const best = Math.max(...found.map(([, mean]) => mean));
  expect(result.kept).toEqual({
    timesteps: found.find(([, mean]) => mean === best)![0],
    mean: best,
    last: found.at(-1)![1],
  });
  expect(result.kept.last).toBeLessThan(best);
  expect(evaluate(policy, { env: judges(), episodes: 7 }).mean).toBe(best);
});

it("a noisy network acts with one noise from update to update", async () => {
  const actions: number[] = [];
  const watched: typeof cutOff = {
    ...cutOff,
    step(state, action) {
      actions.push(action);
      return cutOff.step(state, action);
    },
  };
  const often = { totalTimesteps: 408, learningStarts: 8, trainFreq: 8, gradientSteps: 2, batchSize: 8, netArch: [8] };
  const still = { ...often, exploration: "noisy", learningRate: 1e-12, seed: 2 } as const;
  await trained(dqn({ env: together(watched, 1), ...still }));
  const blocks = Array.from({ length: 50 }, (_, i) => actions.slice(8 * (i + 1), 8 * (i + 2)));
  for (const block of blocks) expect(new Set(block).size).toBe(1);
  expect(new Set(blocks.map(([first]) => first)).size).toBe(2);
});

describe("what cannot work is refused before anything is computed", () => {
  const start = (options: object) => dqn({ env: together(corridor(4), 2), ...quick, ...options } as DqnOptions).next();
  it("a batch larger than the memory", () =>
    expect(start({ bufferSize: 16 })).rejects.toMatchObject({ code: "replay-batch" }));
  it("noise for an episode in environments whose episodes end apart", () =>
    expect(start({ exploration: "noisy-episode" })).rejects.toMatchObject({ code: "bad-exploration" }));
  it("DQN for continuous actions", () =>
    expect(start({ env: together(aim, 1) })).rejects.toMatchObject({ code: "unsupported-space" }));
  it("SAC for discrete ones", () =>
    expect(sac({ env: together(corridor(4), 1) }).next()).rejects.toMatchObject({ code: "unsupported-space" }));
  it("returns without room between their bounds", () =>
    expect(() => dqn({ env: together(corridor(4), 1), vMin: 1, vMax: 1 })).toThrow(/vMin below vMax/));
});

describe("the ablation", () => {
  const settings = {
    totalTimesteps: 60,
    learningStarts: 20,
    trainFreq: 4,
    batchSize: 8,
    netArch: [8],
    logInterval: 30,
  };
  const table = (rows?: readonly string[]) =>
    ablation({ env: () => together(cutOff, 1), seeds: [1, 2], settings, episodes: 5, ...(rows && { rows }) });

  it("has every tip alone and Rainbow without each", () => {
    const cases = ablationCases(32);
    expect(cases.dqn).toEqual({});
    expect(cases["rainbow - double"]).toEqual({ ...cases.rainbow, double: undefined });
    for (const tip of ["double", "dueling", "prioritized", "n-step", "noisy", "distributional"]) {
      expect(cases.rainbow).toMatchObject(cases[`dqn + ${tip}`]!);
      expect(Object.keys(cases[`rainbow - ${tip}`]!)).toHaveLength(5);
    }
  });

  it("gives a row a case and seed with what was learnt and how it went", async () => {
    const rows: AblationRow[] = [];
    for await (const row of table(["dqn", "rainbow", "dqn - replay"])) rows.push(row);
    expect(rows.map(({ name, seed }) => `${name} ${seed}`)).toEqual(
      ["dqn", "rainbow", "dqn - replay"].flatMap((name) => [`${name} 1`, `${name} 2`]),
    );
    for (const { trainReturn, evaluation, curve } of rows) {
      expect([trainReturn, evaluation.mean, evaluation.episodes]).toEqual([1, 1, 5]);
      expect(curve).toEqual([
        { timesteps: 32, trainReturn: 1 },
        { timesteps: 60, trainReturn: 1 },
      ]);
    }
  });

  it("goes on after the rows that are there already", async () => {
    const rest: AblationRow[] = [];
    const env = () => together(cutOff, 1);
    for await (const row of ablation({
      env,
      seeds: [1, 2],
      settings,
      episodes: 5,
      rows: ["dqn", "dqn + double"],
      done: 3,
    })) {
      rest.push(row);
    }
    expect(rest.map(({ name, seed }) => `${name} ${seed}`)).toEqual(["dqn + double 2"]);
  });

  it("knows its rows", () => expect(table(["dqn + luck"]).next()).rejects.toMatchObject({ code: "bad-row" }));
});
