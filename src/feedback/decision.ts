/**
 * Decisions on disputed tasks. A decision is a judgement of whoever runs the project, made after seeing what everybody
 * said: it is nobody's independent word, so it stands under a task of its own and enters no agreement.
 */
import type { JudgementEntry, WordEntry } from "./entry.ts";

/** The task under which the decision on a task stands. */
export const decisionTask = (task: string): string => `decision/${task}`;

type DecisionEntry = JudgementEntry & { readonly data: { readonly decides: string } };
export const isDecision = (word: WordEntry): word is DecisionEntry =>
  word.kind === "judgement" && word.data.decides !== undefined;

/** The task that a word is about. */
export const subjectOf = (word: WordEntry): string => (isDecision(word) ? word.data.decides : word.data.task);

/** The words as exports take them: the last decision on a task in place of all judgements of it. */
export function whereDecided(words: readonly WordEntry[]): WordEntry[] {
  const last = new Map(words.filter(isDecision).map((word) => [subjectOf(word), word]));
  return words.filter((word) => {
    const decision = word.kind === "judgement" ? last.get(subjectOf(word)) : undefined;
    return decision === undefined || decision === word;
  });
}
