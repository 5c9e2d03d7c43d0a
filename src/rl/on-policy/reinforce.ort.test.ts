import { describe, expect, it } from "vitest";
import { finish } from "../../../test/fixtures/finish.ts";
import { stream } from "../../base/index.ts";
import { discrete, type Env, makeVec, type VectorEnv } from "../../envs/index.ts";
import type { Checkpoint } from "../../run/index.ts";
import { evaluate } from "../evaluate.ts";
import type { Policy } from "../policy.ts";
import { gradientMoments } from "./gradient-variance.ts";
import { ReinforceConfig, reinforce, reinforcePolicy } from "./reinforce.ts";

/** Three states, two actions; an episode ends after each step with probability ¼. */
const next = [
  [
    [0.5, 0.25, 0],
    [0, 0.25, 0.5],
  ],
  [
    [0.75, 0, 0],
    [0, 0.25, 0.5],
  ],
  [
    [0.25, 0.25, 0.25],
    [0, 0, 0.75],
  ],
];
const reward = [
  [1, 0],
  [2, -1],
  [0, 3],
];
const gamma = 0.9;

function smallMdp(): Env<ReturnType<typeof discrete>, ReturnType<typeof discrete>> {
  let [rng, state] = [stream(0, "mdp"), 0];
  return {
    observationSpace: discrete(3),
    actionSpace: discrete(2),
    reset({ seed } = {}) {
      if (seed !== undefined) rng = stream(seed, "mdp");
      state = 0;
      return [state, {}];
    },
    step(action) {
      const gained = reward[state]![action]!;
      let u = rng.uniform();
      const to = next[state]![action]!.findIndex((p) => {
        u -= p;
        return u < 0;
      });
      if (to >= 0) state = to;
      return [state, gained, to < 0, false, {}];
    },
  };
}
const smallMdps = (n: number): VectorEnv => makeVec(smallMdp, n, { autoreset: "same-step" });

/** J and ∂J/∂logit[s][a], by the Bellman equation and the policy gradient theorem. */
function exact(logits: readonly (readonly number[])[]) {
  const pi = logits.map((row) => {
    const weights = row.map(Math.exp);
    return weights.map((w) => w / weights.reduce((a, b) => a + b));
  });
  let V = [0, 0, 0];
  let visits = [0, 0, 0]; // Σ γᵗ P(s_t = s)
  const q = (s: number, a: number) => reward[s]![a]! + gamma * next[s]![a]!.reduce((sum, p, to) => sum + p * V[to]!, 0);
  for (let i = 0; i < 500; i++) {
    V = V.map((_, s) => pi[s]!.reduce((sum, p, a) => sum + p * q(s, a), 0));
    visits = visits.map((_, to) =>
      visits.reduce(
        (sum, d, s) => sum + gamma * d * pi[s]!.reduce((p, chance, a) => p + chance * next[s]![a]![to]!, 0),
        to === 0 ? 1 : 0,
      ),
    );
  }
  return { J: V[0]!, slope: pi.map((row, s) => row.map((p, a) => visits[s]! * p * (q(s, a) - V[s]!))) };
}

const tabular = (settings: Partial<ReinforceConfig>) =>
  ReinforceConfig.parse({ gamma, netArch: [], nEpisodes: 64, stateDiscount: true, baseline: "none", ...settings });

/** A policy whose logits are these, biases included: a table. */
function policyOf(config: ReinforceConfig, logits: readonly (readonly number[])[]): Policy {
  const policy = reinforcePolicy(smallMdps(1), config, 0);
  policy.weights.flat.fill(0);
  const { data } = policy.weights.arrays.get("action_net.weight")!; // [actions, states]
  logits.forEach((row, s) => {
    row.forEach((logit, a) => {
      data[a * 3 + s] = logit;
    });
  });
  return policy;
}

const logits = [
  [0.3, -0.2],
  [0, 0.5],
  [-0.4, 0.1],
];
const elsewhere = logits.map(([a, b]) => [b! + 0.2, a!]);

/** Estimate, standard errors and truth, by the entries of the table. */
function estimated(settings: Partial<ReinforceConfig>, { offPolicy = false, batches = 150 } = {}) {
  const config = tabular(settings);
  const policy = policyOf(config, logits);
  const { mean, variance } = gradientMoments({
    ...{ env: smallMdps(64), policy, config, batches, seed: 1, criticBatches: 40 },
    ...(offPolicy && { behaviour: policyOf(config, elsewhere) }),
  });
  const { offset } = policy.weights.parameters.find(({ name }) => name === "action_net.weight")!;
  const { slope } = exact(logits);
  const entries = [0, 1, 2, 3, 4, 5].map((i) => ({
    estimate: mean[offset + i]!,
    truth: slope[i % 3]![Math.floor(i / 3)]!,
    standardError: Math.sqrt(variance[offset + i]! / batches),
  }));
  return {
    worst: Math.max(...entries.map(({ estimate, truth, standardError }) => Math.abs(estimate - truth) / standardError)),
    /** Of one batch's gradient, summed over the entries. */
    variance: entries.reduce((sum, { standardError }) => sum + standardError ** 2 * batches, 0),
  };
}

