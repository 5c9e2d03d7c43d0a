/**
 * Soft actor-critic (Haarnoja et al. 2018, arXiv:1812.05905): acts well and as randomly as that allows. The return has the
 * policy's entropy in it, weighed by α, which is learnt so that the entropy stays at a target.
 *
 * The defaults are stable-baselines3's. As there: log α is what is learnt (the paper: α), by the same learning rate; the
 * temperature of an update is that from before it; the policy climbs the critics that were just updated; with gSDE, all rows of an update are
 * explored by the same noise. An environment's gSDE noise is drawn anew every `sdeSampleFreq` steps of the whole run, there of
 * each collection.
 *
 * Run it: plaudit rl sac --env Pendulum-v1 --preset zoo     Results: docs/algorithms/rl-continuous.md
 */
import { z } from "zod";
import { stream } from "../../base/index.ts";
import {
  broadcastTo,
  compile,
  exp,
  mean,
  mul,
  reshape,
  type Specs,
  stopGradient,
  type Tensor,
} from "../../engine/index.ts";
import { initialWeights } from "../../nn/index.ts";
import { adam } from "../../optim/index.ts";
import type { Checkpoint, Trainer } from "../../run/index.ts";
import { fused, optimized, paramsIn, smallGraph } from "../fused.ts";
import { leastValues, softActionValues, softActorLoss, temperatureLoss } from "../losses/continuous.ts";
import { tdTarget } from "../losses/td.ts";
import { critics as criticsOf, squashedActor } from "../networks/continuous-networks.ts";
import { drawNormal } from "../networks/noisy-network.ts";
import { newDesignedPolicy } from "../policy.ts";
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

export const SacConfig = z.object({
  ...offPolicySettings,
  learningRate: offPolicySettings.learningRate.default(3e-4),
  batchSize: offPolicySettings.batchSize.default(256),
  trainFreq: offPolicySettings.trainFreq.default(1),
  netArch: offPolicySettings.netArch.default([256, 256]),
  tau: z.number().gt(0).max(1).default(0.005).describe("how far the critics' targets move at each update"),
  targetUpdateInterval: z.int().positive().default(1).describe("updates between two moves of them"),
  nCritics: z.int().positive().default(2).describe("of which the lowest is believed"),
  entCoef: z.number().positive().optional().describe("α: weight of the entropy (default: learnt)"),
  entCoefInit: z.number().positive().default(1).describe("α at the start, where it is learnt"),
  useSde: z.boolean().default(false).describe("noise that depends on the state and stays for some steps (gSDE)"),
  sdeSampleFreq: z.int().positive().optional().describe("steps for which it stays (default: those of --train-freq)"),
  logStdInit: z.number().default(-3).describe("log standard deviation of gSDE's weights at the start"),
  targetEntropy: z
    .number()
    .optional()
    .describe("nats that the entropy is kept at (default: −1 a dimension of actions)"),
});
export type SacConfig = z.infer<typeof SacConfig>;

export interface SacOptions extends z.input<typeof SacConfig>, OffPolicyOptions {}

export function sac(
  options: SacOptions,
  { from }: { readonly from?: Checkpoint | undefined } = {},
): Trainer<OffPolicyTrained> {
  const config = SacConfig.parse(options);
  return offPolicy("sac", options, config, (surroundings) => learner(surroundings, config), from);
}

