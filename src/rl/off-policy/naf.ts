/**
 * NAF (Gu et al. 2016, arXiv:1603.00748): Q-learning for continuous actions with a network whose best action is known, since
 * Q is a downward parabola in the action: V(s) at its top μ(s). The third way of Lee's lecture.
 *
 * One body carries V, μ and P, as in the paper; no batch normalisation and no imagination rollouts. Settings that the paper
 * leaves open are those of stable-baselines3's other algorithms for continuous actions, which has no NAF.
 *
 * Run it: plaudit rl naf --env Pendulum-v1     Results: docs/algorithms/rl-continuous.md
 */
import { z } from "zod";
import { compile, type Specs } from "../../engine/index.ts";
import { adam } from "../../optim/index.ts";
import type { Checkpoint, Trainer } from "../../run/index.ts";
import { fused, optimized, paramsIn, smallGraph } from "../fused.ts";
import { tdLoss, tdTarget } from "../losses/td.ts";
import { nafNetwork } from "../networks/continuous-networks.ts";
import { newDesignedPolicy } from "../policy.ts";
import { actionNoise, actionNoiseSettings } from "./action-noise.ts";
import {
  copied,
  type Learner,
  type OffPolicyOptions,
  type OffPolicyTrained,
  offPolicy,
  offPolicySettings,
  polyak,
  type Surroundings,
  transitions,
} from "./off-policy.ts";

/** Settings of both kinds of Q-learning for continuous actions. */
export const continuousQSettings = {
  ...offPolicySettings,
  learningRate: offPolicySettings.learningRate.default(1e-3),
  batchSize: offPolicySettings.batchSize.default(128),
  trainFreq: offPolicySettings.trainFreq.default(1),
  maxGradNorm: offPolicySettings.maxGradNorm.default(10),
  netArch: offPolicySettings.netArch.default([128, 128]),
  ...actionNoiseSettings,
  lossType: z.enum(["huber", "mse"]).default("mse").describe("of TD errors"),
  tau: z.number().gt(0).max(1).default(0.005).describe("how far the target network moves at each update"),
};

export const NafConfig = z.object(continuousQSettings);
export type NafConfig = z.infer<typeof NafConfig>;

export interface NafOptions extends z.input<typeof NafConfig>, OffPolicyOptions {}

export function naf(
  options: NafOptions,
  { from }: { readonly from?: Checkpoint | undefined } = {},
): Trainer<OffPolicyTrained> {
  const config = NafConfig.parse(options);
  return offPolicy("naf", options, config, (surroundings) => learner(surroundings, config), from);
}

function learner(surroundings: Surroundings, config: NafConfig): Learner {
  const { name, observations, actions, width, actionWidth: d, numEnvs, seen, chosen, seed } = surroundings;
  const { netArch: hidden, activation, batchSize: B, maxGradNorm, lossType: form } = config;
  const shape = { algorithm: name, observations, actions, hidden, activation, useSde: false };
  const policy = newDesignedPolicy({ ...shape, design: { kind: "naf" } }, seed);
  const network = nafNetwork(width, d, hidden, activation);
  const state = optimized(policy.weights, adam());
  const { parameters, flat } = policy.weights;
  const target = copied(flat);
  const update = fused(
    state,
    {
      ...transitions(B, width, d),
      target: [flat.length],
    },
    (params, x) => {
      const nextValues = network.value(paramsIn(x.target, parameters), x.nextObservation);
      const targets = tdTarget(x.reward, x.discount, nextValues);
      const { loss, differences } = tdLoss({ values: network.q(params, x.observation, x.action), targets, form });
      return { loss, errors: differences };
    },
    { maxGradNorm, buffers: { target } },
  );
  const acting = compile<Specs, string>(
    (x) => ({ actions: network.best(paramsIn(x.weights!, parameters), x.observations!) }),
    { weights: [flat.length], observations: [numEnvs, width] },
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
      acting.run();
      chosen.set(said);
      noise.add(chosen, rng);
    },
    stepped: ({ ended }) => noise.reset(ended),
    update({ learningRate }) {
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
