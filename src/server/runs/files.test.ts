import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { dataFiles } from "./files.ts";

const project = mkdtempSync(join(tmpdir(), "plaudit-files-"));
afterAll(() => rmSync(project, { recursive: true }));
const write = (path: string, content: string): void => {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), content);
};

it("a project's data files are listed with what they can serve as; logs, keys and models are none", () => {
  write("prompts.jsonl", '{"prompt":"a"}\n');
  write("notes.md", "# a");
  write("pairs.csv", '\ufeff"prompt",chosen,rejected\na,b,c\n');
  write("table.parquet", "PAR1");
  write("empty.jsonl", "");
  write("runs/quickstart-001/town/text.jsonl", `{"text":"${"x".repeat(9000)}"}\n{"text":"y"}\n`);
  write("runs/quickstart-001/rankings.jsonl", '{"prompt":"a","completions":["b","c"],"ranks":[1,2]}\n');
  for (const no of ["journal.jsonl", "plaudit.db", ".jobs/plan.jsonl", "runs/a/run.json", "runs/a/metrics.jsonl"])
    write(no, "{}");
  for (const no of ["runs/a/checkpoints/x.jsonl", "runs/a/model/tokenizer.json", "a/b/c/d/deep.jsonl"]) write(no, "{}");
  expect(dataFiles(project)).toEqual([
    { file: "empty.jsonl", bytes: 0, kinds: [] },
    { file: "notes.md", bytes: 3, kinds: ["text"] },
    { file: "pairs.csv", bytes: 34, kinds: ["preference", "prompt"] },
    { file: "prompts.jsonl", bytes: 15, kinds: ["prompt"] },
    { file: "table.parquet", bytes: 4, kinds: null },
    { file: "runs/quickstart-001/rankings.jsonl", bytes: 53, kinds: ["ranking", "prompt"] },
    { file: "runs/quickstart-001/town/text.jsonl", bytes: 9025, kinds: ["text"] },
  ]);
});
