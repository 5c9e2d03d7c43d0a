/** How the journal has clips: a pair is a task that compares "A" with "B", an answer a ranking of the two or a skip. */
import type { ClipAnswer } from "./clips.ts";
import type { Judgement, WordEntry } from "./entry.ts";

/** What the ids of the tasks of one asker begin with; of none, those of all. */
export const clipTasksOf = (by?: string): string => (by === undefined ? "clips/" : `clips/${by.replaceAll("/", ":")}/`);

/** Which clip is which, where texts would be. */
export const clipNames: readonly string[] = ["A", "B"];

/** The reason of the skip that says so. */
const cannotTell = "cannot-tell" satisfies ClipAnswer;

const groupsOf: Readonly<Record<Exclude<ClipAnswer, typeof cannotTell>, Judgement["groups"]>> = {
  left: [[0], [1]],
  right: [[1], [0]],
  equal: [[0, 1]],
};

/** The entry that says an answer, but for who said it when. */
export const clipWord = (answer: ClipAnswer, said: Pick<Judgement, "task" | "prompt" | "seconds" | "ui">) =>
  answer === cannotTell
    ? ({ kind: "skip", data: { task: said.task, reason: answer } } as const)
    : ({
        kind: "judgement",
        data: { ...said, completions: [...clipNames], groups: groupsOf[answer], order: [0, 1] },
      } as const);

/** What a word on a pair says; undefined: nothing, as a skip for another reason or a ranking of one clip does. */
export function clipAnswerIn(word: WordEntry): ClipAnswer | undefined {
  if (word.kind === "skip") return word.data.reason === cannotTell ? cannotTell : undefined;
  if (word.kind !== "judgement") return undefined;
  const [first = [], second] = word.data.groups;
  if (second === undefined) return first.length === 2 ? "equal" : undefined;
  return first[0] === 0 ? "left" : "right";
}
