/** Sutton & Barto's (2nd edition) gambler, example 4.3, and random walk, example 6.2. */
import type { Outcome } from "../env.ts";
import type { Drawing } from "../render/picture.ts";
import { cellOf, centreOf, circle, drawGrid, tile } from "./grid-painter.ts";
import { gridWorldScene } from "./grid-world-scene.ts";
import type { Shown } from "./render-mode.ts";
import { checkProbability, checkSize, startAt, type TabularEnv, tabularEnv, tabulate } from "./tabular.ts";

export interface GamblerOptions extends Shown {
  /** Probability to win a stake, default 0.4. */
  readonly pHeads?: number | undefined;
  /** Capital that ends it with reward 1, default 100. */
  readonly goal?: number | undefined;
}

/**
 * The state is the capital; action a stakes a + 1, at most the capital and at most what is missing to the goal (more is
 * cut to that; `info.actionMask` marks what is not). Starts with any capital between 0 and the goal.
 */
export function gambler({ pHeads = 0.4, goal = 100, renderMode }: GamblerOptions = {}): TabularEnv {
  checkProbability("pHeads", pHeads);
  checkSize("goal", goal, 2);
  const limit = (capital: number) => Math.min(capital, goal - capital);
  const stakes = Math.floor(goal / 2);
  return tabularEnv({
    name: "GamblerEnv",
    transitions: tabulate(goal + 1, stakes, (capital, action): Outcome[] => {
      if (capital === 0 || capital === goal) return [[1, capital, 0, true]];
      const stake = Math.min(action + 1, limit(capital));
      const won = capital + stake;
      const lost = capital - stake;
      return [
        [pHeads, won, won === goal ? 1 : 0, won === goal],
        [1 - pHeads, lost, 0, lost === 0],
      ];
    }),
    initial: Float64Array.from({ length: goal + 1 }, (_, s) => (s === 0 || s === goal ? 0 : 1 / (goal - 1))),
    renderMode,
    draw: (capital) => coins(capital, goal),
    show: (capital) => `capital ${capital} of ${goal}\n`,
    info: (capital) => ({ actionMask: Uint8Array.from({ length: stakes }, (_, a) => (a < limit(capital) ? 1 : 0)) }),
  });
}

/** As many places as it takes coins, in rows from above; those that one has shine. */
function coins(capital: number, goal: number): Drawing {
  const columns = Math.ceil(Math.sqrt(goal));
  const rows = Math.ceil(goal / columns);
  const places = Array.from({ length: goal }, (_, i) => centreOf(rows, cellOf(i, columns)));
  return drawGrid({
    ...{ rows, columns },
    shapes: places.flatMap((at, i) => [
      tile(at),
      ...(i < capital ? [circle(at, 0.36, "#c4962a"), circle(at, 0.29, "#e0b84f")] : [circle(at, 0.36, "#e6eaee")]),
    ]),
  });
}

export interface RandomWalkOptions extends Shown {
  /** States that do not end it, default 5. */
  readonly states?: number | undefined;
  /** Reward for leaving to the left, default 0. */
  readonly leftReward?: number | undefined;
  /** Reward for leaving to the right, default 1. */
  readonly rightReward?: number | undefined;
}

/** States 0 (end), 1 … n, n + 1 (end), starting in the middle. There is one action, and a coin decides. */
export function randomWalk({
  states = 5,
  leftReward = 0,
  rightReward = 1,
  renderMode,
}: RandomWalkOptions = {}): TabularEnv {
  checkSize("states", states, 1);
  const last = states + 1;
  const middle = Math.ceil(states / 2);
  return tabularEnv({
    name: "RandomWalkEnv",
    transitions: tabulate(states + 2, 1, (s): Outcome[] => {
      if (s === 0 || s === last) return [[1, s, 0, true]];
      return [
        [0.5, s - 1, s === 1 ? leftReward : 0, s === 1],
        [0.5, s + 1, s === states ? rightReward : 0, s === states],
      ];
    }),
    initial: startAt(middle, states + 2),
    renderMode,
    draw: (s) => gridWorldScene({ rows: 1, columns: states + 2, terminal: [0, last], start: middle }, s),
    show: (s) =>
      `${Array.from({ length: states + 2 }, (_, i) => (i === s ? "x" : i === 0 || i === last ? "T" : "o")).join(" ")}\n`,
  });
}
