import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { DataError, PlauditError, type Problem } from "../../base/index.ts";
import { Entry, type EntryKind, type EntryOf } from "../entry.ts";
import { key } from "./apply.ts";
import { forgetInJournal } from "./forget.ts";
import { catchUp, catchUpOrBegin, rebuild, write } from "./keeping.ts";
import { lease, renew } from "./lease.ts";
import { openDatabase } from "./open-database.ts";
import * as queries from "./queries.ts";
import { groupCommit, type Waiting } from "./queue.ts";
import { secretsOf } from "./secrets.ts";
import type { Store, StoreOptions } from "./store.ts";
import { type Db, migrate } from "./tables.ts";

/** What waits for the next transaction: entries to be written, or other work on the tables. */
type Call = Waiting &
  (
    | { readonly entries: readonly Entry[]; resolve(added: number): void }
    | { readonly durable: boolean; run(db: Db): Promise<() => void> }
  );

/**
 * Opens the project in `folder`; what is missing of it is made. Throws `journal-mismatch`, `bad-journal`,
 * `newer-format`, and the codes `database-…`.
 */
export async function openStore(folder: string, options: StoreOptions): Promise<Store> {
  const project = resolve(folder);
  const journal = join(project, "journal.jsonl");
  const database = await openDatabase(project, options.database);
  const { db, explain } = database;
  const explained = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error) => {
      throw error instanceof PlauditError ? error : (explain(error) ?? error);
    });

  const opening = database.exclusive(async (one) => {
    await migrate(one);
    if (options.rebuild && existsSync(journal)) return rebuild(one, journal);
    return catchUpOrBegin(one, journal);
  });
  const { setAside } = await explained(opening).catch(async (error) => {
    await database.close();
    throw error;
  });

  const queue = groupCommit<Call>(async (calls) => {
    const outcomes: (() => void)[] = [];
    const durable = { durable: calls.some((call) => "entries" in call || call.durable) };
    const transaction = database.exclusive(async (one) => {
      const kept = await catchUp(one, journal);
      const appends = calls.filter((call) => "entries" in call);
      const written = await write(
        one,
        journal,
        kept,
        appends.map(({ entries }) => entries),
      );
      for (const [i, call] of appends.entries()) {
        const outcome = written[i]!;
        outcomes.push(() => ("error" in outcome ? call.reject(outcome.error) : call.resolve(outcome.added)));
      }
      for (const call of calls) if ("run" in call) outcomes.push(await call.run(one));
    }, durable);
    await explained(transaction);
    for (const tell of outcomes) tell();
  });
  let closed = false;
  const add = (call: Call) => (closed ? call.reject(new Error("the store is closed")) : queue.add(call));

  const read = <T>(work: (db: Db) => Promise<T>): Promise<T> => explained(work(db));
  const change = <T>(work: (db: Db) => Promise<T>, durable = true): Promise<T> =>
    new Promise((resolve, reject) => {
      const run = async (one: Db) => {
        const value = await work(one);
        return () => resolve(value);
      };
      add({ run, reject, durable });
    });

  return {
    project,
    database: options.database,
    setAside,
    async append(entries) {
      const checked = check(entries);
      return new Promise((resolve, reject) => add({ entries: checked, resolve, reject }));
    },
    settings: () => read(queries.settings),
    people: () => read(queries.people),
    person: (name) => read((one) => queries.person(one, name)),
    task: (id) => read((one) => queries.task(one, id)),
    tasks: (filter) => read((one) => queries.tasks(one, filter)),
    words: (filter) => read((one) => queries.words(one, filter)),
    history: (asked) => read((one) => queries.history(one, asked)),
    entry: <K extends EntryKind>(id: string) =>
      read((one) => queries.entry(one, id) as Promise<EntryOf<K> | undefined>),
    counts: () => read(queries.counts),
    countUnder: (prefix) => read((one) => queries.countUnder(one, prefix)),
    answeredBy: (person) => read((one) => queries.answeredBy(one, person)),
    // A lease that a power cut takes away is asked for again.
    lease: (person, count) => change((one) => lease(one, person, count, options.now()), false),
    renew: (person, task) => change((one) => renew(one, person, task, options.now()), false),
    release: (person, tasks) =>
      change(async (one) => {
        const held = one.deleteFrom("leases").where("person", "=", key(person));
        await (tasks ? held.where("task", "in", ["", ...tasks.map(key)]) : held).execute();
      }, false),
    heldUntil: (person, task) =>
      read(async (one) => {
        const own = one.selectFrom("leases").select("until_ms").where("person", "=", key(person));
        const held = own.where("task", "=", key(task)).where("until_ms", ">", options.now());
        return (await held.executeTakeFirst())?.until_ms;
      }),
    secrets: secretsOf(read, change, options.now),
    async rebuild() {
      await explained(database.exclusive((one) => rebuild(one, journal)));
    },
    async forget(person, { text = false } = {}) {
      const gone = await explained(
        database.exclusive(async (one) => {
          await catchUp(one, journal);
          const count = forgetInJournal(journal, { person, text, now: options.now() });
          await rebuild(one, journal);
          await one.deleteFrom("leases").where("person", "=", key(person)).execute();
          return count;
        }),
      );
      await explained(database.purge());
      return gone;
    },
    async close() {
      closed = true;
      await queue.idle();
      await database.close();
    },
  };
}

/** Throws `bad-entry` with all that is wrong. */
function check(entries: readonly Entry[]): Entry[] {
  const problems: Problem[] = [];
  const checked = entries.flatMap((entry, i) => {
    const { success, data, error } = Entry.safeParse(entry);
    for (const { path, message } of error?.issues ?? [])
      problems.push({ code: "bad-entry", where: [i, ...path].join("."), message });
    return success ? [data] : [];
  });
  if (problems.length === 0) return checked;
  const [{ message, where }] = problems as [Problem];
  throw new DataError(`no journal entry: ${where}: ${message}`, { code: "bad-entry", problems });
}
