import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readLines } from "../../files/index.ts";

/** One question and what the model answers. */
export interface Sample {
  readonly prompt: string;
  readonly answer: string;
}

const Text = z.union([
  z.string(),
  z.array(z.object({ content: z.string() })).transform((messages) => messages.at(-1)?.content ?? ""),
]);
const Row = z.object({ step: z.number(), prompt: Text, completion: Text });

/** No step logs more rows. */
const lastRows = 16;

/**
 * The newest sample that a run in progress has logged, to `prompt` where that was asked again; undefined while there is
 * none. Rows of another shape (a reward model's rankings) are passed over.
 */
export function newestSample(run: string, prompt: string | undefined): Sample | undefined {
  const path = join(run, "samples.jsonl");
  if (!existsSync(path)) return undefined;
  const lines = [...readLines(path)].filter(({ terminated }) => terminated);
  const rows = lines.slice(-lastRows).flatMap(({ text }) => Row.safeParse(JSON.parse(text)).data ?? []);
  const newest = rows.filter(({ step }) => step === rows.at(-1)?.step);
  const row = newest.find((row) => row.prompt === prompt) ?? newest[0];
  return row && { prompt: row.prompt, answer: row.completion.trim() };
}
