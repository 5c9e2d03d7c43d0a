import type { Rng } from "../base/index.ts";
import type { VectorEnv } from "../envs/index.ts";
import { acting } from "./acting.ts";
import { known } from "./codec.ts";
import type { ActingNetwork } from "./networks/acting-network.ts";
import { expectSpaces, type Policy } from "./policy.ts";

export interface Evaluation {
  /** Mean return over the episodes. */
  readonly mean: number;
  /** Standard deviation (divides by n). */
  readonly std: number;
  readonly episodes: number;
  readonly meanLength: number;
}

export interface EvaluateOptions {
  /** Fresh environments that reset in the same step, with a time limit: a policy may go in circles. */
  readonly env: VectorEnv;
  /** Default 100. */
  readonly episodes?: number;
  readonly seed?: number;
  /** Samples actions from this stream; without one the most likely action is taken. */
  readonly sampling?: Rng;
}

/**
 * Plays episodes with a policy that stands still. Each environment plays its share (stable-baselines3's
 * `evaluate_policy`), so short episodes do not crowd out long ones.
 *
 * @throws UsageError `other-environment`
 */
export function evaluate(
  policy: Policy<ActingNetwork>,
  { env, episodes = 100, seed = 0, sampling }: EvaluateOptions,
): Evaluation {
  expectSpaces(policy, env);
  const n = env.numEnvs;
  const stepping = known(env);
  const share = Array.from({ length: n }, (_, i) => Math.floor((episodes + i) / n));
  const returns = new Float64Array(n);
  const lengths = new Int32Array(n);
  const played: { readonly return: number; readonly length: number }[] = [];
  const actor = acting(policy, n, { sampled: sampling !== undefined });
  try {
    let [observations] = stepping.reset({ seed });
    while (played.length < episodes) {
      const [next, rewards, terminated, truncated] = stepping.step(actor.act(observations, sampling));
      observations = next;
      for (let i = 0; i < n; i++) {
        returns[i]! += rewards[i]!;
        lengths[i]!++;
        if (terminated[i] === 0 && truncated[i] === 0) continue;
        if (share[i]!-- > 0) played.push({ return: returns[i]!, length: lengths[i]! });
        returns[i] = 0;
        lengths[i] = 0;
        actor.forget(i);
      }
    }
  } finally {
    actor.dispose();
  }
  const mean = played.reduce((s, episode) => s + episode.return, 0) / episodes;
  const std = Math.sqrt(played.reduce((s, episode) => s + (episode.return - mean) ** 2, 0) / episodes);
  return { mean, std, episodes, meanLength: played.reduce((s, { length }) => s + length, 0) / episodes };
}
