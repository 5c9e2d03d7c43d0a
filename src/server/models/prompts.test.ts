import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { TaskData } from "../../feedback/index.ts";
import { promptsFrom } from "./prompts.ts";

const project = mkdtempSync(join(tmpdir(), "plaudit-prompts-"));
afterAll(() => rmSync(project, { recursive: true }));
const tasks = async () =>
  [...["a", "b", "a"].map((prompt) => ({ type: "compare", prompt })), { type: "clips", prompt: "c" }] as TaskData[];
const from = (source: Parameters<typeof promptsFrom>[1]) => promptsFrom({ project, tasks }, source);

it("prompts are those given, else those of a file, else those of the tasks that are of texts: each once, only the first so many", async () => {
  const said = [{ role: "user", content: "When?" }];
  writeFileSync(join(project, "p.jsonl"), [said, "x", said].map((prompt) => JSON.stringify({ prompt })).join("\n"));
  expect(await from({})).toEqual(["a", "b"]);
  expect(await from({ file: "p.jsonl" })).toEqual([said, "x"]);
  expect(await from({ file: "p.jsonl", limit: 1 })).toEqual([said]);
  expect(await from({ prompts: ["c", "c"], file: "p.jsonl" })).toEqual(["c"]);
});

it("a file that is none of the project's, or has no prompts, is refused by name", async () => {
  writeFileSync(join(project, "t.jsonl"), '{"text":"x"}\n');
  await expect(from({ file: "../p.jsonl" })).rejects.toMatchObject({ code: "outside-project" });
  await expect(from({ file: "q.jsonl" })).rejects.toMatchObject({ code: "missing-file" });
  await expect(from({ file: "t.jsonl" })).rejects.toMatchObject({ code: "missing-column" });
});
