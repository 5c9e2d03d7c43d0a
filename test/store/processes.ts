// Writers in processes of their own, and what must be true of a store after they were killed.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "kysely";
import { stream } from "../../src/base/index.ts";
import { openStore, readJournal, type Settings } from "../../src/feedback/index.ts";
import { openSqlite } from "../../src/feedback/store/sqlite.ts";
import { settings, task } from "./entries.ts";

export interface Writer {
  readonly child: ChildProcess;
  /** Ids that were acknowledged so far. */
  readonly acknowledged: () => string[];
  /** Resolves to the exit code, null when it was killed. */
  readonly ended: Promise<number | null>;
  readonly complaints: () => string;
}

/** What Node is called with. */
export function writerWords(folder: string, url: string | undefined, by: string, count: number): string[] {
  const program = fileURLToPath(new URL("./writer.ts", import.meta.url));
  return ["--import", "tsx", "--conditions=source", program, folder, url ?? "-", by, String(count)];
}

export function startWriter(folder: string, url: string | undefined, by: string, count: number): Writer {
  const words = writerWords(folder, url, by, count);
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (data) => {
    out += data;
  });
  child.stderr.setEncoding("utf8").on("data", (data) => {
    err += data;
  });
  return {
    child,
    acknowledged: () => out.split("\n").slice(0, -1),
    ended: new Promise((resolve) => child.once("close", (code) => resolve(code))),
    complaints: () => err,
  };
}

/** Tasks enough that the writers' leases find some. */
export async function makeProject(
  folder: string,
  url: string | undefined,
  more: Partial<Settings> = {},
): Promise<void> {
  const store = await openStore(folder, { now: Date.now, database: url });
  await store.append([settings({ overlap: 100, ...more }), ...Array.from({ length: 20 }, (_, i) => task(`t${i}`))]);
  await store.close();
}

export interface Checked {
  /** Acknowledged entries that the journal or the database lacks. */
  readonly lost: number;
  /** Lines of the journal, or rows, that hold an id again. */
  readonly doubled: number;
  /** Whether journal and database hold the same entries in the same order, as read and after a rebuild. */
  readonly equal: boolean;
  /** What the database says of itself. */
  readonly intact: boolean;
  readonly entries: number;
}

/** Opens the store as the next process would and compares. */
export async function check(
  folder: string,
  url: string | undefined,
  acknowledged: readonly string[],
): Promise<Checked> {
  const store = await openStore(folder, { now: Date.now, database: url });
  const seen = async () => {
    const [entries, words, tasks] = [await store.history(), await store.words(), await store.tasks()];
    return JSON.stringify([entries, words, tasks]);
  };
  const rows = (await store.history()).map(({ id }) => id);
  const before = await seen();
  await store.rebuild();
  const after = await seen();
  await store.close();
  const lines = readJournal(join(folder, "journal.jsonl")).map(({ id }) => id);
  const [inRows, inLines] = [new Set(rows), new Set(lines)];
  return {
    lost: acknowledged.filter((id) => !inRows.has(id) || !inLines.has(id)).length,
    doubled: rows.length - inRows.size + (lines.length - inLines.size),
    equal: JSON.stringify(rows) === JSON.stringify(lines) && before === after,
    intact: url !== undefined || (await isIntact(folder)),
    entries: rows.length,
  };
}

async function isIntact(folder: string): Promise<boolean> {
  const { db, close } = await openSqlite(join(folder, "plaudit.db"));
  const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db);
  await close();
  return rows.length === 1 && rows[0]!.integrity_check === "ok";
}

export interface Survival extends Checked {
  readonly kills: number;
  readonly acknowledged: number;
  /** Entries of the journal that were written and not yet acknowledged at a kill: they may be there, and are. */
  readonly unacknowledged: number;
}

/**
 * Kills writers of one project, some of them before they have opened it; `restart` is called after each kill, where the
 * database has a server that may be killed too.
 */
export async function surviveKills(
  folder: string,
  { kills, seed, url, restart }: { kills: number; seed: number; url?: string; restart?: () => Promise<void> },
): Promise<Survival> {
  await makeProject(folder, url);
  const random = stream(seed, "kills");
  const acknowledged: string[] = [];
  let broken: Checked | undefined;
  for (let kill = 0; kill < kills; kill++) {
    const writer = startWriter(folder, url, `writer${kill % 3}`, 1e9);
    const opening = random.integer(10) === 0;
    const wanted = opening ? 0 : 1;
    const wait = random.integer(opening ? 1000 : 150);
    while (writer.acknowledged().length < wanted && writer.child.exitCode === null) await pause(2);
    await pause(wait);
    writer.child.kill("SIGKILL");
    await restart?.();
    const code = await writer.ended;
    if (code !== null && !restart) throw new Error(`a writer ended with ${code}: ${writer.complaints()}`);
    acknowledged.push(...writer.acknowledged());
    if (kill % 10 === 9 || kill === kills - 1) {
      const found = await check(folder, url, acknowledged);
      if (found.lost || found.doubled || !found.equal || !found.intact) broken ??= found;
    }
  }
  const last = broken ?? (await check(folder, url, acknowledged));
  return {
    kills,
    acknowledged: acknowledged.length,
    unacknowledged: last.entries - 21 - acknowledged.length,
    ...last,
  };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
