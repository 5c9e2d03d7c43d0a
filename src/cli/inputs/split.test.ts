import { describe, expect, it } from "vitest";
import { splitByPrompt } from "./split.ts";

const rows = Array.from({ length: 60 }, (_, i) => ({ prompt: `question ${i % 20}`, answer: i }));
const split = (list: typeof rows, share: number) => splitByPrompt(list, ({ prompt }) => prompt, share);
const answers = (list: readonly { answer: number }[]) => list.map(({ answer }) => answer).sort((a, b) => a - b);

describe("splitByPrompt", () => {
  it("keeps whole prompts on one side, as many as the share says", () => {
    const { train, validation } = split(rows, 0.1);
    expect(new Set(validation.map(({ prompt }) => prompt)).size).toBe(2);
    expect(validation).toHaveLength(6);
    const learnt = new Set(train.map(({ prompt }) => prompt));
    expect(validation.filter(({ prompt }) => learnt.has(prompt))).toEqual([]);
  });

  it("does not depend on the order of the rows", () => {
    expect(answers(split(rows.toReversed(), 0.2).validation)).toEqual(answers(split(rows, 0.2).validation));
  });

  it("leaves a prompt on each side of the smallest dataset, and learns a single one", () => {
    const two = split(rows.slice(0, 2), 0.01);
    expect([two.train.length, two.validation.length]).toEqual([1, 1]);
    expect(split(rows.slice(0, 1), 0.5).train).toHaveLength(1);
    expect(split(rows, 0).validation).toEqual([]);
  });
});
