/** Running normalisation of one environment (gymnasium/wrappers/stateful_observation.py, stateful_reward.py). */
import type { Env } from "../env.ts";
import { box } from "../spaces/build.ts";
import type { Box } from "../spaces/space.ts";
import { needsBox } from "./boxes.ts";
import {
  loadMoments,
  normalizeRows,
  type RunningMoments,
  runningMoments,
  type SavedMoments,
  saveMoments,
  updateMoments,
} from "./moments.ts";
import { type Observing, wrap } from "./wrap.ts";

export interface NormalizeOptions {
  /** Added to the variance, default 10⁻⁸. */
  readonly epsilon?: number | undefined;
  /** Those of another wrapper, to be shared; default new ones. */
  readonly moments?: RunningMoments | undefined;
}

/** (o − μ)/√(σ² + ε) by the moments of all observations so far, as float32. @throws UsageError `bad-space` */
export function normalizeObservation<E extends Env>(
  env: E,
  { epsilon = 1e-8, moments }: NormalizeOptions = {},
): Observing<E, Box<"float32">> & { readonly moments: RunningMoments } {
  needsBox(env.observationSpace, "normalizeObservation");
  const { shape, low } = env.observationSpace;
  const running = moments ?? runningMoments(low.length);
  const normalized = (observation: unknown) => {
    const numbers = observation as ArrayLike<number>;
    updateMoments(running, numbers);
    const out = new Float32Array(low.length);
    normalizeRows(running, numbers, epsilon, out);
    return out;
  };
  const wrapped = wrap<E, Observing<E, Box<"float32">>>(env, "NormalizeObservation", {
    observationSpace: box(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, shape),
    reset(how) {
      const [observation, info] = env.reset(how);
      return [normalized(observation), info];
    },
    step(action) {
      const [observation, ...rest] = env.step(action);
      return [normalized(observation), ...rest];
    },
    save: () => saveMoments(running),
    load: (saved) => loadMoments(running, saved as SavedMoments),
  });
  return Object.assign(wrapped, { moments: running });
}

/**
 * r/√(Var G + ε) with the discounted sum G ← γ·G·(1 − terminated) + r. As in Gymnasium, G is cut on the terminating step
 * itself, and neither a truncation nor a reset clears it.
 */
export function normalizeReward<E extends Env>(
  env: E,
  { gamma = 0.99, epsilon = 1e-8, moments }: NormalizeOptions & { readonly gamma?: number | undefined } = {},
): E & { readonly moments: RunningMoments } {
  const running = moments ?? runningMoments(1);
  let discounted = 0;
  const wrapped = wrap(env, "NormalizeReward", {
    step(action) {
      const result = env.step(action);
      discounted = discounted * gamma * (result[2] ? 0 : 1) + result[1];
      updateMoments(running, [discounted]);
      result[1] /= Math.sqrt(running.variance[0]! + epsilon);
      return result;
    },
    save: () => ({ discounted, moments: saveMoments(running) }),
    load(saved) {
      const state = saved as { readonly discounted: number; readonly moments: SavedMoments };
      discounted = state.discounted;
      loadMoments(running, state.moments);
    },
  });
  return Object.assign(wrapped, { moments: running });
}
