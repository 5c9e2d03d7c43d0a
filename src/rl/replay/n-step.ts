import { allocate, type TypedArrayOf } from "../../base/index.ts";
import type { Column, ReplayState } from "./ring.ts";

/** One step of one environment. */
export interface Transition {
  readonly observation: ArrayLike<number>;
  readonly action: ArrayLike<number>;
  readonly reward: number;
  /** Really reached: at an end the last observation of the episode, never that of the reset. */
  readonly nextObservation: ArrayLike<number>;
  readonly terminated: boolean;
  readonly truncated: boolean;
}

/** What is learnt from: n steps as one. ReplayState are valid until the next `push`. */
export interface Assembled {
  readonly observation: ArrayLike<number>;
  readonly action: ArrayLike<number>;
  /** Σ γᵏ r_k, one number. */
  readonly reward: ArrayLike<number>;
  /** After the last of the steps. */
  readonly nextObservation: ArrayLike<number>;
  /** γᵏ after k steps, 0 where the episode terminated: what V(nextObservation) counts. One number. */
  readonly discount: ArrayLike<number>;
}

export interface NStepOptions {
  readonly n: number;
  readonly gamma: number;
  readonly numEnvs: number;
  readonly observation: Column;
  readonly action: Column;
}

/** The steps of each environment that are not complete yet. */
export interface NStep {
  /** Takes in a step and hands on what is complete: after n steps one row, at the end of an episode all that is left. */
  push(env: number, step: Transition, emit: (row: Assembled) => void): void;
  snapshot(): ReplayState;
  restore(state: ReplayState): void;
}

/**
 * Assembles n-step transitions (Sutton 1988; Rainbow: Hessel et al. 2018, arXiv:1710.02298). No sum crosses the end of an
 * episode, by termination or truncation; the shorter sums before an end are kept, with the discounts that they have.
 */
export function nStep({ n, gamma, numEnvs, observation, action }: NStepOptions): NStep {
  const slots = numEnvs * n; // those of an environment side by side, the oldest first
  const memory = {
    observations: allocate(observation.dtype, slots * observation.width),
    actions: allocate(action.dtype, slots * action.width),
    rewards: allocate("float32", slots),
    counts: allocate("int32", numEnvs),
  };
  const { observations, actions, rewards, counts } = memory;
  const row = (data: TypedArrayOf[Column["dtype"]], { width }: Column, slot: number) =>
    data.subarray(slot * width, (slot + 1) * width);
  const reward = new Float64Array(1);
  const discount = new Float64Array(1);

  return {
    push(env, step, emit) {
      const start = env * n;
      const end = start + counts[env]! + 1;
      observations.set(step.observation, (end - 1) * observation.width);
      actions.set(step.action, (end - 1) * action.width);
      rewards[end - 1] = step.reward;

      const emitFrom = (first: number) => {
        reward[0] = 0;
        for (let slot = end - 1; slot >= first; slot--) reward[0] = rewards[slot]! + gamma * reward[0];
        discount[0] = step.terminated ? 0 : gamma ** (end - first);
        emit({
          observation: row(observations, observation, first),
          action: row(actions, action, first),
          reward,
          nextObservation: step.nextObservation,
          discount,
        });
      };
      if (step.terminated || step.truncated) {
        for (let slot = start; slot < end; slot++) emitFrom(slot);
        counts[env] = 0;
      } else if (end - start === n) {
        emitFrom(start);
        observations.copyWithin(start * observation.width, (start + 1) * observation.width, end * observation.width);
        actions.copyWithin(start * action.width, (start + 1) * action.width, end * action.width);
        rewards.copyWithin(start, start + 1, end);
        counts[env] = n - 1;
      } else counts[env]!++;
    },
    snapshot: () => ({
      observations: { dtype: observation.dtype, shape: [slots, observation.width], data: observations },
      actions: { dtype: action.dtype, shape: [slots, action.width], data: actions },
      rewards: { dtype: "float32", shape: [slots], data: rewards },
      counts: { dtype: "int32", shape: [numEnvs], data: counts },
    }),
    restore(state) {
      for (const [name, data] of Object.entries(memory)) data.set(state[name]!.data as typeof data);
    },
  };
}
