/**
 * The contract of an environment: Gymnasium 1.4's `Env` (gymnasium/core.py), synchronous.
 *
 * One's own environment is a plain object of two functions and two spaces:
 * ```ts
 * const coin: Env<Discrete, Discrete> = {
 *   observationSpace: discrete(1),
 *   actionSpace: discrete(2),
 *   reset: () => [0, {}],
 *   step: (action) => [0, action === 1 ? 1 : 0, true, false, {}],
 * };
 * ```
 */
import type { Generator } from "./random/generator.ts";
import type { Picture } from "./render/picture.ts";
import type { Sample, Space } from "./spaces/space.ts";

/** What can be written as JSON without loss: finite numbers only. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What an environment says besides: for people and wrappers, never for the learner. */
export type Info = Readonly<Record<string, unknown>>;

export interface ResetOptions {
  /**
   * An integer ≥ 0 makes the environment's generator anew; without one the generator goes on. Seed once, after making
   * the environment, and never again. Without any seed the first reset uses seed 0: nothing here is random by accident.
   */
  readonly seed?: number | undefined;
  /** What the environment documents, for example the bounds of its start state. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * What one step gives. `terminated`: the process ended, nothing is worth anything after it. `truncated`: it was cut
 * from outside (time limit), so the value of the observation still counts. Both may be true at once.
 */
export type Step<O extends Space = Space> = [
  observation: Sample<O>,
  reward: number,
  terminated: boolean,
  truncated: boolean,
  info: Info,
];

/** An environment of these spaces; `Env` alone stands for any, of which `Sample` is then `Member`. */
// biome-ignore lint/suspicious/noExplicitAny: conditional types make O and A invariant, so that Env<Space> would take none
export interface Env<O extends Space = any, A extends Space = any> {
  readonly observationSpace: O;
  readonly actionSpace: A;
  reset(how?: ResetOptions): [observation: Sample<O>, info: Info];
  /** Undefined before the first reset and after an end; `make` puts a wrapper around that refuses both. */
  step(action: Sample<A>): Step<O>;

  /**
   * The present state as text or as a list of shapes: `toSvg`, `toRgb`, `paint` and `film` draw the latter. Toy-text
   * environments give text, or shapes where they are made with `renderMode: "rgb_array"`; the others give shapes.
   */
  render?(): Picture;
  close?(): void;
  /** The environment's generator of now, for wrappers that draw from it too. */
  random?(): Generator;
  /** Everything that moves, generator included. `restore(snapshot())` in a new environment of the same making goes on bit by bit. */
  snapshot?(): Json;
  restore?(state: Json): void;

  /** What `describe` prints: `CartPoleEnv`. */
  readonly name?: string;
  /** What it was made from, where `make` made it. */
  readonly spec?: EnvSpec;
  /** Frames per second at which an episode looks natural. */
  readonly renderFps?: number;
  /** What a wrapper is around. */
  readonly inner?: Env;
}

/** A line of the registry. */
export interface EnvSpec {
  /** `Name-v1`, or `namespace/Name-v1`. */
  readonly id: string;
  /** Mean return from which the task counts as solved. */
  readonly rewardThreshold?: number | undefined;
  /** Steps after which an episode is truncated; none without. */
  readonly maxEpisodeSteps?: number | undefined;
  /** False for an environment that answers differently to the same seed and actions; default true. */
  readonly deterministic?: boolean | undefined;
}

/** From each state, for each action, what may follow: `transitions[s][a]` = list of `[p, s′, reward, terminated]`. */
export type Transitions = readonly (readonly (readonly Outcome[])[])[];
export type Outcome = readonly [probability: number, next: number, reward: number, terminated: boolean];

/** What toy-text environments have besides: their process as data, for dynamic programming. */
export interface Tabular {
  readonly transitions: Transitions;
  /** Probability of each state at the start. */
  readonly initial: Float64Array;
}
