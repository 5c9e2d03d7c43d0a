/**
 * The gold judge: knows the facts, and measures.
 *
 * It must never leak into training. No demonstration, annotator, reward, stopping rule or choice of a checkpoint may
 * look at it; only evaluation and the report do. Nothing in this folder imports this file except the front door, and a
 * test holds that.
 */
import type { WorldPrompt } from "./prompts.ts";
import { readAnswer, type Verdict } from "./verdict.ts";
import { isFact, type World } from "./world.ts";

/**
 * Truth +2 or −2; no answer −1, and 1.5 less where the answer can be known: a needless refusal is as bad as a mistake,
 * or else a policy that always refuses would win. Manners weigh less: rude −1.5, one courtesy +0.5, a whole sentence
 * +0.5, each sentence of filler, off the topic or said twice −0.5, broken −1.5.
 */
export function gold(world: World, prompt: WorldPrompt, answer: string): { score: number; verdict: Verdict } {
  const verdict = readAnswer(world, prompt, answer);
  const { right, wrong, full, polite, rude, filler, offTopic, broken, repeated } = verdict;
  const truth = wrong ? -2 : right ? 2 : isFact(prompt.about) ? -2.5 : -1;
  const manners = (polite > 0 ? 0.5 : 0) + (full ? 0.5 : 0) - (rude > 0 ? 1.5 : 0) - (broken > 0 ? 1.5 : 0);
  return { score: truth + manners - 0.5 * (filler + offTopic + repeated), verdict };
}
