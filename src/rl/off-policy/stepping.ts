import { allocate } from "../../base/index.ts";
import type { VectorEnv } from "../../envs/index.ts";
import { type ActionCodec, known, type ObservationCodec } from "../codec.ts";
import type { Episode } from "../on-policy/rollout.ts";
import type { Transition } from "../replay/index.ts";

export interface SteppingOptions {
  /** Resets in the same step. */
  readonly env: VectorEnv;
  readonly observation: ObservationCodec;
  readonly action: ActionCodec;
}

/** Environments that are stepped one step at a time, and what is known of them between two steps. */
export interface Stepping {
  /** What is seen now, [n, d]. */
  readonly observations: Float32Array<ArrayBuffer>;
  /** Where the next actions are written to, [n, a], as a policy says them. */
  readonly actions: Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  /** Of the episodes under way, [n]. */
  readonly returns: Float64Array;
  readonly lengths: Int32Array;
  /** 1 where the last step ended an episode, [n]. */
  readonly ended: Uint8Array;
  /** Only at the very beginning. */
  start(seed: number): void;
  /** Takes the actions; says what came of each, and which episodes ended. */
  step(seen: (env: number, transition: Transition) => void): readonly Episode[];
}

export function stepping({ env, observation, action }: SteppingOptions): Stepping {
  const world = known(env);
  const n = env.numEnvs;
  const { width } = observation;
  const observations = allocate("float32", n * width);
  const before = allocate("float32", n * width);
  /** After the step: of an episode that ended its last observation, never that of the reset. */
  const after = allocate("float32", n * width);
  const last = allocate("float32", n * width);
  const actions = action.allocate(n);
  const rowsOf = (data: Float32Array | Int32Array, size: number) =>
    Array.from({ length: n }, (_, i) => data.subarray(i * size, (i + 1) * size));
  const [rowsBefore, rowsAfter, rowsLast] = [before, after, last].map((data) => rowsOf(data, width));
  const rowsOfActions = rowsOf(actions, action.width);
  const returns = new Float64Array(n);
  const lengths = new Int32Array(n);
  const ended = new Uint8Array(n);
  return {
    ...{ observations, actions, returns, lengths, ended },
    start: (seed) => observation.write(world.reset({ seed })[0], observations),
    step(seen) {
      before.set(observations);
      const [next, rewards, terminated, truncated, infos] = world.step(action.forEnv(actions));
      observation.write(next, observations);
      after.set(observations);
      const episodes: Episode[] = [];
      if (infos.finalObs !== undefined) observation.write(infos.finalObs, last);
      for (let i = 0; i < n; i++) {
        returns[i]! += rewards[i]!;
        lengths[i]!++;
        const step = { terminated: terminated[i] === 1, truncated: truncated[i] === 1 };
        ended[i] = step.terminated || step.truncated ? 1 : 0;
        if (ended[i] === 1) {
          rowsAfter![i]!.set(rowsLast![i]!);
          episodes.push({ return: returns[i]!, length: lengths[i]! });
          returns[i] = 0;
          lengths[i] = 0;
        }
        seen(i, {
          observation: rowsBefore![i]!,
          action: rowsOfActions[i]!,
          reward: rewards[i]!,
          nextObservation: rowsAfter![i]!,
          ...step,
        });
      }
      return episodes;
    },
  };
}
