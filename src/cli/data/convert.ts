import { z } from "zod";
import { DataError, UsageError } from "../../base/index.ts";
import {
  convertFile,
  demonstrationsOf,
  type Kind,
  kinds,
  pairsOf,
  preferenceOf,
  type Rows,
  rankingOf,
  readDataset,
  sources,
  unpairedOf,
  withPrompt,
} from "../../data/index.ts";
import { writeAtomic } from "../../files/index.ts";
import { checkAll, defineCommand } from "../frame/index.ts";
import { fileFlag, overwriteFlag, reading, requireNewFile } from "../inputs/datasets.ts";

const Result = z.strictObject({ out: z.string(), kind: z.enum(kinds), rows: z.int(), skipped: z.int() });

export const dataConvert = defineCommand({
  name: "data convert",
  summary: "published datasets, and other kinds of rows, as the rows you need",
  examples: [
    "plaudit data convert hh.jsonl.gz --from hh --out pairs.jsonl",
    "plaudit data convert rankings.jsonl --to preference --out pairs.jsonl",
    "plaudit data convert feedback.csv --to preference --out pairs.jsonl",
    "plaudit data convert pairs.jsonl --out pairs.csv",
  ],
  schema: z.strictObject({
    file: fileFlag("the dataset"),
    from: z.enum(sources).optional().describe("whose form it has (default: our own, see docs)"),
    to: z.enum(kinds).optional().describe("what its rows are to become (default: the source's usual kind)"),
    out: z.string().min(1).describe("the new file: .jsonl or .csv").meta({ value: "FILE" }),
    overwrite: overwriteFlag,
    ...reading,
  }),
  positionals: ["file"],
  resultSchema: Result,
  async run(context, { file, from, to, out, overwrite, ...options }) {
    const { converted } = await checkAll({
      out: () => {
        if (!/\.(jsonl|csv)$/.test(out)) {
          throw new UsageError(`${out}: the new file must end in .jsonl or .csv`, { code: "unknown-format" });
        }
        requireNewFile(out, overwrite);
      },
      converted: () =>
        from ? convertFile(file, from, { ...options, ...(to && { kind: to }) }) : derive(file, to, options),
    });
    const { kind, rows, skipped } = converted;
    writeAtomic(out, out.endsWith(".csv") ? await csv(rows) : rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const left = skipped.length > 0 ? `, ${skipped.length} bad rows left out` : "";
    context.emit(`${out}: ${rows.length} ${kind} rows${left}`, {
      out,
      kind,
      rows: rows.length,
      skipped: skipped.length,
    });
    return { next: `plaudit data check ${out}` };
  },
});

/** What one kind of row can become, row by row. */
const derivations: { readonly [F in Kind]?: { readonly [T in Kind]?: (row: Rows[F]) => readonly Rows[T][] } } = {
  feedback: {
    preference: (row) => [preferenceOf(row)],
    ranking: (row) => [rankingOf(withPrompt(preferenceOf(row)))],
  },
  preference: {
    preference: (row) => [withPrompt(row)],
    ranking: (row) => [rankingOf(withPrompt(row))],
    unpaired: (row) => unpairedOf(withPrompt(row)),
    prompt: (row) => [{ prompt: withPrompt(row).prompt }],
  },
  ranking: { preference: pairsOf, prompt: ({ prompt }) => [{ prompt }] },
  unpaired: { "prompt-completion": (row) => demonstrationsOf([row]), prompt: ({ prompt }) => [{ prompt }] },
  "prompt-completion": { prompt: ({ prompt }) => [{ prompt }] },
};

async function derive(
  file: string,
  to: Kind | undefined,
  options: { encoding?: string | undefined; skipBadRows: boolean },
) {
  const { kind, rows, skipped } = await readDataset(file, kinds, options);
  if (to === undefined || (to === kind && kind !== "preference")) return { kind, rows, skipped };
  const become = derivations[kind] as { readonly [T in Kind]?: (row: Rows[Kind]) => readonly Rows[Kind][] } | undefined;
  const convert = become?.[to];
  if (convert) return { kind: to, rows: rows.flatMap(convert), skipped };
  throw new DataError(`${kind} rows cannot become ${to}`, {
    code: "cannot-convert",
    where: file,
    help: become
      ? `they can become ${Object.keys(become).join(" or ")}`
      : "a file in a published form: --from hh, oasst, alpaca …",
  });
}

/** With a byte order mark, without which Excel reads Chinese wrongly. What is no text is written as JSON. */
async function csv(rows: readonly object[]): Promise<string> {
  const { stringify } = await import("csv-stringify/sync");
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const records = rows.map((row) => columns.map((column) => cell(column, (row as Record<string, unknown>)[column])));
  return stringify([columns, ...records], { bom: true });
}

const listColumns = new Set(["completions", "ranks", "messages"]);

function cell(column: string, value: unknown): unknown {
  if (typeof value === "string" || value === undefined) return value;
  if (typeof value !== "object" || listColumns.has(column)) return JSON.stringify(value);
  throw new UsageError(`the column ${column} holds messages, which a CSV file cannot tell from text`, {
    code: "cannot-convert",
    help: "write a .jsonl file",
  });
}
