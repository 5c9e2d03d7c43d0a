/**
 * Steps any environments one after the other and writes what they give into rows of shared arrays: the heart of the vector
 * environment of this thread (sync.ts) and of those of other threads (thread.ts).
 */
import type { Env, Info } from "../env.ts";
import { readBatch, writeBatch } from "../spaces/batch.ts";
import type { Actions, AnyBatch, Space } from "../spaces/space.ts";
import { needsReset } from "./arguments.ts";
import type { Autoreset } from "./vector-env.ts";

/** Arrays of all n environments. */
export interface Rows {
  readonly observations: AnyBatch;
  /** With `same-step`: the real last observations. */
  readonly finalObservations: AnyBatch;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
}

/** Hears the info of environment i; `final` is the info of an episode's last step, beside the reset's. */
export type Tell = (i: number, info: Info, final?: Info) => void;

export interface Runner {
  reset(i: number, seed: number | undefined, options: Readonly<Record<string, unknown>> | undefined): void;
  /** Steps all of them. @throws UsageError `episode-over` before anything has moved. */
  step(actions: Actions<Space>): void;
}

/** Environment j of `envs` has row first + j. */
export function runner(envs: readonly Env[], rows: Rows, first: number, autoreset: Autoreset, tell: Tell): Runner {
  const observationSpace = envs[0]!.observationSpace;
  const actionSpace = envs[0]!.actionSpace;
  const { observations, finalObservations, rewards, terminated, truncated } = rows;
  const hasEnded = (i: number) => terminated[i] === 1 || truncated[i] === 1;

  const restart = (j: number) => {
    const [observation, info] = envs[j]!.reset();
    writeBatch(observationSpace, observations, first + j, observation);
    return info;
  };
  return {
    reset(i, seed, options) {
      const [observation, info] = envs[i - first]!.reset({ seed, options });
      writeBatch(observationSpace, observations, i, observation);
      rewards[i] = terminated[i] = truncated[i] = 0;
      tell(i, info);
    },
    step(actions) {
      if (autoreset === "disabled") {
        for (let j = 0; j < envs.length; j++) if (hasEnded(first + j)) throw needsReset(first + j);
      }
      for (let j = 0; j < envs.length; j++) {
        const i = first + j;
        if (autoreset === "next-step" && hasEnded(i)) {
          rewards[i] = terminated[i] = truncated[i] = 0;
          tell(i, restart(j));
          continue;
        }
        const [observation, reward, end, cut, info] = envs[j]!.step(readBatch(actionSpace, actions, i));
        rewards[i] = reward;
        terminated[i] = end ? 1 : 0;
        truncated[i] = cut ? 1 : 0;
        if (autoreset === "same-step" && (end || cut)) {
          writeBatch(observationSpace, finalObservations, i, observation);
          tell(i, restart(j), info);
        } else {
          writeBatch(observationSpace, observations, i, observation);
          tell(i, info);
        }
      }
    },
  };
}
