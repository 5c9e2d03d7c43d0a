/**
 * Trust region policy optimization (Schulman et al. 2015, arXiv:1502.05477): the one step that raises
 * E[(π/π_old) Â] most among those that move the policy by at most δ, measured by the mean KL(π_old ‖ π). The direction is
 * F⁻¹ g by conjugate gradients on exact products with the Fisher matrix F, the length is the quadratic model's, and a
 * line search makes sure of both promises.
 *
 * Departs from the paper, as stable-baselines3's contrib does: one state and one action a sample ("single path"), advantages
 * by GAE and normalised, F damped, a critic with passes of its own. From the latter it departs in three things: F's products
 * use the KL to the policy that acted, in the graph itself; conjugate gradients start at 0 in place of small noise; all
 * samples are used for F (their `sub_sampling_factor` 1).
 *
 * Run it: plaudit rl trpo --env CartPole-v1 --preset zoo     Results: docs/algorithms/rl-policy-gradients.md
 */
import { z } from "zod";
import { PlauditError } from "../../base/index.ts";
import { compile, gradients, mean, neg, type Specs, type Tensor } from "../../engine/index.ts";
import { adam } from "../../optim/index.ts";
import type { Checkpoint, Trainer } from "../../run/index.ts";
import { explainedVariance } from "../../stats/index.ts";
import { paramsIn, smallGraph } from "../fused.ts";
import { surrogateLoss } from "../losses/policy-gradient.ts";
import { normalizeAdvantages } from "../losses/ppo.ts";
import { critic, criticSettings } from "./critic.ts";
import { damped, hessianProduct, lineSearch, trustRegionStep } from "./natural-gradient.ts";
import {
  type Agent,
  type Algorithm,
  type OnPolicyOptions,
  onPolicy,
  rolloutSettings,
  scheduled,
  type Trained,
} from "./on-policy.ts";
import { gae } from "./returns.ts";
import type { Rollout } from "./rollout.ts";

export const TrpoConfig = z.object({
  ...rolloutSettings,
  nSteps: rolloutSettings.nSteps.default(2048),
  gaeLambda: rolloutSettings.gaeLambda.default(0.95),
  learningRate: rolloutSettings.learningRate.default(1e-3).describe("of the critic, at the start"),
  targetKl: z.number().positive().default(0.01).describe("δ: how far a step may move the policy, in nats"),
  cgMaxSteps: z.int().positive().default(15).describe("iterations of conjugate gradients"),
  cgDamping: z.number().nonnegative().default(0.1).describe("this times the identity is added to the Fisher matrix"),
  lineSearchShrinkingFactor: z.number().gt(0).lt(1).default(0.8).describe("what each try is shorter by"),
  lineSearchMaxIter: z.int().positive().default(10).describe("tries before a step is given up"),
  ...criticSettings,
  normalizeAdvantage: z.boolean().default(true).describe("advantages of a rollout to mean 0 and deviation 1"),
  adamEpsilon: z.number().positive().default(1e-5).describe("of the critic's Adam"),
});
export type TrpoConfig = z.infer<typeof TrpoConfig>;

export interface TrpoOptions extends z.input<typeof TrpoConfig>, OnPolicyOptions {}

export function trpo(
  options: TrpoOptions,
  { from }: { readonly from?: Checkpoint | undefined } = {},
): Trainer<Trained> {
  const config = TrpoConfig.parse(options);
  const optimizer = adam({ epsilon: config.adamEpsilon });
  return onPolicy("trpo", options, config, optimizer, (agent) => learning(agent, config), from);
}

function learning(agent: Agent, config: TrpoConfig): Algorithm {
  const { gamma, gaeLambda } = config;
  const policyStep = compilePolicyStep(agent, config);
  const values = critic({ ...agent, ...config });
  return {
    learn(rollout, { iteration, progress }) {
      const { advantages, returns } = gae({ ...rollout, gamma, lambda: gaeLambda });
      const learningRate = scheduled(config.learningRate, config.lrSchedulerType, progress);
      const { objective, kl, fraction } = policyStep.run(rollout, advantages);
      const valueLoss = values.learn(rollout.observations, returns, learningRate, iteration);
      return {
        "train/policy_objective": objective,
        "train/kl_divergence_loss": kl,
        "train/is_line_search_success": fraction > 0 ? 1 : 0,
        "train/line_search_fraction": fraction,
        ...(valueLoss !== undefined && { "train/value_loss": valueLoss }),
        "train/explained_variance": explainedVariance(rollout.values, returns),
        "train/learning_rate": learningRate,
        "train/n_updates": iteration + 1,
      };
    },
    dispose() {
      policyStep.dispose();
      values.dispose();
    },
  };
}

