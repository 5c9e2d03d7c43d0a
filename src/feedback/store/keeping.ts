/** Keeping the tables and the journal together, inside an exclusive transaction. */
import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { DataError, UsageError } from "../../base/index.ts";
import { writeAtomic } from "../../files/index.ts";
import { type Entry, isWord } from "../entry.ts";
import { readJournal } from "../journal.ts";
import { apply, key, recount } from "./apply.ts";
import { projectGone } from "./failure.ts";
import { goesOn, type Place, readOn, start, writeOn } from "./journal-file.ts";
import { type Db, emptyTables } from "./tables.ts";

const idsAtOnce = 500;

/** Where the tables stand. */
export interface Kept {
  readonly place: Place;
  /** Entries that they hold. */
  readonly entries: number;
}

async function keptOf(db: Db): Promise<Kept> {
  const meta = await db.selectFrom("meta").selectAll().executeTakeFirstOrThrow();
  const place = { bytes: meta.journal_bytes, lastLineAt: meta.last_line_at, lastLineHash: meta.last_line_hash };
  return { place, entries: meta.entries };
}

async function keep(db: Db, { place, entries }: Kept): Promise<void> {
  const { bytes: journal_bytes, lastLineAt: last_line_at, lastLineHash: last_line_hash } = place;
  await db.updateTable("meta").set({ entries, journal_bytes, last_line_at, last_line_hash }).execute();
}

/** A torn last line that was found is in the file `setAside`. */
export interface CaughtUp extends Kept {
  readonly setAside: string | undefined;
}

/**
 * Applies what the journal holds and the tables do not: a crash came between the two, or another process wrote. Throws
 * `project-gone`, `journal-mismatch`, and what {@link readJournal} does.
 */
export async function catchUp(db: Db, path: string): Promise<CaughtUp> {
  const kept = await keptOf(db);
  if (!existsSync(path)) throw projectGone(path);
  if (goesOn(path, kept.place)) return replay(db, path, kept);
  const entries = readJournal(path); // a damaged line is told of first
  const tombstones = entries.flatMap(({ kind, id }) => (kind === "forgotten" ? [id] : []));
  const known = await knownEntries(db, tombstones);
  if (known.size === tombstones.length) throw mismatch(path, kept, entries.length);
  return rebuild(db, path); // a forgetting was interrupted after the journal was replaced
}

/** {@link catchUp} for who opens the project: here the journal may be made. */
export async function catchUpOrBegin(db: Db, path: string): Promise<CaughtUp> {
  const { entries } = await keptOf(db);
  if (entries === 0 && !existsSync(path)) writeAtomic(path, "");
  return catchUp(db, path);
}

/** The tables anew from the journal. */
export async function rebuild(db: Db, path: string): Promise<CaughtUp> {
  await emptyTables(db);
  return replay(db, path, { place: start, entries: 0 });
}

async function replay(db: Db, path: string, from: Kept): Promise<CaughtUp> {
  const pieces = readOn(path, from.place);
  const touched = new Set<string>();
  let kept = from;
  for (let step = pieces.next(); ; step = pieces.next()) {
    if (step.done) {
      await recount(db, [...touched]);
      return { ...kept, setAside: step.value };
    }
    const { entries, place } = step.value;
    const known = await knownEntries(db, idsOf(entries));
    const first = new Map(entries.toReversed().map((entry) => [entry.id, entry]));
    const fresh = entries.filter((entry) => !known.has(entry.id) && first.get(entry.id) === entry);
    for (const task of await apply(db, fresh, kept.entries + 1)) touched.add(task);
    kept = { place, entries: kept.entries + fresh.length };
    await keep(db, kept);
  }
}

/** What came of one call: the number of new entries, or why none was written. */
export type Outcome = { readonly added: number } | { readonly error: unknown };

/** Writes the entries of several calls with one fsync. Each call is taken whole or refused, whatever becomes of the others. */
export async function write(
  db: Db,
  path: string,
  kept: Kept,
  calls: readonly (readonly Entry[])[],
): Promise<readonly Outcome[]> {
  const seen = await knownEntries(db, idsOf(calls.flat()));
  const fresh: Entry[] = [];
  const outcomes = calls.map((call): Outcome => {
    const own = new Map<string, Entry>();
    for (const entry of call) {
      const before = seen.get(entry.id) ?? own.get(entry.id);
      if (before === undefined) own.set(entry.id, entry);
      else if (!isDeepStrictEqual(before, plain(entry))) return { error: taken(entry) };
    }
    for (const [id, entry] of own) seen.set(id, plain(entry));
    fresh.push(...own.values());
    return { added: own.size };
  });
  if (fresh.length === 0) return outcomes;
  let place: Place;
  try {
    place = writeOn(path, kept.place, fresh);
  } catch (error) {
    return outcomes.map((outcome) => ("added" in outcome && outcome.added > 0 ? { error } : outcome));
  }
  await recount(db, await apply(db, fresh, kept.entries + 1));
  await keep(db, { place, entries: kept.entries + fresh.length });
  await returnAnswered(db, fresh);
  return outcomes;
}

/** As it comes back from JSON: without what is undefined. */
const plain = (entry: Entry): Entry => JSON.parse(JSON.stringify(entry));
const idsOf = (entries: readonly Entry[]) => [...new Set(entries.map(({ id }) => id))];

async function knownEntries(db: Db, ids: readonly string[]): Promise<Map<string, Entry>> {
  const known = new Map<string, Entry>();
  for (let at = 0; at < ids.length; at += idsAtOnce) {
    const some = ids.slice(at, at + idsAtOnce);
    const rows = await db.selectFrom("entries").select(["id", "json"]).where("id", "in", some).execute();
    for (const { id, json } of rows) known.set(id, JSON.parse(json));
  }
  return known;
}

/** What is answered is no longer kept for anybody. Not part of a replay: a lease may be younger than the answer. */
async function returnAnswered(db: Db, entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) {
    if (!isWord(entry) || entry.kind === "retraction") continue;
    const held = db.deleteFrom("leases").where("task", "=", key(entry.data.task));
    await held.where("person", "=", key(entry.by)).execute();
  }
}

function taken({ id }: Entry): DataError {
  return new DataError(`an entry ${id} is there already and says something else`, {
    code: "id-taken",
    help: "make a new id for each entry; the same entry may be sent again",
  });
}

function mismatch(path: string, { entries, place }: Kept, inJournal: number): UsageError {
  const message = `the journal does not go on from where the database is (${entries} entries, ${place.bytes} bytes); it has ${inJournal} entries`;
  return new UsageError(message, {
    code: "journal-mismatch",
    where: path,
    help: "if this is the right journal: `plaudit data rebuild PROJECT`; otherwise put the right one back",
  });
}
