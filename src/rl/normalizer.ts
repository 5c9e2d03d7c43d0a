/**
 * Observations and rewards on a scale that networks like (Huang et al. 2022, details 28–31; stable-baselines3's
 * VecNormalize): observations by their running mean and deviation, rewards by the running deviation of the discounted
 * return, both clipped to ±10. The statistics belong to the policy: they are saved with it and stand still when it is
 * evaluated. A rollout is scaled by the statistics of its steps; a replay memory keeps what was seen and earned as it is,
 * and a batch is scaled by the statistics of the moment.
 */
import { z } from "zod";
import { clip, constant, div, sub, type Tensor } from "../engine/graph/index.ts";
import { type Moments, moments, updateMoments } from "./moments.ts";

/** Settings of every algorithm that scales. */
export const normalizerSettings = {
  normalize: z.boolean().default(false).describe("running normalisation of observations and rewards"),
  normalizeReward: z.boolean().default(true).describe("of rewards too, where observations are normalised"),
};

export interface NormalizerState {
  readonly observations: Moments;
  readonly returns: Moments;
  /** The discounted return so far of each environment. */
  readonly running: Float64Array;
}

const clipAt = 10;
const epsilon = 1e-8;

export interface Normalizer {
  readonly state: NormalizerState;
  /** Takes observations [n, width] into account, where the statistics move. */
  see(observations: Float32Array): void;
  /** Replaces observations by what the policy is to see. */
  scale(observations: Float32Array): void;
  /** Takes rewards of one step [n], and which episodes it ended, into account. */
  earn(rewards: ArrayLike<number>, ended: (i: number) => boolean): void;
  /** Replaces rewards by what is to be learnt from. */
  scaleRewards(rewards: Float32Array | Float64Array): void;
}

export interface NormalizerOptions {
  readonly normalize: boolean;
  readonly normalizeReward: boolean;
  readonly gamma: number;
}

/**
 * @param width numbers an observation
 * @param features how many of them are scaled: a mask of actions, which lies behind these, is not
 * @returns undefined where nothing is to be normalised
 */
export function normalizer(
  { normalize, normalizeReward, gamma }: NormalizerOptions,
  { width, features }: { readonly width: number; readonly features: number },
  numEnvs: number,
): Normalizer | undefined {
  if (!normalize) return undefined;
  const state = {
    observations: moments(width),
    returns: moments(1),
    running: new Float64Array(numEnvs),
  };
  return {
    state,
    see(observations) {
      updateMoments(state.observations, observations);
      state.observations.mean.fill(0, features);
      state.observations.variance.fill(1, features);
    },
    scale: (observations) => scaleObservations(observations, state.observations),
    earn(rewards, ended) {
      const { running, returns } = state;
      for (let i = 0; i < numEnvs; i++) running[i] = running[i]! * gamma + rewards[i]!;
      updateMoments(returns, running);
      for (let i = 0; i < numEnvs; i++) if (ended(i)) running[i] = 0;
    },
    scaleRewards(rewards) {
      if (!normalizeReward) return;
      const deviation = Math.sqrt(state.returns.variance[0]! + epsilon);
      for (let i = 0; i < rewards.length; i++) rewards[i] = clamp(rewards[i]! / deviation);
    },
  };
}

/** By statistics that stand still: for a policy that is used. */
export function scaleObservations(
  observations: Float32Array,
  { mean, variance }: Pick<Moments, "mean" | "variance">,
): void {
  const width = mean.length;
  for (let i = 0; i < observations.length; i++) {
    const j = i % width;
    observations[i] = clamp((observations[i]! - mean[j]!) / Math.sqrt(variance[j]! + epsilon));
  }
}

/** The same in a graph: observations [N, width]. */
export function scaledObservations(
  observations: Tensor,
  { mean, variance }: Pick<Moments, "mean" | "variance">,
): Tensor {
  const row = (numbers: Float64Array) => constant(Float32Array.from(numbers), "float32", [numbers.length]);
  const centred = sub(observations, row(mean));
  return clip(div(centred, row(variance.map((v) => Math.sqrt(v + epsilon)))), -clipAt, clipAt);
}

const clamp = (x: number): number => Math.min(clipAt, Math.max(-clipAt, x));

/** As JSON, and back. */
export const normalizerFile = ({ observations, returns, running }: NormalizerState) => ({
  observations: momentsFile(observations),
  returns: momentsFile(returns),
  running: [...running],
});
export type NormalizerFile = ReturnType<typeof normalizerFile>;

export function restoreNormalizer(state: NormalizerState, file: NormalizerFile): void {
  for (const name of ["observations", "returns"] as const) {
    state[name].count = file[name].count;
    state[name].mean.set(file[name].mean);
    state[name].variance.set(file[name].variance);
  }
  state.running.set(file.running);
}

const momentsFile = ({ count, mean, variance }: Moments) => ({
  count,
  mean: [...mean],
  variance: [...variance],
});