interface PolicyStep {
  /** Moves the policy, or leaves it as it was (fraction 0). The objective is that after the step. */
  run(rollout: Rollout, advantages: Float64Array): { objective: number; kl: number; fraction: number };
  dispose(): void;
}

/** Three graphs over the same memory: gradient, products with F, and what a step would do. */
function compilePolicyStep({ policy, state, rows }: Agent, config: TrpoConfig): PolicyStep {
  const { network, observation, action } = policy;
  const { weights } = state;
  const { flat } = weights;
  const { targetKl: delta, cgMaxSteps, cgDamping, lineSearchShrinkingFactor, lineSearchMaxIter } = config;
  const old = flat.slice();
  const specs: Specs = {
    weights: [flat.length],
    old: [flat.length],
    observations: [rows, observation.width],
    actions: action.spec(rows),
    advantages: [rows],
  };
  type Inputs = Readonly<Record<string, Tensor>>;
  const policies = (x: Inputs) => ({
    now: network.policy(paramsIn(x.weights!, weights.parameters), x.observations!),
    before: network.policy(paramsIn(x.old!, weights.parameters), x.observations!),
  });
  const measure = (x: Inputs) => {
    const { now, before } = policies(x);
    const advantages = config.normalizeAdvantage ? normalizeAdvantages(x.advantages!) : x.advantages!;
    const [logProb, oldLogProb] = [now.logProb(x.actions!), before.logProb(x.actions!)];
    return { surrogate: neg(surrogateLoss({ logProb, oldLogProb, advantages })), kl: mean(before.kl(now)) };
  };
  const trial = compile(measure, specs, { buffers: { weights: flat, old }, ...smallGraph });
  const buffers = { ...trial.inputs, weights: flat, old };
  const slope = compile(
    (x) => {
      const { surrogate } = measure(x);
      return { surrogate, gradient: gradients(surrogate, [x.weights!])[0]! };
    },
    specs,
    { buffers, ...smallGraph },
  );
  const fisher = compile(
    (x: Inputs) => {
      const { now, before } = policies(x);
      return { product: hessianProduct(mean(before.kl(now)), [x.weights!], [x.vector!])[0]! };
    },
    { ...specs, vector: [flat.length] } as Specs,
    { buffers, ...smallGraph },
  );
  const product = damped((v) => {
    (fisher.inputs.vector as Float32Array).set(v);
    fisher.run();
    return fisher.float("product");
  }, cgDamping);
  const at = (step: Float64Array, fraction: number) => {
    for (let i = 0; i < flat.length; i++) flat[i] = old[i]! + fraction * step[i]!;
    trial.run();
    return { kl: trial.float("kl")[0]!, surrogate: trial.float("surrogate")[0]! };
  };
  return {
    run(rollout, advantages) {
      const { inputs } = trial;
      (inputs.observations as Float32Array).set(rollout.observations);
      (inputs.actions as Float32Array).set(rollout.actions);
      (inputs.advantages as Float32Array).set(advantages);
      old.set(flat);
      slope.run();
      const surrogate = slope.float("surrogate")[0]!;
      const { step } = trustRegionStep({
        gradient: slope.float("gradient"),
        fisher: product,
        delta,
        iterations: cgMaxSteps,
      });
      if (!step.every(Number.isFinite)) {
        throw new PlauditError("the step of the policy is not finite", {
          code: "non-finite",
          help: "raise --cg-damping, or look at the rewards and observations of the environment",
        });
      }
      const found = lineSearch({
        at: (fraction) => at(step, fraction),
        surrogate,
        delta,
        backtrack: lineSearchShrinkingFactor,
        tries: lineSearchMaxIter,
      });
      if (found !== undefined) return { objective: found.surrogate, kl: found.kl, fraction: found.fraction };
      flat.set(old);
      return { objective: surrogate, kl: 0, fraction: 0 };
    },
    dispose() {
      for (const executable of [trial, slope, fisher]) executable.dispose();
    },
  };
}
