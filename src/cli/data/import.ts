import { basename } from "node:path";
import { z } from "zod";
import { DataError, UsageError } from "../../base/index.ts";
import { badRowFile, type ImportReport, importFormats, importInto, openStore, readRows } from "../../feedback/index.ts";
import { defineCommand } from "../frame/index.ts";
import { fileFlag, reading } from "../inputs/datasets.ts";
import { databaseFlag } from "../project/require-project.ts";

const Result = z.strictObject({
  project: z.string(),
  file: z.string(),
  /** What the file was taken for. */
  format: z.enum(importFormats),
  rows: z.int(),
  /** What the usable rows hold. */
  tasks: z.int(),
  judgements: z.int(),
  demonstrations: z.int(),
  /** How many of their entries were there before. */
  known: z.int(),
  /** Rows left out. */
  skipped: z.int(),
});

export const dataImport = defineCommand({
  name: "data import",
  summary: "feedback from another tool's file into a project",
  examples: [
    "plaudit data import rankings.jsonl --project my-project",
    "plaudit data import oasst-trees.jsonl.gz --project my-project --from oasst",
    "plaudit data import export.json --project my-project --by 小林 --skip-bad-rows --bad-rows left-out.jsonl",
  ],
  schema: z.strictObject({
    file: fileFlag("the file: .jsonl (also .gz), .json, .csv or .parquet"),
    project: z.string().min(1).describe("the project's folder, made if absent").meta({ value: "DIR" }),
    from: z.enum(importFormats).default("auto").describe("whose form it has; auto: told by its first row"),
    by: z
      .string()
      .min(1)
      .default("import")
      .describe("who said what the file gives no name for")
      .meta({ value: "NAME" }),
    database: databaseFlag,
    badRows: z
      .string()
      .min(1)
      .optional()
      .describe("a file for the list of all rows that cannot be used, with the reasons, as JSON lines")
      .meta({ value: "FILE" }),
    ...reading,
  }),
  positionals: ["file"],
  resultSchema: Result,
  async run(context, { file, project, from, by, database, badRows, skipBadRows, encoding }) {
    const options = { format: from, name: basename(file), now: context.now(), by };
    const progress = (label: string, total: number) => (step: number) =>
      context.progress.update({ label, step, total });
    // Everything is checked before anything is written.
    const list = badRows === undefined ? undefined : badRowFile(badRows);
    const found = await importInto(undefined, readRows(file, encoding), {
      ...{ ...options, onBad: list?.add, progress: progress("checking", 0) },
    }).finally(() => list?.close());
    refuse(file, found, skipBadRows);
    const format = found.format!;
    const store = await openStore(project, { now: () => context.now(), database });
    try {
      const rows = readRows(file, encoding);
      const report = await importInto(store, rows, {
        ...{ ...options, format, batch: 5000, progress: progress("importing", found.rows) },
      });
      const { tasks, judgements, demonstrations, known, badCount: skipped } = report;
      const parts = [
        `${tasks} tasks, ${judgements} judgements, ${demonstrations} demonstrations`,
        ...(known > 0 ? [`${known} of these entries were there before`] : []),
        ...(skipped > 0 ? [`${skipped} bad rows left out`] : []),
      ];
      const counts = { rows: report.rows, tasks, judgements, demonstrations, known, skipped };
      context.emit(`${file} (${format}) → ${project}: ${parts.join("; ")}`, { project, file, format, ...counts });
    } finally {
      await store.close();
    }
    return { next: `plaudit studio ${project}` };
  },
});

function refuse(file: string, { format, rows, bad, badCount }: ImportReport, skipBadRows: boolean): void {
  if (rows === 0) throw new DataError(`${file} has no rows`, { code: "empty-file", where: file });
  if (format === null && badCount > 0) {
    const known = importFormats.filter((name) => name !== "auto").join(", ");
    throw new UsageError(`${file}: its rows are of no format that is known here`, {
      ...{ code: "unknown-format", where: file, help: `name it with --from: ${known}` },
    });
  }
  if (badCount === 0 || (skipBadRows && badCount < rows)) return;
  throw new DataError(`${file}: ${badCount} of ${rows} rows cannot be used`, {
    code: "bad-rows",
    where: file,
    help: `correct them${badCount > bad.length ? " (--bad-rows FILE lists all)" : ""}, or go on without them: --skip-bad-rows`,
    problems: bad.map(({ line, message }) => ({ code: "bad-row", message, where: `${file}:${line}` })),
  });
}
