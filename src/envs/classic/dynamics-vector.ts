/**
 * Many environments of the same dynamics, their states side by side in one array: what Gymnasium's CartPoleVectorEnv is, for
 * all of classic control, but with a generator an environment, so that row i is bit for bit the single environment with
 * seed + i. Without `copy` a step allocates nothing.
 */
import type { Json } from "../env.ts";
import { type Generator, type GeneratorState, generator } from "../random/generator.ts";
import type { Box, Discrete } from "../spaces/space.ts";
import { checkActions, checkEnvCount, checkSavedCount, needsReset, resetPlan } from "../vector/arguments.ts";
import { copier } from "../vector/copies.ts";
import type { VectorEnv, VectorInfo, VectorOptions, VectorStep } from "../vector/vector-env.ts";
import { resetNeeded } from "../wrappers/order-enforcing.ts";
import { checkLimit } from "../wrappers/time-limit.ts";
import type { Dynamics } from "./dynamics.ts";

export interface DynamicsVectorOptions extends VectorOptions {
  /** Steps after which an episode is truncated; undefined or null: none. */
  readonly maxEpisodeSteps?: number | null | undefined;
}

type Space = Box<"float32">;
type Saved = {
  readonly state: readonly number[];
  readonly elapsed: readonly number[];
  readonly terminated: readonly number[];
  readonly truncated: readonly number[];
  readonly rngs: readonly (GeneratorState | null)[];
};

const nothing: VectorInfo<Space> = Object.freeze({});

export function dynamicsVector<A extends Discrete | Box<"float32">>(
  dynamics: Dynamics<A>,
  n: number,
  { autoreset = "next-step", copy = true, maxEpisodeSteps }: DynamicsVectorOptions = {},
): VectorEnv<Space, A> {
  checkEnvCount(n);
  if (maxEpisodeSteps !== undefined && maxEpisodeSteps !== null) checkLimit(maxEpisodeSteps);
  const limit = maxEpisodeSteps ?? Number.POSITIVE_INFINITY;
  const { observationSpace, actionSpace, stateSize } = dynamics;
  const width = observationSpace.low.length;
  const own = copy ? copier() : <T>(array: T): T => array;
  const rngs: (Generator | undefined)[] = Array(n).fill(undefined);
  const state = new Float64Array(n * stateSize);
  const elapsed = new Float64Array(n);
  const observations = new Float32Array(n * width);
  const finalObservations = new Float32Array(n * width);
  const isFinal = new Uint8Array(n);
  const rewards = new Float64Array(n);
  const terminated = new Uint8Array(n);
  const truncated = new Uint8Array(n);
  const answer: VectorStep<Space> = [observations, rewards, terminated, truncated, nothing];

  const start = (i: number, options?: Readonly<Record<string, unknown>>) => {
    dynamics.start(state, i * stateSize, rngs[i]!, options);
    dynamics.observe(state, i * stateSize, observations, i * width);
    elapsed[i] = 0;
  };

  const step = (actions: ArrayLike<number>): VectorInfo<Space> => {
    let finals = 0;
    for (let i = 0; i < n; i++) {
      const at = i * stateSize;
      if (autoreset === "next-step" && (terminated[i] === 1 || truncated[i] === 1)) {
        start(i);
        rewards[i] = 0;
        terminated[i] = 0;
        truncated[i] = 0;
        continue;
      }
      rewards[i] = dynamics.step(state, at, actions[i]!);
      elapsed[i] = elapsed[i]! + 1;
      const end = dynamics.terminated(state, at);
      const cut = elapsed[i]! >= limit;
      terminated[i] = end ? 1 : 0;
      truncated[i] = cut ? 1 : 0;
      if (autoreset === "same-step" && (end || cut)) {
        if (finals++ === 0) isFinal.fill(0);
        isFinal[i] = 1;
        dynamics.observe(state, at, finalObservations, i * width);
        start(i);
      } else {
        dynamics.observe(state, at, observations, i * width);
      }
    }
    if (finals === 0) return nothing;
    const mask = own(isFinal);
    return { finalObs: own(finalObservations), _finalObs: mask, finalInfo: nothing, _finalInfo: mask };
  };

  return {
    numEnvs: n,
    singleObservationSpace: observationSpace,
    singleActionSpace: actionSpace,
    autoreset,
    name: `${dynamics.name.replace(/Env$/, "")}VectorEnv`,
    reset(how = {}) {
      const { seeds, isReset, options } = resetPlan(how, n);
      for (let i = 0; i < n; i++) {
        if (!isReset(i)) continue;
        const seed = seeds[i];
        rngs[i] = seed === undefined ? (rngs[i] ?? generator(0)) : generator(seed);
        start(i, options);
        terminated[i] = 0;
        truncated[i] = 0;
      }
      return [own(observations), nothing];
    },
    step(given) {
      const actions = given as ArrayLike<number>;
      for (let i = 0; i < n; i++) {
        if (rngs[i] === undefined) throw resetNeeded(dynamics.name, "step");
        if (autoreset === "disabled" && (terminated[i] === 1 || truncated[i] === 1)) throw needsReset(i);
      }
      checkActions(actionSpace, actions, n, dynamics.name);
      const infos = step(actions);
      if (copy) return [own(observations), own(rewards), own(terminated), own(truncated), infos];
      answer[4] = infos;
      return answer;
    },
    render: () => Array.from({ length: n }, (_, i) => dynamics.draw(state, i * stateSize)),
    snapshot: (): Saved => ({
      state: Array.from(state),
      elapsed: Array.from(elapsed),
      terminated: Array.from(terminated),
      truncated: Array.from(truncated),
      rngs: rngs.map((rng) => rng?.save() ?? null),
    }),
    restore(given: Json) {
      const saved = given as Saved;
      checkSavedCount(saved.elapsed.length, n);
      state.set(saved.state);
      for (let i = 0; i < n; i++) dynamics.observe(state, i * stateSize, observations, i * width);
      elapsed.set(saved.elapsed);
      terminated.set(saved.terminated);
      truncated.set(saved.truncated);
      saved.rngs.forEach((drawn, i) => {
        rngs[i] = drawn === null ? undefined : generator(0);
        if (drawn !== null) rngs[i]!.load(drawn);
      });
    },
  };
}
