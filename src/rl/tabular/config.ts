/** Settings that the learners share. */
import { z } from "zod";
import type { Rng } from "../../base/index.ts";
import type { Table } from "./table.ts";

/** Of every learner. */
export const playing = {
  episodes: z.int().positive().default(10_000).describe("episodes to learn from"),
  episodesPerStep: z
    .int()
    .positive()
    .default(100)
    .describe("episodes of one step of the run: a row of metrics, at most a checkpoint"),
  gamma: z.number().min(0).max(1).default(1).describe("γ: what a reward one step later is worth"),
  maxEpisodeSteps: z
    .int()
    .positive()
    .optional()
    .describe("cut episodes after so many steps (default: where the environment does; 1000 where it does not)"),
  evalEpisodes: z.int().positive().default(100_000).describe("episodes that measure the final policy"),
};

/** Of those that move a value towards a target. */
export const moving = {
  learningRate: z.number().positive().max(1).default(0.5).describe("α: how far a value moves towards its target"),
  learningRatePower: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("ω: the n-th time that a value is moved, by α/n^ω; 0 keeps α, above ½ the values settle"),
  initialValue: z.number().default(0).describe("of every entry of the table; a high one makes everything be tried"),
};

/** Of those that choose actions. */
export const exploring = {
  explorationInitialEps: z.number().min(0).max(1).default(0.1).describe("ε of the first episode: any action at all"),
  explorationFinalEps: z.number().min(0).max(1).default(0.1).describe("ε of the last ones"),
  explorationFraction: z
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe("share of the episodes over which ε goes from the first to the last, in a line"),
};

export interface Moving {
  readonly learningRate: number;
  readonly learningRatePower: number;
}

/**
 * Moves an entry towards its target: Q ← Q + α/n^ω (target − Q), where n counts the entry's moves. Sums of the steps
 * diverge and those of their squares converge for ½ < ω ≤ 1 (Robbins & Monro 1951).
 */
export function mover({ learningRate, learningRatePower }: Moving, Q: Table, visits: Table) {
  const constant = learningRatePower === 0;
  return (s: number, a: number, target: number): void => {
    const i = s * Q.actions + a;
    const n = ++visits.values[i]!;
    const rate = constant ? learningRate : learningRate * n ** -learningRatePower;
    Q.values[i]! += rate * (target - Q.values[i]!);
  };
}

/** An index drawn by these chances. */
export function draw(chances: ArrayLike<number>, rng: Rng): number {
  let left = rng.uniform();
  for (let i = 0; i < chances.length - 1; i++) {
    left -= chances[i]!;
    if (left < 0) return i;
  }
  return chances.length - 1;
}
