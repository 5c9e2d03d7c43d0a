import { allocate } from "../../base/index.ts";
import type { VectorEnv } from "../../envs/index.ts";
import { type ActionCodec, known, type ObservationCodec } from "../codec.ts";
import type { Normalizer } from "../normalizer.ts";
import type { Episode } from "../on-policy/rollout.ts";
import type { Transition } from "../replay/index.ts";

export interface SteppingOptions {
  /** Resets in the same step. */
  readonly env: VectorEnv;
  readonly observation: ObservationCodec;
  readonly action: ActionCodec;
  /** Its statistics move with every step. */
  readonly scaling?: Normalizer | undefined;
}

/** Environments that are stepped one step at a time, and what is known of them between two steps. */
export interface Stepping {
  /** What the environments show now, [n, d]. */
  readonly observations: Float32Array<ArrayBuffer>;
  /** What a policy is to see of it: the same, or that scaled. */
  readonly seen: Float32Array<ArrayBuffer>;
  /** Where the next actions are written to, [n, a], as a policy says them. */
  readonly actions: Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  /** Of the episodes under way, [n]. */
  readonly returns: Float64Array;
  readonly lengths: Int32Array;
  /** 1 where the last step ended an episode, [n]. */
  readonly ended: Uint8Array;
  /** Only at the very beginning. */
  start(seed: number): void;
  /** Takes the actions; says what came of each, as the environments have it, and which episodes ended. */
  step(said: (env: number, transition: Transition) => void): readonly Episode[];
  /** Brings `seen` up to date after `observations` were restored. */
  look(): void;
}

export function stepping({ env, observation, action, scaling }: SteppingOptions): Stepping {
  const world = known(env);
  const n = env.numEnvs;
  const { width } = observation;
  const observations = allocate("float32", n * width);
  const seen = scaling ? allocate("float32", n * width) : observations;
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
  const look = () => {
    seen.set(observations);
    scaling?.scale(seen);
  };
  const show = (batch: unknown) => {
    observation.write(batch, observations);
    scaling?.see(observations);
    look();
  };
  return {
    ...{ observations, seen, actions, returns, lengths, ended, look },
    start: (seed) => show(world.reset({ seed })[0]),
    step(said) {
      before.set(observations);
      const [next, rewards, terminated, truncated, infos] = world.step(action.forEnv(actions));
      show(next);
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
        said(i, {
          observation: rowsBefore![i]!,
          action: rowsOfActions[i]!,
          reward: rewards[i]!,
          nextObservation: rowsAfter![i]!,
          ...step,
        });
      }
      scaling?.earn(rewards, (i) => ended[i] === 1);
      return episodes;
    },
  };
}
