import { makeVec, maskedObservation, spec, type VectorEnv } from "../../envs/index.ts";
import * as rl from "../../rl/index.ts";
import type { Trainer } from "../../run/index.ts";

/** Where a run takes place. */
export interface Place {
  readonly id: string;
  readonly numEnvs: number;
  readonly seed: number;
  /** Default false. */
  readonly useMasking?: boolean;
}

/** Steps of an episode where the environment sets no limit: a policy that goes in circles would play for ever. */
export const patience = 10_000;

/** Stepped in place: nothing here keeps an answer over the next step. */
export const environments = ({ id, numEnvs, useMasking = false }: Omit<Place, "seed">): VectorEnv =>
  makeVec(id, numEnvs, {
    maxEpisodeSteps: spec(id).maxEpisodeSteps ?? patience,
    wrappers: useMasking ? [maskedObservation] : [],
    ...{ autoreset: "same-step", copy: false },
  });

/** Where a policy plays so many episodes. */
export const judges = (place: Omit<Place, "numEnvs">, episodes: number): VectorEnv =>
  environments({ ...place, numEnvs: Math.min(episodes, 16) });

export type Evaluated<T extends rl.Taught> = T & {
  readonly result: T["result"] & { readonly return: { mean: number; std: number; episodes: number } };
};

/** The trainer, whose result says besides how well the finished policy does in fresh environments. */
export async function* evaluated<T extends rl.Taught>(
  trainer: Trainer<T>,
  place: Omit<Place, "numEnvs">,
  episodes: number,
): Trainer<Evaluated<T>> {
  const taught = yield* trainer;
  const env = judges(place, episodes);
  const { mean, std } = rl.evaluate(taught.policy, { env, episodes, seed: place.seed + 1_000_000 });
  return { ...taught, result: { ...taught.result, return: { mean, std, episodes } } };
}
