/**
 * TD3 (Fujimoto et al. 2018, arXiv:1802.09477): a deterministic policy that climbs the value its critic gives to its actions,
 * with two critics of which the lower is believed, noise on the target's actions, and a policy that moves only at every
 * second update of the critics. Without these three it is DDPG; see ddpg.ts.
 *
 * The defaults are stable-baselines3's, except for the noise that explores: it has none unless told, here it is the paper's,
 * normal with deviation 0.1. Target networks move when the policy moves, as there and in the paper.
 *
 * Run it: plaudit rl td3 --env Pendulum-v1 --preset zoo     Results: docs/algorithms/rl-continuous.md
 */
import { z } from "zod";
import { compile, mul, type Specs } from "../../engine/index.ts";
import { initialWeights } from "../../nn/index.ts";
import { adam } from "../../optim/index.ts";
import type { Checkpoint, Trainer } from "../../run/index.ts";
import { fused, optimized, paramsIn, smallGraph } from "../fused.ts";
import { deterministicActorLoss, leastValues, smoothedAction } from "../losses/continuous.ts";
import { tdTarget } from "../losses/td.ts";
import { critics as criticsOf, deterministicActor } from "../networks/continuous-networks.ts";
import { drawNormal } from "../networks/noisy-network.ts";
import { newDesignedPolicy } from "../policy.ts";
import { actionNoise, actionNoiseSettings } from "./action-noise.ts";
import { criticLoss } from "./critic-loss.ts";
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

/** Settings that DDPG has too. */
export const deterministicSettings = {
  ...offPolicySettings,
  learningRate: offPolicySettings.learningRate.default(1e-3),
  batchSize: offPolicySettings.batchSize.default(256),
  trainFreq: offPolicySettings.trainFreq.default(1),
  netArch: offPolicySettings.netArch.default([400, 300]),
  ...actionNoiseSettings,
  tau: z.number().gt(0).max(1).default(0.005).describe("how far target networks move at each update"),
};

export const Td3Config = z.object({
  ...deterministicSettings,
  nCritics: z.int().positive().default(2).describe("of which the lowest is believed"),
  policyDelay: z.int().positive().default(2).describe("updates of the critics for one of the policy"),
  targetPolicyNoise: z.number().nonnegative().default(0.2).describe("deviation of the noise on the target's actions"),
  targetNoiseClip: z.number().nonnegative().default(0.5).describe("how far that noise may go"),
});
export type Td3Config = z.infer<typeof Td3Config>;

export interface Td3Options extends z.input<typeof Td3Config>, OffPolicyOptions {}

export function td3(
  options: Td3Options,
  { from }: { readonly from?: Checkpoint | undefined } = {},
): Trainer<OffPolicyTrained> {
  const config = Td3Config.parse(options);
  return offPolicy("td3", options, config, (surroundings) => deterministicLearner(surroundings, config), from);
}

/** Actor and critics at work. */
export function deterministicLearner(surroundings: Surroundings, config: Td3Config): Learner {
  const { name, observations, actions, width, actionWidth: d, numEnvs, seen, chosen, seed } = surroundings;
  const { netArch: hidden, activation, batchSize: B, maxGradNorm, tau } = config;
  const design = { kind: "deterministic" } as const;
  const policy = newDesignedPolicy(
    { algorithm: name, observations, actions, hidden, activation, useSde: false, design },
    seed,
  );
  const actor = deterministicActor(width, d, hidden, activation);
  const critics = criticsOf(config.nCritics, width, d, hidden, activation);
  const states = {
    actor: optimized(policy.weights, adam()),
    critics: optimized(initialWeights(critics.specs, seed), adam()),
  };
  const [{ parameters: ofActor, flat: actorFlat }, { parameters: ofCritics, flat: criticsFlat }] = [
    states.actor.weights,
    states.critics.weights,
  ];
  const older = { actorTarget: copied(actorFlat), criticsTarget: copied(criticsFlat) };

  const criticUpdate = fused(
    states.critics,
    {
      ...transitions(B, width, d),
      noise: [B, d],
      actorTarget: [actorFlat.length],
      criticsTarget: [criticsFlat.length],
    },
    (params, x) => {
      const next = smoothedAction({
        action: actor.action(paramsIn(x.actorTarget, ofActor), x.nextObservation),
        noise: mul(x.noise, config.targetPolicyNoise),
        noiseClip: config.targetNoiseClip,
      });
      const nextValues = leastValues(critics.values(paramsIn(x.criticsTarget, ofCritics), x.nextObservation, next));
      const targets = tdTarget(x.reward, x.discount, nextValues);
      return criticLoss(critics.values(params, x.observation, x.action), targets);
    },
    { maxGradNorm, buffers: older },
  );
  const actorUpdate = fused(
    states.actor,
    { observation: [B, width], critics: [criticsFlat.length] },
    (params, x) => {
      const action = actor.action(params, x.observation);
      return {
        loss: deterministicActorLoss(critics.values(paramsIn(x.critics, ofCritics), x.observation, action)[0]!),
      };
    },
    { maxGradNorm, buffers: { critics: criticsFlat, observation: criticUpdate.inputs.observation } },
  );
  const acting = compile<Specs, string>(
    (x) => ({ actions: actor.action(paramsIn(x.weights!, ofActor), x.observations!) }),
    { weights: [actorFlat.length], observations: [numEnvs, width] },
    { buffers: { weights: actorFlat, observations: seen }, ...smallGraph },
  );
  const said = acting.float("actions");
  const noise = actionNoise(numEnvs, d, config);
  return {
    policy,
    states,
    arrays: { ...older, noise: noise.state },
    batch: criticUpdate.inputs,
    act({ rng }) {
      acting.run();
      chosen.set(said);
      noise.add(chosen, rng);
    },
    stepped: ({ ended }) => noise.reset(ended),
    update({ rng, learningRate }) {
      if (config.targetPolicyNoise > 0) drawNormal(criticUpdate.inputs.noise, rng);
      criticUpdate.run(learningRate);
      if (states.critics.step % config.policyDelay === 0) {
        actorUpdate.run(learningRate);
        polyak(older.actorTarget, actorFlat, tau);
        polyak(older.criticsTarget, criticsFlat, tau);
      }
      return criticUpdate.outputs.errors;
    },
    outputs: { critic: criticUpdate.outputs.loss, actor: actorUpdate.outputs.loss },
    metrics: ({ critic, actor: climbed }) => ({
      ...(critic !== undefined && { "train/critic_loss": critic, "train/actor_loss": climbed! }),
    }),
    dispose() {
      for (const executable of [criticUpdate, actorUpdate, acting]) executable.dispose();
    },
  };
}
