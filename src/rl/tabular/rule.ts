/** What the learners are made of: the world as they see it, and how one of them plays and learns. */
import type { Rng } from "../../base/index.ts";
import type { Env, Info, ResetOptions, Space } from "../../envs/index.ts";
import type { Mdp, Policy } from "./mdp.ts";

/** An environment as learners see it: observations that can be numbered, actions that are. */
export interface TabularEnv extends Pick<Env, "spec" | "name" | "inner"> {
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  reset(how?: ResetOptions): readonly [observation: unknown, info: Info];
  step(
    action: number,
  ): readonly [observation: unknown, reward: number, terminated: boolean, truncated: boolean, info: Info];
}

/** One step, with states by their numbers. Truncated without being terminated: cut, and the value of `next` counts. */
export interface Transition {
  readonly next: number;
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
}

/** An episode as a rule sees it. */
export interface Play {
  /** Begins the episode. */
  start(): number;
  step(action: number): Transition;
  /** How likely any action at all is to be taken, where the rule explores so. */
  readonly epsilon: number;
  readonly rng: Rng;
}

/** What is learnt, and how. */
export interface Rule {
  episode(play: Play): void;
  /** How the learnt policy acts: π(a|s) in a row for each state. */
  policy(): Policy;
  /** Everything that is learnt, as JSON without loss: `load` puts it back. */
  save(): Record<string, unknown>;
  load(saved: Readonly<Record<string, unknown>>): void;
  /** More to tell after each step. `process` is the environment's, where it gives it. */
  metrics?(process: Mdp | undefined): Readonly<Record<string, number>>;
}

/** Sizes of the tables. */
export interface Sizes {
  readonly states: number;
  readonly actions: number;
}
