/**
 * What each switch of REINFORCE does to the variance of the gradient that it follows (issue 5): on CartPole, at a policy that
 * has learnt nothing and at one that has learnt half.
 */
import { makeVec } from "../../src/envs/index.ts";
import { gradientMoments, ReinforceConfig, reinforce, reinforcePolicy } from "../../src/rl/index.ts";
import type { Proof } from "./proof.ts";

const switches = {
  "total return": { credit: "total", baseline: "none" },
  "total return − mean": { credit: "total", baseline: "mean" },
  "reward-to-go": { baseline: "none" },
  "reward-to-go − mean": { baseline: "mean" },
  "reward-to-go − V(s)": { baseline: "value" },
  "5 rewards, then V(s), − V(s)": { baseline: "value", bootstrapSteps: 5 },
  "1 reward, then V(s), − V(s)": { baseline: "value", bootstrapSteps: 1 },
} as const;

interface Measured {
  readonly seed: number;
  readonly policy: string;
  readonly switch: string;
  /** ‖E g‖ of the policy's part of the gradient. */
  readonly length: number;
  /** Σ Var g over that length squared: 1 = as much noise as signal, in one batch of 8 episodes. */
  readonly noise: number;
}

const poles = (n: number) => makeVec("CartPole-v1", n, { autoreset: "same-step", copy: false });

async function measure(seed: number, batches: number, trained: number, note: (line: string) => void) {
  const measured: Measured[] = [];
  const policies = [["new", 0] as const, [`after ${trained} steps`, trained] as const];
  for (const [name, totalTimesteps] of policies) {
    let policy = reinforcePolicy(poles(1), ReinforceConfig.parse({}), seed);
    if (totalTimesteps > 0) {
      const training = reinforce({ env: poles(8), seed, totalTimesteps });
      let step = await training.next();
      while (!step.done) step = await training.next();
      policy = step.value.policy;
    }
    for (const [label, settings] of Object.entries(switches)) {
      const config = ReinforceConfig.parse({ ...settings, nEpisodes: 8 });
      const criticBatches = totalTimesteps === 0 && config.baseline === "value" ? 100 : 0;
      const { mean, variance } = gradientMoments({ env: poles(8), policy, config, batches, seed, criticBatches });
      let [signal, noise] = [0, 0];
      for (const { name, offset, size } of policy.weights.parameters) {
        if (name.includes("value_net")) continue;
        for (let i = offset; i < offset + size; i++) {
          signal += mean[i]! ** 2 - variance[i]! / batches; // the mean of finitely many is noisy too
          noise += variance[i]!;
        }
      }
      measured.push({
        seed,
        policy: name,
        switch: label,
        length: Math.sqrt(Math.max(0, signal)),
        noise: noise / signal,
      });
      note(
        `seed ${seed}, ${name}, ${label}: ‖E g‖ ${Math.sqrt(signal).toFixed(1)}, noise ${(noise / signal).toFixed(2)}`,
      );
    }
  }
  return measured;
}

export const policyGradientVariance: Proof = {
  question: "How much does each switch of REINFORCE take from the variance of its gradient?",
  async run({ seeds, settings: { batches = 200, steps = 30_000 }, note }) {
    const results: Measured[] = [];
    for (const seed of seeds) results.push(...(await measure(seed, batches, steps, note)));
    const noiseOf = (policy: string, name: string) => {
      const of = results.filter((row) => row.policy === policy && row.switch === name);
      return of.reduce((sum, { noise }) => sum + noise, 0) / of.length;
    };
    const policies = [...new Set(results.map(({ policy }) => policy))];
    const passed = policies.every(
      (policy) =>
        noiseOf(policy, "reward-to-go") < noiseOf(policy, "total return") &&
        noiseOf(policy, "reward-to-go − V(s)") < noiseOf(policy, "reward-to-go"),
    );
    const lines = Object.keys(switches).map(
      (name) => `| ${name} | ${policies.map((policy) => noiseOf(policy, name).toFixed(2)).join(" | ")} |`,
    );
    const head = [`| what multiplies ∇ log π | ${policies.join(" | ")} |`, `|---|${"---:|".repeat(policies.length)}`];
    return { passed, results, table: [...head, ...lines].join("\n") };
  },
};
