/**
 * What the classic control problems have in common: a few numbers of state, one number of action, equations of motion. They
 * are written once, on any place of an array of states, and serve one environment (`dynamicsEnv`) as well as many
 * (`dynamicsVector`), whose states lie side by side.
 */
import { UsageError } from "../../base/index.ts";
import type { Env } from "../env.ts";
import type { Generator, GeneratorState } from "../random/generator.ts";
import { ownedGenerator } from "../random/owned.ts";
import type { Drawing } from "../render/picture.ts";
import { box } from "../spaces/build.ts";
import type { Box, Discrete } from "../spaces/space.ts";

/** A Box of actions is one number. */
export interface Dynamics<A extends Discrete | Box<"float32"> = Discrete | Box<"float32">> {
  readonly name: string;
  readonly observationSpace: Box<"float32">;
  readonly actionSpace: A;
  readonly renderFps: number;
  /** Numbers of one state. */
  readonly stateSize: number;
  /** Draws a state from the start distribution into state[at …]. */
  start(state: Float64Array, at: number, rng: Generator, options?: Readonly<Record<string, unknown>>): void;
  /** Moves on by one step and returns the reward. */
  step(state: Float64Array, at: number, action: number): number;
  terminated(state: Float64Array, at: number): boolean;
  observe(state: Float64Array, at: number, out: Float32Array, outAt: number): void;
  draw(state: Float64Array, at: number): Drawing;
}

type Saved = { readonly state: readonly number[]; readonly rng: GeneratorState | null };

/** One environment of these dynamics. */
export function dynamicsEnv<A extends Discrete | Box<"float32">>(dynamics: Dynamics<A>): Env<Box<"float32">, A> {
  const { observationSpace, actionSpace, name, renderFps, stateSize } = dynamics;
  const state = new Float64Array(stateSize);
  const rng = ownedGenerator();
  const observe = () => {
    const observation = new Float32Array(observationSpace.low.length);
    dynamics.observe(state, 0, observation, 0);
    return observation;
  };
  return {
    observationSpace,
    actionSpace,
    name,
    renderFps,
    reset({ seed, options } = {}) {
      dynamics.start(state, 0, rng.reseed(seed), options);
      return [observe(), {}];
    },
    step(action) {
      const reward = dynamics.step(state, 0, typeof action === "number" ? action : (action as Float32Array)[0]!);
      return [observe(), reward, dynamics.terminated(state, 0), false, {}];
    },
    render: () => dynamics.draw(state, 0),
    random: () => rng.current,
    snapshot: (): Saved => ({ state: Array.from(state), rng: rng.save() }),
    restore(saved) {
      const { state: numbers, rng: drawn } = saved as Saved;
      state.set(numbers);
      rng.load(drawn);
    },
  };
}

/**
 * The bounds `{ low, high }` of a reset's options, or the usual ones.
 *
 * @throws UsageError `bad-reset-options`
 */
export function resetBounds(
  options: Readonly<Record<string, unknown>> | undefined,
  usual: readonly [low: number, high: number],
): readonly [low: number, high: number] {
  const { low = usual[0], high = usual[1] } = options ?? {};
  if (Number.isFinite(low) && Number.isFinite(high) && (low as number) <= (high as number)) {
    return [low as number, high as number];
  }
  throw new UsageError(`wanted reset options with numbers low ≤ high, got ${String(low)} and ${String(high)}`, {
    code: "bad-reset-options",
  });
}

/**
 * The same dynamics without an end, for learning from preferences: episodes of different lengths would tell the learner the
 * sign of the reward. Where the original ends, the state stands still and the reward is 0.
 */
export function fixedHorizon<A extends Discrete | Box<"float32">>(dynamics: Dynamics<A>): Dynamics<A> {
  return {
    ...dynamics,
    name: `FixedHorizon${dynamics.name}`,
    step: (state, at, action) => (dynamics.terminated(state, at) ? 0 : dynamics.step(state, at, action)),
    terminated: () => false,
  };
}

/** The same dynamics of which only some numbers are seen, as where nobody measures velocities: what is best takes a memory. */
export function seeingOnly<A extends Discrete | Box<"float32">>(
  dynamics: Dynamics<A>,
  shown: readonly number[],
): Dynamics<A> {
  const { low, high } = dynamics.observationSpace;
  const all = new Float32Array(low.length);
  return {
    ...dynamics,
    name: `Partial${dynamics.name}`,
    observationSpace: box(
      shown.map((i) => low[i]!),
      shown.map((i) => high[i]!),
    ),
    observe(state, at, out, outAt) {
      dynamics.observe(state, at, all, 0);
      for (const [j, i] of shown.entries()) out[outAt + j] = all[i]!;
    },
  };
}
