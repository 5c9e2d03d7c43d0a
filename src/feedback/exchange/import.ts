/**
 * Rows of other tools' files → entries of the journal. What a row says decides the ids, not when it is read, so a file that
 * is imported again adds nothing, and one that has grown adds what is new.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { misfitOf, PlauditError, type Problem, stream } from "../../base/index.ts";
import { contentId } from "../../files/index.ts";
import { Entry } from "../entry.ts";
import { ulid } from "../ulid.ts";
import { argilla } from "./argilla.ts";
import { formatOf, type ImportFormat, type KnownFormat } from "./formats.ts";
import { type BadRow, badRow, type Found, type Reader, type Said } from "./found.ts";
import { labelStudio } from "./label-studio.ts";
import * as rows from "./rows.ts";

const readers: Readonly<Record<Exclude<KnownFormat, "all">, Reader>> = {
  ranking: rows.ranking,
  trl: rows.trl,
  hh: rows.hh,
  oasst: rows.oasst,
  prompts: rows.prompts,
  argilla,
  "label-studio": labelStudio,
};

/** A row of a file, or why a line of it is none. */
export type SourceRow = {
  readonly line: number;
  /** How much of the file's bytes ends with this row, where it is read line by line. */
  readonly share?: number;
} & ({ readonly value: unknown } | { readonly problem: Pick<Problem, "code" | "message"> });

export interface ImportOptions {
  readonly format: ImportFormat;
  /** Of the file: where the tasks came from. */
  readonly name: string;
  /** Milliseconds since 1970, for what the file gives no time. */
  readonly now: number;
  /** Who said what the file gives no name for. */
  readonly by: string;
  /** Told once what `auto` took the file for. */
  readonly took?: (format: KnownFormat) => void;
}

export type Imported = { readonly entry: Entry } | { readonly bad: BadRow };

/** Each row gives its tasks and what was said of them, or says why it cannot be used. */
export async function* importRows(
  source: AsyncIterable<SourceRow> | Iterable<SourceRow>,
  options: ImportOptions,
): AsyncGenerator<Imported, void> {
  const known: Known = { tasks: new Set(), rows: new Set(), again: new Map(), unnamed: new Map() };
  let format: KnownFormat | undefined = options.format === "auto" ? undefined : options.format;
  for await (const row of source) {
    const { line } = row;
    if ("problem" in row) {
      yield { bad: { line, code: row.problem.code, message: row.problem.message } };
      continue;
    }
    if (format === undefined) {
      format = formatOf(row.value);
      if (format) options.took?.(format);
    }
    try {
      for (const entry of entriesOf(row.value, format, options, known)) yield { entry };
    } catch (error) {
      yield { bad: { line, ...reasonOf(error) } };
    }
  }
}

/** What an import remembers of the rows before: some 100 bytes a row, whatever stands in it. */
interface Known {
  readonly tasks: Set<string>;
  /** Hashes of rows, and how often those came again that did. */
  readonly rows: Set<string>;
  readonly again: Map<string, number>;
  /** How many unnamed people judged each task. */
  readonly unnamed: Map<string, number>;
}

/** All entries of a row or none: they are checked before the first is handed on. */
function entriesOf(value: unknown, format: KnownFormat | undefined, options: ImportOptions, known: Known): Entry[] {
  if (format === undefined) throw badRow("unlike-any", "is of no format that is known here");
  if (format === "all") return [Entry.parse(value)];
  const digest = createHash("sha256").update(JSON.stringify(value)).digest();
  const hash = digest.toString("hex");
  const occurrence = occurrenceOf(digest, known);
  const at = new Date(options.now).toISOString();
  const idOf = (...key: (string | number)[]) => ulid(0, stream(0, "import", ...key));
  const fresh: string[] = [];
  const entries = readers[format](value).flatMap((found, part) => {
    const task = found.type === "compare" ? contentId(found.prompt, found.completions) : contentId(found.prompt);
    const words = found.said.map((said, i): unknown => {
      const by = said.by ?? nobody(options.by, count(known.unnamed, task));
      return {
        format: 1,
        id: idOf(hash, occurrence, part, i, by),
        at: said.at ?? at,
        by,
        ...wordOf(task, found, said),
      };
    });
    if (known.tasks.has(task) || fresh.includes(task)) return words;
    fresh.push(task);
    const { type, prompt, completions, about } = found;
    const data = { task, type, prompt, completions, ...about, source: options.name };
    return [{ format: 1, id: idOf("task", task), at, by: options.by, kind: "task", data }, ...words];
  });
  const checked = entries.map((entry) => Entry.parse(entry));
  for (const task of fresh) known.tasks.add(task);
  return checked;
}

function occurrenceOf(digest: Buffer, { rows, again }: Known): number {
  const short = digest.toString("latin1", 0, 16);
  if (rows.has(short)) return 1 + count(again, short);
  rows.add(short);
  return 0;
}

/** How often before. */
function count(counts: Map<string, number>, key: string): number {
  const before = counts.get(key) ?? 0;
  counts.set(key, before + 1);
  return before;
}

/** Two judgements of one task that name nobody are of two people: one person's later word would undo the earlier. */
const nobody = (name: string, before: number): string => (before === 0 ? name : `${name} ${before + 1}`);

function wordOf(task: string, { prompt, completions }: Found, { answer, seconds = 0, note }: Said) {
  const given = { task, prompt, seconds, ui: "import", ...(note !== undefined && { note }) };
  if ("completion" in answer) return { kind: "demonstration", data: { ...given, ...answer } };
  return { kind: "judgement", data: { ...given, completions, order: completions.map((_, i) => i), ...answer } };
}

function reasonOf(error: unknown): Omit<BadRow, "line"> {
  if (error instanceof PlauditError) {
    const { code, message, values } = error;
    return { code, message, ...(values && { values }) };
  }
  if (!(error instanceof z.ZodError)) throw error;
  const issue = error.issues[0]!;
  const where = issue.path.join(".");
  return { ...misfitOf(issue), message: `${where || "the row"}: ${issue.message}`, ...(where && { where }) };
}
