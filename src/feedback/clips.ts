/**
 * Preferences over clips of behaviour (Christiano et al. 2017, arXiv:1706.03741, section 2.2): which of two short clips does
 * better what is wanted? Who answers may be a formula, a person at a terminal, or people in the studio: what asks cannot
 * tell them apart.
 */
import { z } from "zod";

/** A segment of 1–2 s, small enough for a journal: it is drawn again from what the environment showed. */
export const Clip = z.strictObject({
  env: z.string().min(1).describe("the environment's name, which says how to draw it"),
  fps: z.number().positive().describe("steps a second at which it looks natural"),
  observations: z.array(z.array(z.number())).min(1).describe("one row a step: the state in which the action was taken"),
  actions: z.array(z.union([z.number(), z.array(z.number())])).describe("one a step"),
});
export type Clip = z.infer<typeof Clip>;

/** A question: which of the two? */
export interface ClipPair {
  /** Names it for good; the same pair asked again is no new question. */
  readonly id: string;
  readonly clips: readonly [left: Clip, right: Clip];
  /** Disagreement of the reward predictors on it, where it was chosen by that. */
  readonly uncertainty?: number | undefined;
}

/** `cannot-tell` trains nothing. */
export const clipAnswers = ["left", "right", "equal", "cannot-tell"] as const;
export type ClipAnswer = (typeof clipAnswers)[number];

export interface ClipLabeller {
  /** Puts questions. Asking again what was asked changes nothing. */
  ask(pairs: readonly ClipPair[]): Promise<void>;
  /** All that counts now, by the id of the pair: one answer a rater. An answer that was taken back is gone again. */
  answers(): Promise<ReadonlyMap<string, readonly ClipAnswer[]>>;
}
