import type { Rng, TypedArray } from "../../base/index.ts";
import type { VectorEnv } from "../../envs/index.ts";
import { acting } from "../acting.ts";
import { known } from "../codec.ts";
import { pickRows } from "../minibatch.ts";
import type { Normalizer } from "../normalizer.ts";
import type { Policy } from "../policy.ts";

/** E whole episodes, one after the other: R steps in all. */
export interface Episodes {
  /** Steps of each, [E]. */
  readonly lengths: Int32Array;
  /** What the policy saw, [R, d]. */
  readonly observations: Float32Array;
  /** [R, a], as the policy said them: before they were clipped to the environment's bounds. */
  readonly actions: Float32Array | Int32Array;
  /** As the environment gave them. */
  readonly rewards: Float64Array;
  /** 1 at the last step of an episode, which ended or was cut off there. */
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  /** The observation that each ended with, [E, d], as the policy would have seen it. */
  readonly last: Float32Array;
  /** Environment steps that it took, those that belong to no whole episode included. */
  readonly played: number;
}

export interface PlayerOptions {
  /** Of the policy: its statistics move with every step. */
  readonly scaling?: Normalizer | undefined;
  /** Noise stays for so many steps (gSDE), at most until the next batch. Default 1. */
  readonly redraw?: number;
}

export interface EpisodePlayer {
  /** Resets the environments (with the seed only at the very beginning) and plays every episode from its start to its end. */
  play(noise: Rng, seed?: number): Episodes;
  dispose(): void;
}

/**
 * Lets a policy play whole episodes, a share in each environment: the first ones to end would be the short ones. An
 * environment that has played its share is stepped on for nothing until the others have too.
 *
 * @param env resets in the same step
 */
export function episodePlayer(
  env: VectorEnv,
  policy: Policy,
  episodesPerEnv: number,
  { scaling, redraw = 1 }: PlayerOptions = {},
): EpisodePlayer {
  const n = env.numEnvs;
  const { width } = policy.observation;
  const stepping = known(env);
  const actor = acting(policy, n, { sampled: true });
  const steps = {
    observations: growing(n * width),
    actions: growing(n * policy.action.width),
    rewards: growing(n),
    terminated: growing(n),
    truncated: growing(n),
  };
  return {
    play(noise, seed) {
      let [observations] = stepping.reset(seed === undefined ? {} : { seed });
      /** Of each environment: the step after each of its episodes, and the observations that those ended with. */
      const ends = Array.from({ length: n }, (): number[] => []);
      const lasts = Array.from({ length: n }, (): Float32Array[] => []);
      const scratch = new Float32Array(n * width);
      scaling?.state.running.fill(0);
      let T = 0;
      for (let open = n; open > 0; T++) {
        if (scaling) {
          policy.observation.write(observations, scratch);
          scaling.see(scratch);
        }
        const actions = actor.act(observations, T % redraw === 0 ? noise : undefined);
        steps.observations.put(T, actor.seen);
        steps.actions.put(T, actor.said);
        const [next, rewards, terminated, truncated, infos] = stepping.step(actions);
        steps.rewards.put(T, rewards);
        steps.terminated.put(T, terminated);
        steps.truncated.put(T, truncated);
        observations = next;
        const isOver = (i: number) => terminated[i] === 1 || truncated[i] === 1;
        scaling?.earn(rewards, isOver);
        let isWritten = false;
        for (let i = 0; i < n; i++) {
          if (!isOver(i) || ends[i]!.length === episodesPerEnv) continue;
          if (!isWritten) {
            policy.observation.write(infos.finalObs, scratch);
            scaling?.scale(scratch);
          }
          isWritten = true;
          lasts[i]!.push(scratch.slice(i * width, (i + 1) * width));
          if (ends[i]!.push(T + 1) === episodesPerEnv) open--;
        }
      }
      const rows = Int32Array.from(ends.flatMap((of, i) => Array.from({ length: of.at(-1)! }, (_, t) => t * n + i)));
      const R = rows.length;
      const pick = <A extends TypedArray | Float64Array>(from: Growing, into: A): A => {
        pickRows(rows, from.all, into);
        return into;
      };
      return {
        lengths: Int32Array.from(ends.flatMap((of) => of.map((end, k) => end - (of[k - 1] ?? 0)))),
        observations: pick(steps.observations, new Float32Array(R * width)),
        actions: pick(steps.actions, policy.action.allocate(R)),
        rewards: pick(steps.rewards, new Float64Array(R)),
        terminated: pick(steps.terminated, new Uint8Array(R)),
        truncated: pick(steps.truncated, new Uint8Array(R)),
        last: Float32Array.from(lasts.flat().flatMap((row) => [...row])),
        played: T * n,
      };
    },
    dispose: () => actor.dispose(),
  };
}

interface Growing {
  /** Valid as far as rows were put. */
  readonly all: Float64Array;
  put(row: number, numbers: ArrayLike<number>): void;
}

/** Rows of numbers in an array that doubles when it is full. */
function growing(width: number): Growing {
  let all = new Float64Array(64 * width);
  return {
    get all() {
      return all;
    },
    put(row, numbers) {
      if ((row + 1) * width > all.length) {
        const larger = new Float64Array(2 * all.length);
        larger.set(all);
        all = larger;
      }
      all.set(numbers, row * width);
    },
  };
}
