import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../base/index.ts";
import { writeAtomic, writeFailure } from "../../files/index.ts";
import type { Database } from "./database.ts";

/** Opens the database at `url`, or SQLite in the project's folder. Throws `database-needed`, and the codes `database-…`. */
export async function openDatabase(project: string, url: string | undefined): Promise<Database> {
  try {
    mkdirSync(project, { recursive: true });
  } catch (cause) {
    throw writeFailure(project, cause);
  }
  // Processes keep out of each other's way by the database, so all of them must use the same one.
  const marker = join(project, "plaudit.postgresql");
  if (url === undefined) {
    if (existsSync(marker)) throw databaseNeeded(marker);
    return (await import("./sqlite.ts")).openSqlite(join(project, "plaudit.db"));
  }
  if (/^postgres(ql)?:\/\//.test(url)) {
    if (!existsSync(marker))
      writeAtomic(marker, "This project's database is PostgreSQL; its address is given to each command.\n");
    return (await import("./postgres.ts")).openPostgres(url);
  }
  throw new UsageError("a database is named by a postgres:// address", {
    code: "database-unreachable",
    help: "postgres://user:password@host/name, or leave it out: SQLite in the project's folder",
  });
}

const databaseNeeded = (marker: string): UsageError =>
  new UsageError("the database of this project is PostgreSQL, and its address is missing", {
    code: "database-needed",
    where: marker,
    help: "--database postgres://…; to go back to SQLite for good, remove the file when nothing runs",
  });
