/** Sutton & Barto's (2nd edition) gambler, example 4.3, and random walk, example 6.2. */
import type { Outcome } from "../env.ts";
import { checkProbability, checkSize, startAt, type TabularEnv, tabularEnv, tabulate } from "./tabular.ts";

export interface GamblerOptions {
  /** Probability to win a stake, default 0.4. */
  readonly pHeads?: number | undefined;
  /** Capital that ends it with reward 1, default 100. */
  readonly goal?: number | undefined;
}

/**
 * The state is the capital; action a stakes a + 1, at most the capital and at most what is missing to the goal (more is
 * cut to that; `info.actionMask` marks what is not). Starts with any capital between 0 and the goal.
 */
export function gambler({ pHeads = 0.4, goal = 100 }: GamblerOptions = {}): TabularEnv {
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
    show: (capital) => `capital ${capital} of ${goal}\n`,
    info: (capital) => ({ actionMask: Uint8Array.from({ length: stakes }, (_, a) => (a < limit(capital) ? 1 : 0)) }),
  });
}

export interface RandomWalkOptions {
  /** States that do not end it, default 5. */
  readonly states?: number | undefined;
  /** Reward for leaving to the left, default 0. */
  readonly leftReward?: number | undefined;
  /** Reward for leaving to the right, default 1. */
  readonly rightReward?: number | undefined;
}

/** States 0 (end), 1 … n, n + 1 (end), starting in the middle. There is one action, and a coin decides. */
export function randomWalk({ states = 5, leftReward = 0, rightReward = 1 }: RandomWalkOptions = {}): TabularEnv {
  checkSize("states", states, 1);
  const last = states + 1;
  return tabularEnv({
    name: "RandomWalkEnv",
    transitions: tabulate(states + 2, 1, (s): Outcome[] => {
      if (s === 0 || s === last) return [[1, s, 0, true]];
      return [
        [0.5, s - 1, s === 1 ? leftReward : 0, s === 1],
        [0.5, s + 1, s === states ? rightReward : 0, s === states],
      ];
    }),
    initial: startAt(Math.ceil(states / 2), states + 2),
    show: (s) =>
      `${Array.from({ length: states + 2 }, (_, i) => (i === s ? "x" : i === 0 || i === last ? "T" : "o")).join(" ")}\n`,
  });
}
