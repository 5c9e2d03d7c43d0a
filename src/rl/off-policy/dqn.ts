/**
 * Deep Q-learning (Mnih et al. 2015) and what was added to it, each a switch of its own: target network, ε-greedy or Boltzmann
 * exploration or noisy networks (Fortunato et al. 2018), double (van Hasselt et al. 2016), dueling (Wang et al. 2016),
 * prioritised replay (Schaul et al. 2016), n-step returns, and the return's distribution in place of its mean: C51
 * (Bellemare et al. 2017) or quantiles (Dabney et al. 2018). All at once they are Rainbow (Hessel et al. 2018,
 * arXiv:1710.02298); see rainbow.ts.
 *
 * The defaults are stable-baselines3's. Departures: each environment tosses its own coin for ε; a noisy network draws once
 * for each batch, not for each row (as every implementation does, the paper too); importance weights are scaled by their
 * maximum in the batch.
 *
 * Run it: plaudit rl dqn --env CartPole-v1 --preset zoo     Results: docs/algorithms/rl-dqn.md
 */
import { z } from "zod";
import { allocate, stream, UsageError } from "../../base/index.ts";
import { argmax, compile, ints, mean, type Specs, stopGradient } from "../../engine/index.ts";
import { adam } from "../../optim/index.ts";
import type { Checkpoint, Trainer } from "../../run/index.ts";
import { fused, type Optimized, optimized, paramsIn, smallGraph } from "../fused.ts";
import { amongPossible, parted, randomPossible } from "../masking.ts";
import { choicesOf } from "../networks/design.ts";
import { drawNormal } from "../networks/noisy-network.ts";
import { ofActions, type QDesign, type QNetwork, qNetwork, type ReturnForm } from "../networks/q-network.ts";
import { newDesignedPolicy } from "../policy.ts";
import { bestOf, boltzmann, decayed } from "./exploration.ts";
import {
  copied,
  type Learner,
  type OffPolicyOptions,
  type OffPolicyTrained,
  offPolicy,
  offPolicySettings,
  polyak,
  type Surroundings,
} from "./off-policy.ts";
import { qLoss } from "./q-loss.ts";

export const DqnConfig = z.object({
  ...offPolicySettings,
  learningRate: offPolicySettings.learningRate.default(1e-4),
  batchSize: offPolicySettings.batchSize.default(32),
  trainFreq: offPolicySettings.trainFreq.default(4),
  maxGradNorm: offPolicySettings.maxGradNorm.default(10),
  netArch: offPolicySettings.netArch.default([64, 64]),
  adamEpsilon: z.number().positive().default(1e-8).describe("Adam's epsilon"),
  lossType: z.enum(["huber", "mse"]).default("huber").describe("of TD errors, where a mean is learnt"),
  targetNetwork: z.boolean().default(true).describe("values of next states come from an older copy of the network"),
  targetUpdateInterval: z.int().positive().default(10_000).describe("environment steps between two updates of it"),
  tau: z.number().gt(0).max(1).default(1).describe("how far it moves then: 1 = all the way"),
  exploration: z
    .enum(["epsilon", "boltzmann", "noisy", "noisy-episode"])
    .default("epsilon")
    .describe(
      "random actions; better ones more often; noise on the network's weights, from update to update or for a whole episode",
    ),
  explorationFraction: z.number().gt(0).max(1).default(0.1).describe("part of the run in which ε falls"),
  explorationInitialEps: z.number().min(0).max(1).default(1).describe("ε at the start"),
  explorationFinalEps: z.number().min(0).max(1).default(0.05).describe("ε from then on"),
  temperature: z.number().positive().default(1).describe("of --exploration boltzmann, in units of return"),
  double: z.boolean().default(false).describe("the network chooses the next action, its older copy judges it"),
  dueling: z.boolean().default(false).describe("value of the state and advantages of actions apart"),
  prioritized: z.boolean().default(false).describe("what was least expected is learnt from most"),
  priorityAlpha: z.number().min(0).max(1).default(0.6).describe("how much so: 0 = all alike"),
  priorityBeta: z.number().min(0).max(1).default(0.4).describe("how far weights undo it, at the start; 1 at the end"),
  returns: z
    .enum(["mean", "c51", "qr-dqn"])
    .default("mean")
    .describe("what is learnt of returns: mean, chances of fixed values, quantiles"),
  nAtoms: z.int().min(2).default(51).describe("of c51"),
  vMin: z.number().default(-10).describe("the least return that c51 can say"),
  vMax: z.number().default(10).describe("the largest"),
  nQuantiles: z.int().positive().default(200).describe("of qr-dqn"),
});
export type DqnConfig = z.infer<typeof DqnConfig>;

