/** SQLite in one file: the built-in `node:sqlite` where Node has it, else `@photostructure/sqlite`, its twin. */
import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import { Kysely, SqliteDialect, type SqliteStatement } from "kysely";
import type { PlauditError } from "../../base/index.ts";
import type { Database } from "./database.ts";
import { databaseFailure } from "./failure.ts";
import type { Db, Tables } from "./tables.ts";

/** The part of node:sqlite's interface that we use. */
interface Driver {
  exec(sql: string): void;
  prepare(sql: string): {
    all(...parameters: never[]): unknown[];
    run(...parameters: never[]): { changes: number | bigint; lastInsertRowid: number | bigint };
    iterate(...parameters: never[]): IterableIterator<unknown>;
  };
  close(): void;
}

const busyMs = 5000;
/** Enough for what a hundred annotators touch in a project of some hundred megabytes. */
const cacheKiB = 64 << 10;
/** Between two looks at a database that another process writes; it is not blocked meanwhile. */
const pauseMs = 5;
const patience = 2000;
const pause = () => new Promise((resolve) => setTimeout(resolve, pauseMs));

export async function openSqlite(path: string): Promise<Database> {
  const explain = (error: unknown) => explained(path, error);
  const driver = await open(path).catch((error) => {
    throw explain(error) ?? error;
  });
  const db: Db = new Kysely<Tables>({ dialect: dialectOf(driver) });

  let flushing = true;
  /** Whether a commit waits for the disk; SQLite lets that be changed between transactions only. */
  const flush = (wanted: boolean) => {
    if (wanted !== flushing) driver.exec(`pragma synchronous = ${wanted ? "full" : "normal"}`);
    flushing = wanted;
  };
  const exclusive: Database["exclusive"] = async (work, { durable = true } = {}) => {
    for (let attempt = 1; ; attempt++) {
      const done = await db.connection().execute(async (one) => {
        flush(durable);
        if (!begin(driver, attempt === patience)) return undefined;
        try {
          const value = await work(one);
          driver.exec("commit");
          return { value };
        } catch (error) {
          rollback(driver);
          throw error;
        }
      });
      if (done) return done.value;
      await pause();
    }
  };
  return {
    db,
    exclusive,
    explain,
    async purge() {
      await db.connection().execute(async () => {
        driver.exec("vacuum");
        driver.prepare("pragma wal_checkpoint(truncate)").all();
      });
    },
    close: () => db.destroy(),
  };
}

async function open(path: string): Promise<Driver> {
  const Constructor = await load();
  const driver = new Constructor(path);
  try {
    driver.exec(`pragma busy_timeout = ${busyMs}`);
    await patiently(() => driver.exec("pragma journal_mode = wal"));
    driver.exec("pragma synchronous = full");
    driver.exec(`pragma cache_size = -${cacheKiB}`);
    return driver;
  } catch (error) {
    driver.close();
    throw error;
  }
}

async function load(): Promise<new (path: string) => Driver> {
  // From 22.13 on it needs no flag; that it still calls itself experimental is no news for those who label.
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    const builtIn = process.getBuiltinModule?.("node:sqlite");
    if (builtIn) return builtIn.DatabaseSync;
  } finally {
    process.emitWarning = emitWarning;
  }
  return (await import("@photostructure/sqlite")).DatabaseSync;
}

/** Kysely's dialect is made for better-sqlite3, which takes parameters as a list and knows which statements give rows. */
function dialectOf(driver: Driver): SqliteDialect {
  const prepare = keeping(statements, (sql): SqliteStatement => {
    const statement = driver.prepare(sql);
    return {
      reader: /^\s*(select|with|pragma)\b|\breturning\b/i.test(sql),
      all: (parameters) => statement.all(...(parameters as never[])),
      run: (parameters) => statement.run(...(parameters as never[])),
      iterate: (parameters) => statement.iterate(...(parameters as never[])),
    };
  });
  return new SqliteDialect({ database: { prepare, close: () => close(driver) } });
}

/** Prepared statements are kept: making them takes time, and @photostructure/sqlite frees those dropped only with the garbage. */
const statements = 200;
function keeping<T>(most: number, make: (key: string) => T): (key: string) => T {
  const kept = new Map<string, T>();
  return (key) => {
    const value = kept.get(key) ?? make(key);
    kept.delete(key);
    kept.set(key, value); // now the youngest
    if (kept.size > most) kept.delete(kept.keys().next().value!);
    return value;
  };
}

/** Whether the write lock was had at once. Waiting inside SQLite would block the whole process. */
function begin(driver: Driver, last: boolean): boolean {
  driver.exec("pragma busy_timeout = 0");
  try {
    driver.exec("begin immediate");
    return true;
  } catch (error) {
    if (!last && isBusy(error)) return false;
    throw error;
  } finally {
    driver.exec(`pragma busy_timeout = ${busyMs}`);
  }
}

async function patiently(work: () => void): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      work();
      return;
    } catch (error) {
      if (!isBusy(error) || attempt === patience) throw error;
      await pause();
    }
  }
}

function rollback(driver: Driver): void {
  try {
    driver.exec("rollback");
  } catch {
    // A full disk has made SQLite roll back by itself.
  }
}

/** Where statements outlive the connection, the log would stay behind: what it holds is moved into the file before. */
function close(driver: Driver): void {
  try {
    driver.exec("pragma busy_timeout = 0");
    driver.exec("pragma wal_checkpoint(truncate)");
  } catch {
    // Another process is at work, and will do it.
  }
  driver.close();
}

const resultOf = (error: unknown): number => ((error as { errcode?: number } | undefined)?.errcode ?? 0) & 0xff;
const isBusy = (error: unknown) => resultOf(error) === 5 || resultOf(error) === 6;

/** SQLite says only that it cannot open where it may not make its log. */
function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** By SQLite's result codes, sqlite.org/rescode.html. */
function explained(path: string, error: unknown): PlauditError | undefined {
  switch (resultOf(error)) {
    case 5:
    case 6:
      return databaseFailure("locked", `${path} is locked`, error);
    case 8:
      return databaseFailure("readOnly", `${path} cannot be written`, error);
    case 10:
    case 14:
      return isWritable(dirname(path))
        ? databaseFailure("unreachable", `${path} cannot be opened, read or written`, error)
        : databaseFailure("readOnly", `${dirname(path)} cannot be written`, error);
    case 11:
    case 26:
      return databaseFailure("damaged", `${path} is damaged, or no database`, error);
    case 13:
      return databaseFailure("full", `the disk is full: ${path} could not grow`, error);
    default:
      return undefined;
  }
}