describe("REINFORCE's gradient", () => {
  it("the exact gradient that it is held to is the slope of the exact value", () => {
    const { slope } = exact(logits);
    const moved = (s: number, a: number, by: number) =>
      exact(logits.map((row, i) => row.map((x, j) => (i === s && j === a ? x + by : x)))).J;
    for (const s of [0, 1, 2]) {
      for (const a of [0, 1]) expect((moved(s, a, 1e-5) - moved(s, a, -1e-5)) / 2e-5).toBeCloseTo(slope[s]![a]!, 6);
    }
  });

  it.each<[string, Partial<ReinforceConfig>, boolean]>([
    ["the total return", { credit: "total" }, false],
    ["the total return less the others' mean", { credit: "total", baseline: "mean" }, false],
    ["the reward to go", {}, false],
    ["the reward to go less the others' mean", { baseline: "mean" }, false],
    ["the advantage over learnt values", { baseline: "value" }, false],
    ["another policy's episodes, weighed whole", { importance: "trajectory", baseline: "mean" }, true],
    ["another policy's total returns, weighed reward by reward", { importance: "per-decision", credit: "total" }, true],
    ["another policy's rewards to go, weighed one by one", { importance: "per-decision", baseline: "value" }, true],
  ])("from %s is the policy gradient within sampling error", (_, settings, offPolicy) => {
    expect(estimated(settings, { offPolicy }).worst).toBeLessThan(4);
  });

  it("weighed by the action's own ratio it is another one: biased, as PPO's is", () => {
    expect(estimated({ importance: "step", baseline: "value" }, { offPolicy: true }).worst).toBeGreaterThan(6);
  });

  it("varies less with reward-to-go than with the total return, and less again with a baseline", () => {
    const total = estimated({ credit: "total" }).variance;
    const toGo = estimated({}).variance;
    const mean = estimated({ baseline: "mean" }).variance;
    const value = estimated({ baseline: "value" }).variance;
    expect(toGo).toBeLessThan(0.9 * total);
    expect(mean).toBeLessThan(0.9 * toGo);
    expect(value).toBeLessThan(0.9 * toGo);
  });

  it("varies less with ratios up to each reward than with the whole episode's", () => {
    const variance = (importance: "trajectory" | "per-decision") =>
      estimated({ importance, baseline: "value" }, { offPolicy: true }).variance;
    expect(variance("per-decision")).toBeLessThan(0.9 * variance("trajectory"));
  });
});

const cartPole = (n = 4) => makeVec("CartPole-v1", n, { autoreset: "same-step", copy: false });
const swings = () => makeVec("Pendulum-v1", 4, { autoreset: "same-step" });

it("learns to balance a pole", { timeout: 300_000 }, async () => {
  const { policy } = await finish(reinforce({ env: cartPole(8), seed: 1, totalTimesteps: 60_000 }));
  const { mean } = evaluate(policy, { env: cartPole(16), episodes: 50, seed: 99 });
  expect(mean).toBeGreaterThan(300); // a policy that does not learn keeps it up for 20 steps
});

it.each([
  ["with a critic", {}],
  ["over several passes with clipping", { nEpochs: 3, clipRange: 0.2, baseline: "mean", normalizeAdvantage: true }],
  ["with normalised observations and rewards", { normalize: true }],
  ["with noise that depends on the state", { env: swings(), totalTimesteps: 6400, useSde: true, sdeSampleFreq: 4 }],
] as const)("REINFORCE %s goes on from a checkpoint as if it had never stopped", async (_, settings) => {
  const start = (from?: Checkpoint) =>
    reinforce({ env: cartPole(), seed: 3, totalTimesteps: 1500, nEpisodes: 8, ...settings }, { from });
  const whole = await finish(start());
  let saved: Checkpoint | undefined;
  for await (const { step, snapshot } of start()) {
    if (step < 3) continue;
    const { files } = snapshot();
    saved = { step, files: structuredClone(files) };
    break;
  }
  const rest = await finish(start(saved));
  expect(rest.policy.weights.flat).toEqual(whole.policy.weights.flat);
  expect(rest.result).toEqual(whole.result);
});

it("refuses settings that contradict each other", async () => {
  const begin = (settings: Partial<ReinforceConfig>) => reinforce({ env: cartPole(), ...settings }).next();
  await expect(begin({ bootstrapSteps: 1, baseline: "mean" })).rejects.toMatchObject({ code: "bad-settings" });
  await expect(begin({ clipRange: 0.2, importance: "trajectory" })).rejects.toMatchObject({ code: "bad-settings" });
});
