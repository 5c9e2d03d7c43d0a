import { existsSync } from "node:fs";
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { kinds } from "../../data/index.ts";

/** The flags of every command that reads a dataset. */
export const reading = {
  skipBadRows: z.boolean().default(false).describe("go on without the rows that cannot be used"),
  encoding: z.string().optional().describe("of text files (default UTF-8), for example gb18030"),
};

export const kindFlag = z.enum(kinds).optional().describe("what the rows are (default: told by the columns)");

export const modelFlag = (description: string) =>
  z.string().min(1).describe(`${description}: a model folder, a run or a checkpoint`).meta({ value: "MODEL" });

export const fileFlag = (description: string) => z.string().min(1).describe(description).meta({ value: "FILE" });

export const overwriteFlag = z.boolean().default(false).describe("replace the file if it is there");

/** Nothing is overwritten silently. To be called before work starts. Throws `file-exists`. */
export function requireNewFile(path: string, overwrite: boolean): void {
  if (overwrite || !existsSync(path)) return;
  throw new UsageError(`${path} is already there`, {
    code: "file-exists",
    where: path,
    help: "choose another name, or replace it with --overwrite",
  });
}
