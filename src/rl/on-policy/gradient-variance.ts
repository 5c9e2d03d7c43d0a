/** How well a batch of episodes estimates the policy gradient: measured, because it is what REINFORCE's switches are about. */
import { stream } from "../../base/index.ts";
import type { VectorEnv } from "../../envs/index.ts";
import { sgd } from "../../optim/index.ts";
import { optimized } from "../fused.ts";
import { type Moments, moments, updateMoments } from "../moments.ts";
import type { Policy } from "../policy.ts";
import { critic } from "./critic.ts";
import { episodePlayer } from "./episodes.ts";
import { policyLearner, type ReinforceConfig } from "./reinforce.ts";

export interface GradientOptions {
  readonly env: VectorEnv;
  readonly policy: Policy;
  /** Of REINFORCE: `nEpisodes` make one estimate. */
  readonly config: ReinforceConfig;
  /** How many estimates are made. */
  readonly batches: number;
  readonly seed: number;
  /** Batches that the critic learns from before anything is measured, while the policy stands still. Default 0. */
  readonly criticBatches?: number;
  /** Who plays, default the policy itself. */
  readonly behaviour?: Policy;
}

/** Mean and variance of the ascent direction's components over the batches, in the order of the policy's flat weights. */
export function gradientMoments(options: GradientOptions): Moments {
  const { env, policy, batches, seed, criticBatches = 0, behaviour = policy } = options;
  const config = { ...options.config, nEpochs: 1, entCoef: 0, maxGradNorm: 0 };
  const { flat } = policy.weights;
  const player = episodePlayer(env, behaviour, Math.ceil(config.nEpisodes / env.numEnvs));
  // One step of plain descent at rate 1 moves the weights by the gradient.
  const learner = policyLearner(policy, optimized(policy.weights, sgd()), config);
  const actor = behaviour === policy ? learner : policyLearner(behaviour, optimized(behaviour.weights, sgd()), config);
  const values = critic({ ...config, policy, state: optimized(policy.weights, sgd()), seed });
  const seen = moments(flat.length, 0);
  try {
    for (let batch = 0; batch < criticBatches + batches; batch++) {
      const episodes = player.play(stream(seed, "act", batch), batch === 0 ? seed : undefined);
      const before = flat.slice();
      const { returns } = learner.learn(episodes, 1, actor.logProbs(episodes));
      const ascent = flat.map((weight, i) => weight - before[i]!);
      flat.set(before);
      if (batch < criticBatches) values.learn(episodes.observations, returns, config.vfLearningRate, batch);
      else updateMoments(seen, ascent);
    }
    return seen;
  } finally {
    for (const part of new Set([player, learner, actor, values])) part.dispose();
  }
}
