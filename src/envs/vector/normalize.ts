/** Running normalisation of many environments (gymnasium/wrappers/vector/stateful_observation.py, stateful_reward.py). */
import { box } from "../spaces/build.ts";
import type { Box } from "../spaces/space.ts";
import { needsBox } from "../wrappers/boxes.ts";
import {
  loadMoments,
  normalizeRows,
  type RunningMoments,
  runningMoments,
  type SavedMoments,
  saveMoments,
  updateMoments,
} from "../wrappers/moments.ts";
import type { NormalizeOptions } from "../wrappers/normalize.ts";
import type { VectorEnv } from "./vector-env.ts";
import { wrapVector } from "./wrap-vector.ts";

/**
 * (o − μ)/√(σ² + ε) by the moments of all observations so far, as float32 in arrays of its own. In `same-step`, which
 * Gymnasium refuses, the moments take in the reset observations, and `finalObs` is normalised by them.
 *
 * @throws UsageError `bad-space`
 */
export function normalizeVectorObservation<V extends VectorEnv>(
  vector: V,
  { epsilon = 1e-8, moments }: NormalizeOptions = {},
): VectorEnv<Box<"float32">, V["singleActionSpace"]> & { readonly moments: RunningMoments } {
  const space = vector.singleObservationSpace;
  needsBox(space, "normalizeVectorObservation");
  const running = moments ?? runningMoments(space.low.length);
  const normalized = (rows: ArrayLike<number>) => {
    const out = new Float32Array(rows.length);
    normalizeRows(running, rows, epsilon, out);
    return out;
  };
  const wrapped = wrapVector<V, VectorEnv<Box<"float32">, V["singleActionSpace"]>>(vector, "NormalizeObservation", {
    singleObservationSpace: box(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, space.shape),
    reset(how) {
      const [observations, infos] = vector.reset(how);
      updateMoments(running, observations as Float32Array);
      return [normalized(observations as Float32Array), infos];
    },
    step(actions) {
      const [observations, rewards, terminated, truncated, infos] = vector.step(actions);
      updateMoments(running, observations as Float32Array);
      const final = infos.finalObs as Float32Array | undefined;
      const told = final === undefined ? infos : { ...infos, finalObs: normalized(final) };
      return [normalized(observations as Float32Array), rewards, terminated, truncated, told];
    },
    save: () => saveMoments(running),
    load: (saved) => loadMoments(running, saved as SavedMoments),
  });
  return Object.assign(wrapped, { moments: running });
}

type Saved = {
  readonly discounted: readonly number[];
  readonly ended: readonly number[];
  readonly moments: SavedMoments;
};

/**
 * r/√(Var G + ε), G ← γ·G·(1 − terminated) + r for each environment. In `next-step` the reset's own row is left out, and a
 * truncation does not clear G; in `same-step` every end does (both as in Gymnasium).
 */
export function normalizeVectorReward<V extends VectorEnv>(
  vector: V,
  { gamma = 0.99, epsilon = 1e-8, moments }: NormalizeOptions & { readonly gamma?: number | undefined } = {},
): V & { readonly moments: RunningMoments } {
  const n = vector.numEnvs;
  const running = moments ?? runningMoments(1);
  const discounted = new Float64Array(n);
  const ended = new Uint8Array(n);
  const sameStep = vector.autoreset === "same-step";
  const isActive = (i: number) => sameStep || ended[i] === 0;
  const wrapped = wrapVector(vector, "NormalizeReward", {
    reset(how) {
      const result = vector.reset(how);
      discounted.fill(0);
      ended.fill(0);
      return result;
    },
    step(actions) {
      const [observations, rewards, terminated, truncated, infos] = vector.step(actions);
      for (let i = 0; i < n; i++) {
        if (isActive(i)) discounted[i] = discounted[i]! * gamma * (1 - terminated[i]!) + rewards[i]!;
      }
      updateMoments(running, discounted, isActive);
      const deviation = Math.sqrt(running.variance[0]! + epsilon);
      for (let i = 0; i < n; i++) {
        ended[i] = terminated[i]! | truncated[i]!;
        if (sameStep && ended[i] === 1) discounted[i] = 0;
      }
      return [observations, rewards.map((reward) => reward / deviation), terminated, truncated, infos];
    },
    save: (): Saved => ({
      discounted: Array.from(discounted),
      ended: Array.from(ended),
      moments: saveMoments(running),
    }),
    load(saved) {
      const state = saved as Saved;
      discounted.set(state.discounted);
      ended.set(state.ended);
      loadMoments(running, state.moments);
    },
  });
  return Object.assign(wrapped, { moments: running });
}
