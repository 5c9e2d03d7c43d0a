/** The test before the work: tasks that everybody answers first, each answered once and told at once whether it was right. */
import type { Judgement, Store, TaskState, WordEntry } from "../../feedback/index.ts";

export type Qualification = "none" | "open" | "passed" | "failed";

/** Where a person stands. Skipping a question is a wrong answer. */
export async function qualificationOf(store: Store, person: string, passMark: number): Promise<Qualification> {
  const all = await store.tasks({ qualification: true });
  const questions = all.filter(({ closed, assigned }) => !closed && (assigned?.includes(person) ?? true));
  if (questions.length === 0) return "none";
  let right = 0;
  for (const task of questions) {
    const [word] = await store.words({ by: person, task: task.task, synthetic: true });
    if (!word) return "open";
    if (isRightWord(word, task)) right++;
  }
  return right / questions.length >= passMark ? "passed" : "failed";
}

/** Whether an answer agrees with a test question's gold; where there is none, any answer does, except not to answer. */
const isRightWord = (word: WordEntry, { gold }: TaskState): boolean =>
  word.kind === "judgement" ? gold === undefined || isRight(word.data.groups, gold.groups) : word.kind !== "skip";

/** Every answer that gold puts before another stands before it. What gold ties may stand in any order. */
export function isRight(groups: Judgement["groups"], gold: Judgement["groups"]): boolean {
  const rank = new Map(groups.flatMap((group, i) => group.map((completion) => [completion, i])));
  return gold.every((group, i) =>
    gold
      .slice(i + 1)
      .every((worse) => group.every((a) => worse.every((b) => (rank.get(a) ?? Infinity) < (rank.get(b) ?? Infinity)))),
  );
}
