/**
 * Advantage actor-critic, synchronous (Mnih et al. 2016, arXiv:1602.01783, section 4, without the threads): one step on
 * each short rollout, along log π(a) · (R − V) for the policy and (R − V)² for the values.
 *
 * The same as PPO with one epoch over one batch (Huang et al. 2022, arXiv:2205.09123): a test holds that the weights are equal
 * bit for bit. Defaults are stable-baselines3's.
 *
 * Run it: plaudit rl a2c --env CartPole-v1 --preset zoo     Results: docs/algorithms/rl-ppo.md
 */
import { z } from "zod";
import { mean } from "../../engine/graph/index.ts";
import { adam, rmsprop } from "../../optim/index.ts";
import type { Checkpoint, Trainer } from "../../run/index.ts";
import { explainedVariance } from "../../stats/index.ts";
import { fused } from "../fused.ts";
import { actorCriticLoss, policyGradientLoss } from "../losses/policy-gradient.ts";
import { normalizeAdvantages } from "../losses/ppo.ts";
import { valueLoss } from "../losses/value.ts";
import {
  type Agent,
  type Algorithm,
  type OnPolicyOptions,
  onPolicy,
  onPolicySettings,
  scheduled,
  type Trained,
} from "./on-policy.ts";
import { gae } from "./returns.ts";

export const A2cConfig = z.object({
  ...onPolicySettings,
  nSteps: onPolicySettings.nSteps.default(5),
  gaeLambda: onPolicySettings.gaeLambda.default(1),
  learningRate: onPolicySettings.learningRate.default(7e-4),
  normalizeAdvantage: z.boolean().default(false).describe("advantages of a rollout to mean 0 and deviation 1"),
  optimizer: z.enum(["rmsprop", "rmsprop-tf", "adam"]).default("rmsprop").describe("tf: ε inside the root, as in 2016"),
  rmsDecay: z.number().min(0).lt(1).default(0.99).describe("decay of RMSprop's squares"),
  epsilon: z.number().positive().default(1e-5).describe("of the optimizer"),
});
export type A2cConfig = z.infer<typeof A2cConfig>;

export interface A2cOptions extends z.input<typeof A2cConfig>, OnPolicyOptions {}

export function a2c(options: A2cOptions, { from }: { readonly from?: Checkpoint | undefined } = {}): Trainer<Trained> {
  const config = A2cConfig.parse(options);
  return onPolicy("a2c", options, config, optimizerOf(config), (agent) => a2cLearning(agent, config), from);
}

function optimizerOf({ optimizer, rmsDecay, epsilon }: A2cConfig) {
  if (optimizer === "adam") return adam({ epsilon });
  return rmsprop({ alpha: rmsDecay, epsilon, epsilonStyle: optimizer === "rmsprop" ? "torch" : "tensorflow" });
}

type LearningSettings = Pick<
  A2cConfig,
  | "gamma"
  | "gaeLambda"
  | "entCoef"
  | "vfCoef"
  | "maxGradNorm"
  | "normalizeAdvantage"
  | "learningRate"
  | "lrSchedulerType"
>;

/** One step on each rollout. A3C's threads take the same. */
export function a2cLearning({ policy, state, rows }: Omit<Agent, "seed">, config: LearningSettings): Algorithm {
  const { network, observation, action } = policy;
  const { gamma, gaeLambda, entCoef, vfCoef, maxGradNorm } = config;
  const update = fused(
    state,
    {
      observations: [rows, observation.width],
      actions: action.spec(rows),
      advantages: [rows],
      returns: [rows],
    },
    (params, x) => {
      const now = network.policy(params, x.observations);
      const advantages = config.normalizeAdvantage ? normalizeAdvantages(x.advantages) : x.advantages;
      const policyLoss = policyGradientLoss({ logProb: now.logProb(x.actions), advantages });
      const values = valueLoss({ values: network.value(params, x.observations), returns: x.returns, form: "full" });
      const entropy = mean(now.entropy());
      const loss = actorCriticLoss({ policyLoss, valueLoss: values, vfCoef, entropy, entCoef });
      return { loss, policyLoss, values, entropy };
    },
    { maxGradNorm },
  );
  const { inputs, outputs } = update;
  return {
    learn(rollout, { progress }) {
      const { advantages, returns } = gae({ ...rollout, gamma, lambda: gaeLambda });
      const learningRate = scheduled(config.learningRate, config.lrSchedulerType, progress);
      inputs.observations.set(rollout.observations);
      (inputs.actions as typeof inputs.observations).set(rollout.actions);
      inputs.advantages.set(advantages);
      inputs.returns.set(returns);
      update.run(learningRate);
      return {
        "train/policy_loss": outputs.policyLoss[0]!,
        "train/value_loss": outputs.values[0]!,
        "train/entropy_loss": -outputs.entropy[0]!,
        "train/explained_variance": explainedVariance(rollout.values, returns),
        "train/learning_rate": learningRate,
        "train/grad_norm": outputs.gradNorm[0]!,
        "train/n_updates": state.step,
      };
    },
    dispose: () => update.dispose(),
  };
}
