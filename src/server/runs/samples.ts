/** samples.jsonl step by step, with the texts of its tokens. Of the file only places are kept: it may be large. */
import { open } from "node:fs/promises";
import { join } from "node:path";
import { tokenizerOf, tokenTexts } from "../../run/index.ts";
import type { ReplyOf } from "../protocol.ts";

import { recent } from "../recent.ts";
import { tail } from "./tail.ts";

type Samples = ReplyOf<"GET /api/runs/:run/samples">;
type Row = Record<string, unknown>;
type Place = readonly [start: number, end: number];

/** Reads the rows of a step, by default of the last that has any. */
export type SamplesReader = (folder: string, step?: number) => Promise<Samples>;

export function samplesReader(): SamplesReader {
  const logs = recent(8, (folder: string) => index(join(folder, "samples.jsonl")));
  return async (folder, step) => {
    const places = await logs(folder)();
    const steps = [...places.keys()];
    const asked = step ?? steps.at(-1) ?? null;
    const found = asked === null ? undefined : places.get(asked);
    const rows = found ? await readRows(join(folder, "samples.jsonl"), found) : [];
    return { step: asked, steps, rows: withTokens(folder, rows) };
  };
}

function index(path: string): () => Promise<ReadonlyMap<number, Place[]>> {
  const places = new Map<number, Place[]>();
  const update = tail(path, {
    line(text, start, end) {
      // `record` writes the step first; a whole row of thousands of numbers need not be parsed for it.
      const step = Number(/^\{"step":(\d+)[,}]/.exec(text)?.[1]);
      if (!Number.isInteger(step)) return;
      const before = places.get(step);
      if (before) before.push([start, end]);
      else places.set(step, [[start, end]]);
    },
    reset: () => places.clear(),
  });
  return async () => {
    await update();
    return places;
  };
}

async function readRows(path: string, places: readonly Place[]): Promise<Row[]> {
  const file = await open(path, "r");
  try {
    const rows: Row[] = [];
    for (const [start, end] of places) {
      const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
      rows.push(JSON.parse(buffer.toString("utf8")) as Row);
    }
    return rows;
  } finally {
    await file.close();
  }
}

/** What trainers of one's own write need not be what the page expects: such columns are left out. */
function withTokens(folder: string, rows: readonly Row[]): Samples["rows"] {
  const tokenizer = rows.some(({ ids }) => isNumbers(ids)) ? tokenizerOf(folder) : undefined;
  return rows.map((row) => {
    const kept = Object.entries(row).filter(([name, value]) => !perToken.has(name) || isNumbers(value));
    const { ids } = row;
    return {
      ...Object.fromEntries(kept),
      prompt: row.prompt ?? null,
      ...(tokenizer && isNumbers(ids) && { tokens: tokenTexts(tokenizer, ids) }),
    };
  });
}

const perToken = new Set(["logprobs", "ref_logprobs", "values", "advantages", "rewards"]);

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => typeof item === "number" || item === null);