function learner(surroundings: Surroundings, config: SacConfig): Learner {
  const { name, observations, actions, width, actionWidth: d, numEnvs, seen, chosen, seed } = surroundings;
  const { netArch: hidden, activation, batchSize: B, maxGradNorm, entCoef, targetEntropy = -d } = config;
  const { useSde, logStdInit, sdeSampleFreq = config.trainFreq } = config;
  const design = { kind: "squashed" } as const;
  const shape = { algorithm: name, observations, actions, hidden, activation, useSde, logStdInit, design };
  const policy = newDesignedPolicy(shape, seed);
  const actor = squashedActor(width, d, hidden, activation, config);
  /** Of an update: for all rows the same under gSDE. */
  const noiseShape = useSde ? actor.noise(1).shape : actor.noise(B).shape;
  const ofRows = (noise: Tensor) => broadcastTo(noise, actor.noise(B).shape);
  const critics = criticsOf(config.nCritics, width, d, hidden, activation);
  const temperature = [{ name: "log_ent_coef", shape: [1], init: Math.log(entCoef ?? config.entCoefInit) }];
  const states = {
    actor: optimized(policy.weights, adam()),
    critics: optimized(initialWeights(critics.specs, seed), adam()),
    temperature: optimized(initialWeights(temperature, seed), adam()),
  };
  const { parameters: ofActor, flat: actorFlat } = states.actor.weights;
  const { parameters: ofCritics, flat: criticsFlat } = states.critics.weights;
  const logAlpha = states.temperature.weights.flat; // [1]
  const criticsTarget = copied(criticsFlat);

  const criticUpdate = fused(
    states.critics,
    {
      ...transitions(B, width, d),
      noise: noiseShape,
      actor: [actorFlat.length],
      logAlpha: [1],
      criticsTarget: [criticsFlat.length],
    },
    (params, x) => {
      const next = actor.policy(paramsIn(x.actor, ofActor), x.nextObservation).sampleWithLogProb(ofRows(x.noise));
      const older = paramsIn(x.criticsTarget, ofCritics);
      const nextValues = softActionValues({
        q: leastValues(critics.values(older, x.nextObservation, next.action)),
        logProb: next.logProb,
        alpha: exp(x.logAlpha),
      });
      const targets = tdTarget(x.reward, x.discount, nextValues);
      const { loss, errors } = criticLoss(critics.values(params, x.observation, x.action), targets);
      return { loss: mul(loss, 0.5), errors };
    },
    { maxGradNorm, buffers: { actor: actorFlat, logAlpha, criticsTarget } },
  );
  const actorUpdate = fused(
    states.actor,
    { observation: [B, width], noise: noiseShape, critics: [criticsFlat.length], logAlpha: [1] },
    (params, x) => {
      const { action, logProb } = actor.policy(params, x.observation).sampleWithLogProb(ofRows(x.noise));
      const q = leastValues(critics.values(paramsIn(x.critics, ofCritics), x.observation, action));
      return { loss: softActorLoss({ q, logProb, alpha: exp(x.logAlpha) }), logProb: mean(logProb) };
    },
    { maxGradNorm, buffers: { critics: criticsFlat, logAlpha, observation: criticUpdate.inputs.observation } },
  );
  const temperatureUpdate = fused(
    states.temperature,
    { logProb: [] },
    (params, x) => ({
      loss: temperatureLoss({
        logAlpha: reshape(params.log_ent_coef!, []),
        logProb: stopGradient(reshape(x.logProb, [1])),
        targetEntropy,
      }),
    }),
    { buffers: { logProb: actorUpdate.outputs.logProb as Float32Array<ArrayBuffer> } },
  );
  const acting = compile<Specs, string>(
    (x) => ({ actions: actor.policy(paramsIn(x.weights!, ofActor), x.observations!).sample(x.noise!) }),
    { weights: [actorFlat.length], observations: [numEnvs, width], noise: actor.noise(numEnvs).shape },
    { buffers: { weights: actorFlat, observations: seen }, ...smallGraph },
  );
  const said = acting.float("actions");
  const exploring = acting.inputs.noise as Float32Array<ArrayBuffer>;
  if (useSde) drawNormal(exploring, stream(seed, "first noise"));
  const alpha = new Float32Array(1);
  return {
    policy,
    states,
    arrays: { criticsTarget, ...(useSde && { noise: exploring }) },
    batch: criticUpdate.inputs,
    act({ rng }) {
      if (!useSde) drawNormal(exploring, rng);
      acting.run();
      chosen.set(said);
    },
    stepped({ step, rng }) {
      if (useSde && step % sdeSampleFreq === 0) drawNormal(exploring, rng);
    },
    update({ rng, learningRate }) {
      drawNormal(criticUpdate.inputs.noise, rng);
      drawNormal(actorUpdate.inputs.noise, rng);
      alpha[0] = Math.exp(logAlpha[0]!);
      criticUpdate.run(learningRate);
      actorUpdate.run(learningRate);
      if (entCoef === undefined) temperatureUpdate.run(learningRate);
      if (states.critics.step % config.targetUpdateInterval === 0) polyak(criticsTarget, criticsFlat, config.tau);
      return criticUpdate.outputs.errors;
    },
    outputs: {
      critic: criticUpdate.outputs.loss,
      actor: actorUpdate.outputs.loss,
      logProb: actorUpdate.outputs.logProb,
      alpha,
      ...(entCoef === undefined && { temperature: temperatureUpdate.outputs.loss }),
    },
    metrics: ({ critic, actor: climbed, logProb, alpha: weight, temperature: moved }) => ({
      ...(critic !== undefined && {
        "train/critic_loss": critic,
        "train/actor_loss": climbed!,
        "train/entropy": -logProb!,
        "train/ent_coef": weight!,
      }),
      ...(moved !== undefined && { "train/ent_coef_loss": moved }),
    }),
    dispose() {
      for (const executable of [criticUpdate, actorUpdate, temperatureUpdate, acting]) executable.dispose();
    },
  };
}
