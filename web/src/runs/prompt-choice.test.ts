import { expect, it } from "vitest";
import { isChosen, type PromptChoice, sourceOf } from "./prompt-choice.ts";

const choice: PromptChoice = { of: "own", file: " p.jsonl ", own: "Who?\n\n  When? ", limit: 7 };

it("one's own lines are what a user says to a model with a chat template, and text to go on with for another", () => {
  expect(sourceOf(choice, false)).toEqual({ prompts: ["Who?", "When?"] });
  expect(sourceOf(choice, true).prompts).toEqual([
    [{ role: "user", content: "Who?" }],
    [{ role: "user", content: "When?" }],
  ]);
});

it("of a file and of the tasks only the first so many are taken; a file and lines must be there", () => {
  expect(sourceOf({ ...choice, of: "file" }, true)).toEqual({ file: "p.jsonl", limit: 7 });
  expect(sourceOf({ ...choice, of: "tasks" }, true)).toEqual({ limit: 7 });
  expect(isChosen({ ...choice, own: " \n" })).toBe(false);
  expect(isChosen({ ...choice, of: "file", file: " " })).toBe(false);
  expect(isChosen({ ...choice, of: "tasks", own: "", file: "" })).toBe(true);
});
