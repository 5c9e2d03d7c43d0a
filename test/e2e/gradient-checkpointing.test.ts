// --gradient-checkpointing computes more and keeps less: what comes out is the same, bit for bit.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { jsonl, plauditHere as plaudit, tinyFolder } from "./tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-checkpointing-"));
afterAll(() => rmSync(folder, { recursive: true }));

const numbers = Array.from({ length: 12 }, (_, i) => i);
const rows = (name: string, row: (i: number) => object) => writeFileSync(join(folder, name), jsonl(numbers.map(row)));

beforeAll(() => {
  tinyFolder(join(folder, "model"), { chat: false });
  tinyFolder(join(folder, "reward-model"), { chat: false, head: "score", seed: 2 });
  writeFileSync(join(folder, "text.txt"), "The shop opens at eight. 小店八点开门。\n".repeat(40));
  rows("demos.jsonl", (i) => ({ prompt: `The shop ${i}:`, completion: " opens at eight." }));
  rows("rankings.jsonl", (i) => ({
    prompt: `The shop ${i}:`,
    completions: [" opens.", " no", " yes"],
    ranks: [1, 2, 2],
  }));
  rows("prompts.jsonl", (i) => ({ prompt: `The shop ${i}:` }));
  rows("classes.jsonl", (i) => ({ text: `The shop ${i}`, label: i % 3 }));
});

it.each([
  "pretrain --data text.txt --model model --dropout 0.1 --batch-size 4",
  "sft --model model --data demos.jsonl --dropout 0.1 --batch-size 4 --pretrain text.txt --ptx-coef 0.5 --ptx-batch-size 2",
  "sft --model model --data demos.jsonl --dropout 0.1 --batch-size 4 --chunked-logits 16",
  "sft --kind classification --model model --data classes.jsonl --dropout 0.1 --batch-size 4",
  "reward --model model --data rankings.jsonl --batch-size 4",
  "ppo --policy model --reward reward-model --prompts prompts.jsonl --rollout-size 4 --max-completion-length 6",
])("%s", async (line) => {
  const weights = [];
  for (const [out, flag] of [["plain"], ["checkpoints", "--gradient-checkpointing"]] as const) {
    const path = `${out}-${line.length}`;
    const words = [...line.split(" "), "--max-steps", "3", "--out", path, ...(flag ? [flag] : [])];
    const { code, err } = await plaudit(folder, words);
    expect(code, err).toBe(0);
    weights.push(readFileSync(join(folder, path, "model", "model.safetensors")));
  }
  expect(weights[1]!.equals(weights[0]!)).toBe(true);
});
