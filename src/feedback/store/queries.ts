/** What is asked of the tables. */
import { sql } from "kysely";
import type { Entry, EntryOf, Person, Settings, TaskData, WordEntry } from "../entry.ts";
import { key } from "./apply.ts";
import type { Counts, Store, TaskFilter, TaskState, WordFilter } from "./store.ts";
import { type Db, isOfTask, isPerson, type Tables } from "./tables.ts";

/** The columns of a {@link TaskState}. */
export const taskColumns = ["tasks.json", "tasks.at", "tasks.state", "tasks.wanted", "tasks.answered"] as const;
export type TaskRow = Pick<Tables["tasks"], "json" | "at" | "state" | "wanted" | "answered">;

export const taskState = ({ json, at, state, wanted, answered }: TaskRow): TaskState => ({
  ...(JSON.parse(json) as TaskData),
  ...{ at, closed: state === "closed", wanted, answered },
});

export async function settings(db: Db): Promise<Settings | undefined> {
  const last = db.selectFrom("entries").select("json").where("kind", "=", "settings").orderBy("seq", "desc").limit(1);
  const row = await last.executeTakeFirst();
  return row && (JSON.parse(row.json) as EntryOf<"settings">).data;
}

export async function people(db: Db): Promise<Person[]> {
  const rows = await db.selectFrom("people").select("json").orderBy("seq").execute();
  return rows.map(({ json }) => JSON.parse(json));
}

export async function person(db: Db, name: string): Promise<Person | undefined> {
  const row = await db.selectFrom("people").select("json").where("name", "=", key(name)).executeTakeFirst();
  return row && JSON.parse(row.json);
}

export async function task(db: Db, id: string): Promise<TaskState | undefined> {
  const row = await db.selectFrom("tasks").select(taskColumns).where("id", "=", key(id)).executeTakeFirst();
  return row && taskState(row);
}

/** Written without `like`, which takes letters for equal in one database that differ in the other. */
function beginsWith(column: "tasks.id" | "words.task", prefix: string) {
  const start = key(prefix);
  return sql<boolean>`substr(${sql.ref(column)}, 1, ${sql.lit([...start].length)}) = ${start}`;
}

export async function tasks(db: Db, filter: TaskFilter = {}): Promise<TaskState[]> {
  const { state, qualification, text, under, newestFirst, limit, after } = filter;
  let query = db
    .selectFrom("tasks")
    .select(taskColumns)
    .orderBy("seq", newestFirst ? "desc" : "asc");
  if (state) query = query.where("state", "=", state);
  if (qualification !== undefined) query = query.where("part", qualification ? "=" : "!=", "qualification");
  for (const word of text?.toLowerCase().split(/\s+/) ?? []) {
    const pattern = `%${key(word).replace(/[\\%_]/g, "\\$&")}%`;
    query = query.where(sql<boolean>`search like ${pattern} escape '\\'`);
  }
  if (under !== undefined) query = query.where(beginsWith("tasks.id", under));
  if (after !== undefined)
    query = query.where("seq", newestFirst ? "<" : ">", (eb) =>
      eb.selectFrom("tasks as t").select("t.seq").where("t.id", "=", key(after)),
    );
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map(taskState);
}

export async function words(db: Db, filter: WordFilter = {}): Promise<WordEntry[]> {
  const { by, task, under, kinds, since, until, synthetic, ofTasks, newestFirst, limit } = filter;
  let query = db
    .selectFrom("words")
    .innerJoin("entries", "entries.seq", "words.seq")
    .select("entries.json")
    .orderBy("words.seq", newestFirst ? "desc" : "asc");
  if (by !== undefined) query = query.where("person", "=", key(by));
  if (task !== undefined) query = query.where("task", "=", key(task));
  if (under !== undefined) query = query.where(beginsWith("words.task", under));
  if (kinds) query = query.where("words.kind", "in", [...kinds, ""]); // an empty list is no SQL
  if (since !== undefined) query = query.where("at_ms", ">=", Date.parse(since));
  if (until !== undefined) query = query.where("at_ms", "<", Date.parse(until));
  if (!synthetic) query = query.where(isPerson);
  if (ofTasks) query = query.where(isOfTask);
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map(({ json }) => JSON.parse(json));
}