export interface DqnOptions extends z.input<typeof DqnConfig>, OffPolicyOptions {}

/** @throws UsageError `bad-support` when vMin is not below vMax */
export function dqn(
  options: DqnOptions,
  { from }: { readonly from?: Checkpoint | undefined } = {},
): Trainer<OffPolicyTrained> {
  return deepQ("dqn", DqnConfig.parse(options), options, from);
}

/** The same under another name: for Rainbow and its parts, which have other defaults. */
export function deepQ(
  name: string,
  config: DqnConfig,
  options: OffPolicyOptions,
  from?: Checkpoint,
): Trainer<OffPolicyTrained> {
  if (config.vMin >= config.vMax) {
    throw new UsageError(`wanted vMin below vMax, got ${config.vMin} and ${config.vMax}`, { code: "bad-support" });
  }
  return offPolicy(name, options, config, (surroundings) => learner(surroundings, config), from);
}

function learner(surroundings: Surroundings, config: DqnConfig): Learner {
  const { name, observations, actions, width, features, seen, chosen, seed, numEnvs } = surroundings;
  const { netArch: hidden, activation, exploration, targetNetwork } = config;
  const A = choicesOf(actions);
  const noisy = exploration === "noisy" || exploration === "noisy-episode";
  if (exploration === "noisy-episode" && numEnvs > 1) {
    throw new UsageError(`noise for a whole episode wants one environment, got ${numEnvs}`, {
      code: "bad-exploration",
      help: "--num-envs 1, or --exploration noisy: episodes of several environments do not end together",
    });
  }
  const design: QDesign = { kind: "q", dueling: config.dueling, noisy, returns: returnsOf(config) };
  const shape = { algorithm: name, observations, actions, hidden, activation, useSde: false, design };
  const policy = newDesignedPolicy(shape, seed);
  const network = qNetwork(features, A, hidden, activation, design);
  const state = optimized(policy.weights, adam({ epsilon: config.adamEpsilon }));
  const { flat, parameters } = policy.weights;
  const target = targetNetwork ? copied(flat) : undefined;

  const noise = allocate("float32", network.noiseSize);
  const acting = compile<Specs, string>(
    (x) => {
      const { seen: rows, mask } = parted(x.observations!, features);
      const values = network.values(network.outputs(paramsIn(x.weights!, parameters), rows, x.noise));
      return { values: amongPossible(values, mask) };
    },
    { weights: [flat.length], observations: [numEnvs, width], ...(noisy && { noise: [noise.length] }) },
    { buffers: { weights: flat, observations: seen, ...(noisy && { noise }) }, ...smallGraph },
  );
  const values = acting.float("values");
  if (noisy) drawNormal(noise, stream(seed, "first noise"));

  const update = compileUpdate(state, network, surroundings, target, design.returns, config);
  const draws = noisy ? [update.inputs.noise, update.inputs.nextNoise, update.inputs.targetNoise] : [];
  const { explorationInitialEps: initial, explorationFinalEps: final, explorationFraction: fraction } = config;
  const epsilonAt = (progress: number) =>
    exploration === "epsilon" ? decayed({ initial, final, fraction }, progress) : 0;
  return {
    policy,
    states: { network: state },
    arrays: { ...(target && { target }), ...(noisy && { noise }) },
    batch: update.inputs,
    ranked: config.prioritized ? { alpha: config.priorityAlpha, beta: config.priorityBeta } : undefined,
    act({ progress, rng }) {
      const epsilon = epsilonAt(progress);
      let asked = false;
      for (let i = 0; i < numEnvs; i++) {
        if (epsilon > 0 && rng.uniform() < epsilon) {
          chosen[i] = randomPossible(seen, i, A, surroundings, rng);
          continue;
        }
        if (!asked) acting.run();
        asked = true;
        chosen[i] =
          exploration === "boltzmann" ? boltzmann(values, i * A, A, config.temperature, rng) : bestOf(values, i * A, A);
      }
    },
    stepped({ step, ended, rng }) {
      if (ended[0] === 1 && exploration === "noisy-episode") drawNormal(noise, rng);
      const every = Math.max(Math.floor(config.targetUpdateInterval / numEnvs), 1);
      if (target && step % every === 0) polyak(target, flat, config.tau);
    },
    update({ rng, learningRate }) {
      for (const draw of draws) drawNormal(draw, rng);
      update.run(learningRate);
      if (exploration === "noisy") drawNormal(noise, rng); // and acts with it until the next one (section 3.1 there)
      return update.outputs.errors;
    },
    outputs: { loss: update.outputs.loss, values: update.outputs.values, gradNorm: update.outputs.gradNorm },
    metrics: ({ loss, values: mean, gradNorm }, { progress }) => ({
      ...(exploration === "epsilon" && { "rollout/exploration_rate": epsilonAt(progress) }),
      ...(loss !== undefined && { "train/loss": loss, "train/q_values": mean!, "train/grad_norm": gradNorm! }),
    }),
    dispose() {
      acting.dispose();
      update.dispose();
    },
  };
}

