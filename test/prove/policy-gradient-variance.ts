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
  /** Σ Var g over the policy's part of the gradient of one batch of 8 episodes. */
  readonly variance: number;
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
      // With γᵗ in all of them those without a critic's estimate have one expectation, and variances that compare.
      const config = ReinforceConfig.parse({ ...settings, nEpisodes: 8, stateDiscount: true });
      const criticBatches = totalTimesteps === 0 && config.baseline === "value" ? 100 : 0;
      const { variance } = gradientMoments({ env: poles(8), policy, config, batches, seed, criticBatches });
      const total = policy.weights.parameters
        .filter(({ name }) => !name.includes("value_net"))
        .reduce((sum, { offset, size }) => variance.subarray(offset, offset + size).reduce((a, b) => a + b, sum), 0);
      measured.push({ seed, policy: name, switch: label, variance: total });
      note(`seed ${seed}, ${name}, ${label}: variance ${total.toPrecision(3)}`);
    }
  }
  return measured;
}

export const policyGradientVariance: Proof = {
  question: "How much does each switch of REINFORCE take from the variance of its gradient?",
  async run({ seeds, settings: { batches = 200, steps = 30_000 }, note }) {
    const results: Measured[] = [];
    for (const seed of seeds) results.push(...(await measure(seed, batches, steps, note)));
    /** Of the total return's variance, mean over the seeds. */
    const share = (policy: string, name: string) => {
      const of = (wanted: string) =>
        results.filter((row) => row.policy === policy && row.switch === wanted).map(({ variance }) => variance);
      const whole = of("total return");
      return of(name).reduce((sum, variance, i) => sum + variance / whole[i]!, 0) / whole.length;
    };
    const policies = [...new Set(results.map(({ policy }) => policy))];
    const passed = policies.every(
      (policy) =>
        share(policy, "reward-to-go") < 1 && share(policy, "reward-to-go − V(s)") < share(policy, "reward-to-go"),
    );
    const lines = Object.keys(switches).map(
      (name) => `| ${name} | ${policies.map((policy) => share(policy, name).toPrecision(2)).join(" | ")} |`,
    );
    const head = [`| what multiplies ∇ log π | ${policies.join(" | ")} |`, `|---|${"---:|".repeat(policies.length)}`];
    return { passed, results, table: [...head, ...lines].join("\n") };
  },
};
