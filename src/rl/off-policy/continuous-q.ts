/**
 * Q-learning for continuous actions without a second network: the largest Q(s, a) is looked for, among actions that are tried
 * at random (`ascentSteps` 0) and, with steps, from each of these uphill along ∂Q/∂a. The first two ways of Lee's lecture;
 * QT-Opt (Kalashnikov et al. 2018) is a finer search of this kind. Otherwise it is DQN with a target network.
 *
 * Run it: plaudit rl continuous-q --env Pendulum-v1     Results: docs/algorithms/rl-continuous.md
 */
import { z } from "zod";
import type { Rng } from "../../base/index.ts";
import { compile, type Specs } from "../../engine/index.ts";
import { adam } from "../../optim/index.ts";
import type { Checkpoint, Trainer } from "../../run/index.ts";
import { fused, optimized, paramsIn, smallGraph } from "../fused.ts";
import { tdLoss, tdTarget } from "../losses/td.ts";
import { searchingNetwork } from "../networks/continuous-networks.ts";
import { newDesignedPolicy } from "../policy.ts";
import { actionNoise } from "./action-noise.ts";
import { continuousQSettings } from "./naf.ts";
import {
  copied,
  type Learner,
  type OffPolicyOptions,
  type OffPolicyTrained,
  offPolicy,
  polyak,
  type Surroundings,
  transitions,
} from "./off-policy.ts";

export const ContinuousQConfig = z.object({
  ...continuousQSettings,
  batchSize: continuousQSettings.batchSize.default(64),
  netArch: continuousQSettings.netArch.default([64, 64]),
  candidates: z.int().positive().default(32).describe("actions that are tried for each state"),
  ascentSteps: z.int().nonnegative().default(0).describe("steps uphill from each of them"),
  ascentRate: z.number().positive().default(0.01).describe("how far one goes along the gradient"),
});
export type ContinuousQConfig = z.infer<typeof ContinuousQConfig>;

export interface ContinuousQOptions extends z.input<typeof ContinuousQConfig>, OffPolicyOptions {}

export function continuousQ(
  options: ContinuousQOptions,
  { from }: { readonly from?: Checkpoint | undefined } = {},
): Trainer<OffPolicyTrained> {
  const config = ContinuousQConfig.parse(options);
  return offPolicy("continuous-q", options, config, (surroundings) => learner(surroundings, config), from);
}

function learner(surroundings: Surroundings, config: ContinuousQConfig): Learner {
  const { name, observations, actions, width, actionWidth: d, numEnvs, seen, chosen, seed } = surroundings;
  const { netArch: hidden, activation, batchSize: B, maxGradNorm, lossType: form, candidates: K } = config;
  const { ascentSteps, ascentRate } = config;
  const design = { kind: "search", candidates: K, ascentSteps, ascentRate } as const;
  const shape = { algorithm: name, observations, actions, hidden, activation, useSde: false };
  const policy = newDesignedPolicy({ ...shape, design }, seed);
  const network = searchingNetwork(width, d, hidden, activation, design);
  const state = optimized(policy.weights, adam());
  const { parameters, flat } = policy.weights;
  const target = copied(flat);
  const update = fused(
    state,
    {
      ...transitions(B, width, d),
      candidates: [B, K, d],
      target: [flat.length],
    },
    (params, x) => {
      const next = network.best(paramsIn(x.target, parameters), x.nextObservation, x.candidates);
      const targets = tdTarget(x.reward, x.discount, next.values);
      const values = network.critic.values(params, x.observation, x.action)[0]!;
      const { loss, differences } = tdLoss({ values, targets, form });
      return { loss, errors: differences };
    },
    { maxGradNorm, buffers: { target } },
  );
  const acting = compile<Specs, string>(
    (x) => ({ actions: network.best(paramsIn(x.weights!, parameters), x.observations!, x.candidates!).actions }),
    { weights: [flat.length], observations: [numEnvs, width], candidates: [numEnvs, K, d] },
    { buffers: { weights: flat, observations: seen }, ...smallGraph },
  );
  const said = acting.float("actions");
  const noise = actionNoise(numEnvs, d, config);
  return {
    policy,
    states: { network: state },
    arrays: { target, noise: noise.state },
    batch: update.inputs,
    act({ rng }) {
      drawUniform(acting.inputs.candidates as Float32Array, rng);
      acting.run();
      chosen.set(said);
      noise.add(chosen, rng);
    },
    stepped: ({ ended }) => noise.reset(ended),
    update({ rng, learningRate }) {
      drawUniform(update.inputs.candidates, rng);
      update.run(learningRate);
      polyak(target, flat, config.tau);
      return update.outputs.errors;
    },
    outputs: { loss: update.outputs.loss, gradNorm: update.outputs.gradNorm },
    metrics: ({ loss, gradNorm }) => ({
      ...(loss !== undefined && { "train/loss": loss, "train/grad_norm": gradNorm! }),
    }),
    dispose() {
      update.dispose();
      acting.dispose();
    },
  };
}

/** In [−1, 1). */
function drawUniform(out: Float32Array, rng: Rng): void {
  for (let i = 0; i < out.length; i++) out[i] = 2 * rng.uniform() - 1;
}