/** The loss of a batch and its step. `target`: the older copy of the weights, if there is one. */
function compileUpdate(
  state: Optimized,
  network: QNetwork,
  { width, features }: Surroundings,
  target: Float32Array<ArrayBuffer> | undefined,
  returns: ReturnForm,
  { batchSize: B, double, prioritized, lossType, maxGradNorm }: DqnConfig,
) {
  const { flat, parameters } = state.weights;
  const noise = [network.noiseSize];
  const shapes = {
    observation: [B, width],
    action: ints(B),
    reward: [B],
    nextObservation: [B, width],
    discount: [B],
    weight: [B],
    target: [flat.length],
    noise,
    nextNoise: noise,
    targetNoise: noise,
  } as const;
  return fused(
    state,
    shapes,
    (params, x) => {
      const { seen } = parted(x.observation, features);
      const { seen: nextSeen, mask: nextMask } = parted(x.nextObservation, features);
      const outputs = network.outputs(params, seen, x.noise); // [B, A, Z]
      const older = target ? paramsIn(x.target, parameters) : params;
      const next = network.outputs(older, nextSeen, x.targetNoise);
      const chooser = double ? network.outputs(params, nextSeen, x.nextNoise) : next;
      const best = argmax(amongPossible(network.values(chooser), nextMask)); // [B]
      const { loss, errors } = qLoss(returns, lossType, {
        predicted: ofActions(outputs, x.action),
        next: stopGradient(ofActions(next, best)),
        rewards: x.reward,
        discounts: x.discount,
        weights: prioritized ? x.weight : undefined,
      });
      return { loss, errors, values: mean(network.values(outputs)) };
    },
    { maxGradNorm, ...(target && { buffers: { target } }) },
  );
}

function returnsOf({ returns, vMin, vMax, nAtoms, nQuantiles }: DqnConfig): QDesign["returns"] {
  if (returns === "c51") return { kind: "c51", low: vMin, high: vMax, atoms: nAtoms };
  return returns === "qr-dqn" ? { kind: "qr-dqn", quantiles: nQuantiles } : { kind: "mean" };
}
