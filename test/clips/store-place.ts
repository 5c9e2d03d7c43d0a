// People who answer about clips in a project, whatever database is under it.
import { type ClipAnswer, clipTasksOf, type Entry, type Store, storeLabeller } from "../../src/feedback/index.ts";
import { entry, judgement, retraction } from "../store/entries.ts";
import type { LabellerPlace } from "./labeller-cases.ts";

export const question = "Which pendulum is held upright better?";
const by = "clips-001";

const groups = { left: [[0], [1]], right: [[1], [0]], equal: [[0, 1]] } as const;

/** What a rater says of a pair of a run. */
export function said(rater: string, pair: string, answer: ClipAnswer, run = by): Entry {
  const id = clipTasksOf(run) + pair;
  if (answer === "cannot-tell") return entry("skip", rater, { task: id, reason: answer });
  const verdict = groups[answer].map((group) => [...group]);
  return judgement(rater, id, verdict, { completions: ["A", "B"], order: [1, 0], prompt: question });
}

/** @param reopen closes the store and opens it as the next process would */
export const storePlace = (store: () => Store, reopen: () => Promise<void>, now: () => number): LabellerPlace => ({
  async open() {
    await reopen();
    return storeLabeller(store(), { by, question, now });
  },
  people: {
    say: async (rater, pair, answer) => void (await store().append([said(rater, pair, answer)])),
    takeBack: async (rater, pair) => void (await store().append([retraction(rater, clipTasksOf(by) + pair)])),
  },
});
