/**
 * Proximal policy optimization (Schulman et al. 2017, arXiv:1707.06347): many small steps on one rollout, none of which
 * gains by moving a probability by more than a factor of 1 ± ε (`clip`), or each of which pays for the distance moved
 * (`kl`, section 4, with a fixed or an adaptive price).
 *
 * The defaults are stable-baselines3's; where they differ from openai/baselines (Huang et al. 2022, "The 37
 * implementation details of PPO"), preset `cleanrl` has the other: linear schedules, clipped values, half the squared error,
 * an entropy bonus, and truncation as an end.
 *
 * Run it: plaudit rl ppo --env CartPole-v1 --preset zoo     Results: docs/algorithms/ppo.md
 */
import { z } from "zod";
import { stream } from "../base/index.ts";
import { floats, ints, type Spec } from "../engine/index.ts";
import {
  abs,
  add,
  cast,
  clip,
  exp,
  greater,
  maximum,
  mean,
  minimum,
  mul,
  neg,
  square,
  sub,
} from "../engine/graph/index.ts";
import { adam } from "../optim/index.ts";
import type { Checkpoint, Trainer } from "../run/index.ts";
import { fused } from "./fused.ts";
import { type Agent, type Algorithm, type OnPolicyOptions, onPolicy, onPolicySettings, type Trained } from "./on-policy.ts";
import { explainedVariance, gae } from "./returns.ts";

export const PpoConfig = z.object({
  ...onPolicySettings,
  nSteps: onPolicySettings.nSteps.default(2048),
  gaeLambda: onPolicySettings.gaeLambda.default(0.95),
  learningRate: onPolicySettings.learningRate.default(3e-4),
  batchSize: z.int().min(2).default(64).describe("rows per update"),
  nEpochs: z.int().positive().default(10).describe("passes over each rollout"),
  lossType: z.enum(["clip", "kl"]).default("clip").describe("what keeps the policy near the one that acted"),
  clipRange: z.number().positive().default(0.2).describe("ε"),
  clipRangeSchedule: z.enum(["constant", "linear"]).default("constant").describe("linear: down to 0 at the end"),
  clipRangeVf: z.number().positive().optional().describe("the same for values (default: they may move freely)"),
  halfValueLoss: z.boolean().default(false).describe("½ (R − V)², as openai/baselines has it"),
  klCoef: z.number().nonnegative().default(1).describe("β of --loss-type kl"),
  klTarget: z
    .number()
    .positive()
    .optional()
    .describe("β doubles when the divergence is over 1.5 × this and halves below ⅔ of it (default: β stays)"),
  normalizeAdvantage: z.boolean().default(true).describe("advantages of each batch to mean 0 and deviation 1"),
  targetKl: z.number().positive().optional().describe("a rollout is left when the divergence exceeds 1.5 × this"),
  adamEpsilon: z.number().positive().default(1e-5).describe("Adam's epsilon"),
});
export type PpoConfig = z.infer<typeof PpoConfig>;

export interface PpoOptions extends z.input<typeof PpoConfig>, OnPolicyOptions {}

export function ppo(options: PpoOptions, { from }: { readonly from?: Checkpoint | undefined } = {}): Trainer<Trained> {
  const config = PpoConfig.parse(options);
  return onPolicy("ppo", options, config, adam({ epsilon: config.adamEpsilon }), (agent) => learning(agent, config), from);
}

function learning(agent: Agent, config: PpoConfig): Algorithm {
  const { rows, seed } = agent;
  const { nEpochs, gamma, gaeLambda, targetKl, klTarget, normalizeAdvantage } = config;
  const size = Math.min(config.batchSize, rows);
  const updates = new Map<number, ReturnType<typeof compileUpdate>>();
  /** The last batch of an epoch may be smaller. */
  const updateOf = (n: number) => {
    const update = updates.get(n) ?? compileUpdate(agent, config, n);
    updates.set(n, update);
    return update;
  };
  let beta = config.klCoef;
  return {
    learn(rollout, { iteration, progress }) {
      const { advantages, returns } = gae(rollout, gamma, gaeLambda);
      const learningRate = config.learningRate * (config.lrSchedulerType === "linear" ? progress : 1);
      const epsilon = config.clipRange * (config.clipRangeSchedule === "linear" ? progress : 1);
      const totals = sums();
      let tooFar = false;
      for (let epoch = 0; epoch < nEpochs && !tooFar; epoch++) {
        const order = stream(seed, "order", iteration, epoch).permutation(rows);
        for (let start = 0; start < rows && !tooFar; start += size) {
          const batch = order.subarray(start, start + size);
          const update = updateOf(batch.length);
          const { inputs } = update;
          pickRows(batch, rollout.observations, inputs.observations);
          pickRows(batch, rollout.actions, inputs.actions);
          pickRows(batch, rollout.logProbs, inputs.oldLogProbs);
          pickRows(batch, rollout.values, inputs.oldValues);
          pickRows(batch, returns, inputs.returns);
          pickRows(batch, advantages, inputs.advantages);
          if (normalizeAdvantage && batch.length > 1) standardize(inputs.advantages);
          inputs.epsilon[0] = epsilon;
          inputs.beta[0] = beta;
          // Measured before the step, which is not taken when the policy has already gone too far.
          tooFar = targetKl !== undefined && update.approxKl() > 1.5 * targetKl;
          if (tooFar) break;
          update.run(learningRate);
          totals.add(update.outputs);
        }
      }
      const { loss, policyLoss, valueLoss, entropy, approxKl, clipFraction, gradNorm } = totals.means();
      return {};
    },
    dispose() {
      for (const update of updates.values()) update.dispose();
    },
  };
}
