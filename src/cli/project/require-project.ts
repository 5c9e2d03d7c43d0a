import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { UsageError } from "../../base/index.ts";

export const databaseFlag = z
  .string()
  .min(1)
  .optional()
  .describe("postgres://… for a team (default: plaudit.db in the project)")
  .meta({ value: "URL" });

/** Opening would make one. Throws `no-project`. */
export function requireProject(project: string, besides = "plaudit data import fills one"): void {
  if (existsSync(join(project, "journal.jsonl"))) return;
  throw new UsageError(`${project === "." ? "this folder" : project} is no project: it has no journal.jsonl`, {
    ...{
      code: "no-project",
      where: project,
      help: `plaudit init ${project === "." ? "DIR" : project} makes one, ${besides}`,
    },
  });
}
