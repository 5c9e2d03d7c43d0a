/** Functions of what goes in and comes out, as wrappers (gymnasium/wrappers/transform_*.py). The functions keep no state. */
import type { Env } from "../env.ts";
import type { Sample, Space } from "../spaces/space.ts";
import { type Acting, type Observing, wrap } from "./wrap.ts";

/** Every observation through a function into another space. */
export function transformObservation<E extends Env, O extends Space>(
  env: E,
  transform: (observation: Sample<E["observationSpace"]>) => Sample<O>,
  observationSpace: O,
  name = "TransformObservation",
): Observing<E, O> {
  return wrap(env, name, {
    observationSpace,
    reset(how) {
      const [observation, info] = env.reset(how);
      return [transform(observation as Sample<E["observationSpace"]>), info];
    },
    step(action) {
      const [observation, ...rest] = env.step(action);
      return [transform(observation as Sample<E["observationSpace"]>), ...rest];
    },
  });
}

/** Every action of another space through a function into the environment's. */
export function transformAction<E extends Env, A extends Space>(
  env: E,
  transform: (action: Sample<A>) => Sample<E["actionSpace"]>,
  actionSpace: A,
  name = "TransformAction",
): Acting<E, A> {
  return wrap(env, name, { actionSpace, step: (action) => env.step(transform(action)) });
}

/** Every reward through a function. */
export function transformReward<E extends Env>(
  env: E,
  transform: (reward: number) => number,
  name = "TransformReward",
): E {
  return wrap(env, name, {
    step(action) {
      const result = env.step(action);
      result[1] = transform(result[1]);
      return result;
    },
  });
}

/** Every reward cut to [min, max]. */
export const clipReward = <E extends Env>(
  env: E,
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: { min?: number; max?: number },
): E => transformReward(env, (reward) => Math.min(Math.max(reward, min), max), "ClipReward");