/** All words that count, some at a time, for who walks through more than fits into memory. */
export async function* wordPages(db: Db, pageSize = 2000): AsyncGenerator<WordEntry[]> {
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom("words")
      .innerJoin("entries", "entries.seq", "words.seq")
      .select(["words.seq", "entries.json"])
      .where("words.seq", ">", after)
      .orderBy("words.seq")
      .limit(pageSize)
      .execute();
    if (rows.length === 0) return;
    yield rows.map(({ json }) => JSON.parse(json));
    after = rows.at(-1)!.seq;
  }
}

export async function history(db: Db, options: Parameters<Store["history"]>[0] = {}): Promise<Entry[]> {
  const { kinds, after, limit, newestFirst } = options;
  let query = db
    .selectFrom("entries")
    .select("json")
    .orderBy("seq", newestFirst ? "desc" : "asc");
  if (kinds) query = query.where("kind", "in", [...kinds, ""]);
  if (after !== undefined)
    query = query.where("seq", newestFirst ? "<" : ">", (eb) =>
      eb.selectFrom("entries as e").select("e.seq").where("e.id", "=", key(after)),
    );
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map(({ json }) => JSON.parse(json));
}

export async function entry(db: Db, id: string): Promise<Entry | undefined> {
  const row = await db.selectFrom("entries").select("json").where("id", "=", key(id)).executeTakeFirst();
  return row && JSON.parse(row.json);
}

export async function answeredBy(db: Db, person: string): Promise<number> {
  const n = sql<number | string>`count(*)`.as("n");
  const own = db
    .selectFrom("words")
    .select(n)
    .where("person", "=", key(person))
    .where("kind", "!=", "skip")
    .where(isOfTask);
  return Number((await own.executeTakeFirstOrThrow()).n);
}

export async function countUnder(db: Db, prefix: string): ReturnType<Store["countUnder"]> {
  const tasks = db.selectFrom("tasks").where(beginsWith("tasks.id", prefix));
  const words = db.selectFrom("words").where(beginsWith("words.task", prefix)).where(isPerson);
  const all = tasks.select(sql<number | string>`count(*)`.as("n"));
  const spokenOf = words.select(sql<number | string>`count(distinct words.task)`.as("n"));
  return {
    tasks: Number((await all.executeTakeFirstOrThrow()).n),
    spokenOf: Number((await spokenOf.executeTakeFirstOrThrow()).n),
  };
}

export async function counts(db: Db): Promise<Counts> {
  const n = sql<number | string>`count(*)`.as("n"); // PostgreSQL gives text
  const states = await db.selectFrom("tasks").select(["state", n]).groupBy("state").execute();
  const kinds = await db.selectFrom("words").select(["synthetic", "kind", n]).groupBy(["synthetic", "kind"]).execute();
  const living = db.selectFrom("people").select(n).where("synthetic", "=", 0).where("removed", "=", 0);
  const { n: people } = await living.executeTakeFirstOrThrow();
  const { entries, journal_bytes } = await db
    .selectFrom("meta")
    .select(["entries", "journal_bytes"])
    .executeTakeFirstOrThrow();
  const inState = (state: string) => Number(states.find((row) => row.state === state)?.n ?? 0);
  const ofKind = (kind: string) => Number(kinds.find((row) => row.synthetic === 0 && row.kind === kind)?.n ?? 0);
  return {
    tasks: { open: inState("open"), done: inState("done"), closed: inState("closed") },
    words: {
      judgement: ofKind("judgement"),
      demonstration: ofKind("demonstration"),
      conversation: ofKind("conversation"),
      skip: ofKind("skip"),
    },
    synthetic: kinds.reduce((sum, row) => sum + (row.synthetic === 1 ? Number(row.n) : 0), 0),
    people: Number(people),
    entries,
    journalBytes: journal_bytes,
  };
}
