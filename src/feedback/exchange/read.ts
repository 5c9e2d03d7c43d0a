import { statSync } from "node:fs";
import { extname } from "node:path";
import { readValues } from "../../data/index.ts";
import { readLines } from "../../files/index.ts";
import type { SourceRow } from "./import.ts";

/**
 * The rows of a file by the end of its name: JSON lines as they come, so that their number is not limited by memory; .json
 * (a list), .csv and .parquet as a whole. Throws as `readDataset` does where the file as such cannot be read.
 */
export async function* readRows(path: string, encoding?: string): AsyncGenerator<SourceRow, void> {
  const type = extname(path.replace(/\.gz$/i, "")).toLowerCase();
  if (type !== ".jsonl" && type !== ".ndjson") {
    const { rows, problems } = await readValues(path, { encoding });
    for (const [i, problem] of problems.entries()) yield { line: i + 1, problem };
    for (const [i, { value }] of rows.entries()) yield { line: i + 1, value };
    return;
  }
  const bytes = /\.gz$/i.test(path) ? undefined : statSync(path, { throwIfNoEntry: false })?.size;
  for (const { text, number: line, end } of readLines(path, encoding === undefined ? {} : { encoding })) {
    if (text.trim() === "") continue;
    const place = { line, ...(bytes !== undefined && { share: Math.min(end / bytes, 1) }) };
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      yield { ...place, problem: { code: "bad-json", message: `not JSON: ${(error as Error).message}` } };
      continue;
    }
    yield { ...place, value };
  }
}
