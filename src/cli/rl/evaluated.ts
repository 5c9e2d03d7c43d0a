import { makeVec } from "../../envs/index.ts";
import * as rl from "../../rl/index.ts";
import type { Finished, Trainer } from "../../run/index.ts";

/** What the trainers with networks return. */
export interface Taught extends Finished {
  readonly policy: rl.Policy<rl.ActingNetwork>;
  readonly result: { readonly steps: number; readonly trainReturn: number | null };
}

export type Evaluated<T extends Taught> = T & {
  readonly result: T["result"] & { readonly return: { mean: number; std: number; episodes: number } };
};

/** Stepped in place: nothing here keeps an answer over the next step. */
export const vectors = { autoreset: "same-step", copy: false } as const;

/** The trainer, whose result says besides how well the finished policy does in fresh environments. */
export async function* evaluated<T extends Taught>(
  trainer: Trainer<T>,
  { id, episodes, seed }: { readonly id: string; readonly episodes: number; readonly seed: number },
): Trainer<Evaluated<T>> {
  const taught = yield* trainer;
  const env = makeVec(id, Math.min(episodes, 16), vectors);
  const { mean, std } = rl.evaluate(taught.policy, { env, episodes, seed: seed + 1_000_000 });
  return { ...taught, result: { ...taught.result, return: { mean, std, episodes } } };
}
