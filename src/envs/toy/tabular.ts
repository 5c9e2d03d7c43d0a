/** Environments of numbered states and actions whose process is a table (gymnasium/envs/toy_text): one step is one draw from a row. */
import { UsageError } from "../../base/index.ts";
import type { Env, Info, Json, Outcome, Tabular, Transitions } from "../env.ts";
import type { Generator, GeneratorState } from "../random/generator.ts";
import { ownedGenerator } from "../random/owned.ts";
import type { Drawing } from "../render/picture.ts";
import { discrete } from "../spaces/build.ts";
import type { Discrete } from "../spaces/space.ts";
import type { Move } from "./grid-painter.ts";
import { rendering, type Shown } from "./render-mode.ts";

export interface TabularProcess extends Tabular, Shown {
  readonly name: string;
  /** The state as text, after the action that led to it. */
  readonly show: (state: number, lastAction: number | null) => string;
  /** The same as a drawing, after the action that went one of `moves`, if it did. */
  readonly draw: (state: number, move: Move | undefined) => Drawing;
  /** Which way each action goes; those after them stay, and without any all do. */
  readonly moves?: readonly Move[];
  /** What is said besides of a state; `prob`, the probability of what happened, is always said. */
  readonly info?: (state: number) => Info;
  /** Something that the table cannot hold. */
  readonly twist?: Twist;
}

export interface Twist {
  /** At a reset, after the state was drawn. */
  begin(rng: Generator): void;
  /** Where a step that led from `from` to `to` really leads. */
  change(from: number, to: number, rng: Generator): number;
  save(): Json;
  load(saved: Json): void;
}

export type TabularEnv = Env<Discrete, Discrete> & Tabular;

/** The first index whose cumulative probability is above one uniform draw, as Gymnasium's `categorical_sample`. */
export function drawIndex(count: number, probability: (i: number) => number, rng: Generator): number {
  const u = rng.random();
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += probability(i);
    if (sum > u) return i;
  }
  return 0; // where rounding left the sum below u
}

type Saved = {
  readonly state: number;
  readonly lastAction: number | null;
  readonly rng: GeneratorState | null;
  readonly twist: Json;
};

export function tabularEnv(process: TabularProcess): TabularEnv {
  const { transitions, initial, show, draw, moves, info, twist, name } = process;
  const rng = ownedGenerator();
  let state = 0;
  let lastAction: number | null = null;
  const say = (prob: number): Info => ({ prob, ...info?.(state) });
  return {
    observationSpace: discrete(transitions.length),
    actionSpace: discrete(transitions[0]!.length),
    name,
    renderFps: 4,
    transitions,
    initial,
    reset({ seed } = {}) {
      const random = rng.reseed(seed);
      state = drawIndex(initial.length, (i) => initial[i]!, random);
      lastAction = null;
      twist?.begin(random);
      return [state, say(1)];
    },
    step(action) {
      const outcomes = transitions[state]![action]!;
      const [probability, next, reward, terminated] =
        outcomes[drawIndex(outcomes.length, (i) => outcomes[i]![0], rng.current)]!;
      state = twist?.change(state, next, rng.current) ?? next;
      lastAction = action;
      return [state, reward, terminated, false, say(probability)];
    },
    render: rendering(process, {
      ansi: () => show(state, lastAction),
      rgb_array: () => draw(state, moves?.[lastAction ?? moves.length]),
    }),
    random: () => rng.current,
    snapshot: (): Saved => ({ state, lastAction, rng: rng.save(), twist: twist?.save() ?? null }),
    restore(saved) {
      const { state: s, lastAction: a, rng: drawn, twist: twisted } = saved as Saved;
      state = s;
      lastAction = a;
      rng.load(drawn);
      twist?.load(twisted);
    },
  };
}

/** A table from a rule. */
export const tabulate = (
  states: number,
  actions: number,
  outcomes: (state: number, action: number) => readonly Outcome[],
): Transitions => Array.from({ length: states }, (_, s) => Array.from({ length: actions }, (_, a) => outcomes(s, a)));

/** @throws UsageError `bad-env-option` */
export function checkProbability(name: string, p: number): void {
  if (p >= 0 && p <= 1) return;
  throw new UsageError(`wanted ${name} to be a probability from 0 to 1, got ${p}`, { code: "bad-env-option" });
}

/** @throws UsageError `bad-env-option` */
export function checkSize(name: string, n: number, least: number): void {
  if (Number.isSafeInteger(n) && n >= least) return;
  throw new UsageError(`wanted ${name} to be a whole number of at least ${least}, got ${n}`, {
    code: "bad-env-option",
  });
}

/** Certainty of one state. */
export const startAt = (state: number, states: number): Float64Array => {
  const initial = new Float64Array(states);
  initial[state] = 1;
  return initial;
};

const codes = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35 } as const;

/** Text in a terminal's colour; `how` marks the background or makes it bold. */
export const colour = (text: string, name: keyof typeof codes, how?: "background" | "bold"): string =>
  `\u001b[${codes[name] + (how === "background" ? 10 : 0)}${how === "bold" ? ";1" : ""}m${text}\u001b[0m`;
