import { existsSync } from "node:fs";
import { z } from "zod";
import { type Problem, UsageError } from "../../base/index.ts";
import { type Dataset, type Kind, kinds } from "../../data/index.ts";
import type { Context } from "../frame/index.ts";

/** The flags of every command that reads a dataset. */
export const reading = {
  skipBadRows: z.boolean().default(false).describe("go on without the rows that cannot be used"),
  encoding: z
    .string()
    .optional()
    .describe("of text files (default UTF-8), for example gb18030")
    .meta({ value: "NAME" }),
};

export const kindFlag = z.enum(kinds).optional().describe("what the rows are (default: told by the columns)");

export const modelFlag = (description: string) =>
  z.string().min(1).describe(`${description}: a model folder, a run or a checkpoint`).meta({ value: "MODEL" });

export const fileFlag = (description: string) => z.string().min(1).describe(description).meta({ value: "FILE" });

export const overwriteFlag = z.boolean().default(false).describe("replace the file if it is there");

/**
 * Says how many rows of the files are left out, and why the first ones are.
 *
 * @param also rows that were read, but cannot be used for what they are wanted
 */
export function tellSkipped(
  context: Pick<Context, "note">,
  files: readonly Pick<Dataset<Kind>, "rows" | "skipped">[],
  also: readonly Problem[] = [],
): void {
  const left = [...files.flatMap(({ skipped }) => skipped), ...also];
  if (left.length === 0) return;
  const total = files.reduce((n, { rows, skipped }) => n + rows.length + skipped.length, 0);
  const first = left.slice(0, 3).map(({ where, message }) => `  - ${where}: ${message}`);
  const more = left.length > 3 ? ["  … plaudit data check FILE names them all"] : [];
  context.note([`${left.length} of ${total} rows are left out (--skip-bad-rows)`, ...first, ...more].join("\n"));
}

/** Nothing is overwritten silently. To be called before work starts. Throws `file-exists`. */
export function requireNewFile(path: string, overwrite: boolean): void {
  if (overwrite || !existsSync(path)) return;
  throw new UsageError(`${path} is already there`, {
    code: "file-exists",
    where: path,
    help: "choose another name, or replace it with --overwrite",
  });
}
