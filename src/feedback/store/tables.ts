/**
 * The tables, the same in SQLite and PostgreSQL: text and numbers only, so that no value changes its kind between them.
 * All but `leases` and `secrets` follow from the journal; `seq` is an entry's place in it, from 1.
 */
import { type Kysely, type Migration, Migrator, sql } from "kysely";
import { PlauditError } from "../../base/index.ts";

export interface Tables {
  /** One row: how much of the journal the tables hold. */
  meta: { one: number; entries: number; journal_bytes: number; last_line_at: number; last_line_hash: string };
  entries: { seq: number; id: string; kind: string; json: string };
  tasks: {
    id: string;
    seq: number;
    at: string;
    json: string;
    /** Prompt and completions in lower case, for searching. */
    search: string;
    part: TaskPart;
    state: "open" | "done" | "closed";
    /** The task's own number of people; `wanted` is this or the project's. */
    overlap: number | null;
    wanted: number;
    answered: number;
    repeats: string | null;
    /** 1 when `assignments` says who may answer. */
    assigned: number;
    /** Minus the uncertainty, {@link unknownUncertainty} where the task has none. */
    certainty: number;
    /** Mean Kendall's τ-b of its judgements; {@link unknownAgreement} below two. */
    agreement: number;
    /** Uniform in [0, 2³²) from the id: what "random" is ordered by. */
    shuffled: number;
  };
  assignments: { task: string; person: string };
  /** The last word of each person on each task, none after a retraction. */
  words: { task: string; person: string; seq: number; kind: string; at_ms: number; synthetic: number };
  people: { name: string; seq: number; json: string; synthetic: number; removed: number };
  leases: { task: string; person: string; until_ms: number; synthetic: number };
  secrets: { kind: string; key: string; json: string; until_ms: number | null };
}
export type Db = Kysely<Tables>;

/** What a task is for: work is what data are made of, the others measure people. */
export type TaskPart = "work" | "gold" | "repeat" | "qualification";

/** Below every uncertainty, so that tasks without one come last. */
export const unknownUncertainty = -1e300;
/** Above every τ, likewise. */
export const unknownAgreement = 2;

const ofJournal = ["meta", "entries", "tasks", "assignments", "words", "people"] as const;

/** The condition that a word is no simulated person's, written so that no index is chosen for it. */
export const isPerson = sql<boolean>`words.synthetic + 0 = 0`;

/** The condition that a word answers a task: turns of conversations and votes in the chat are about none. */
export const isOfTask = sql<boolean>`exists (select 1 from tasks where tasks.id = words.task)`;

/** Drops and makes what follows from the journal. */
export async function emptyTables(db: Db): Promise<void> {
  for (const table of ofJournal) await db.schema.dropTable(table).ifExists().execute();
  await makeTablesOfJournal(db);
}

async function makeTablesOfJournal(db: Db): Promise<void> {
  await db.schema
    .createTable("meta")
    .addColumn("one", "integer", (c) => c.primaryKey())
    .addColumn("entries", "integer", (c) => c.notNull())
    .addColumn("journal_bytes", "double precision", (c) => c.notNull())
    .addColumn("last_line_at", "double precision", (c) => c.notNull())
    .addColumn("last_line_hash", "text", (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("entries")
    .addColumn("seq", "integer", (c) => c.primaryKey())
    .addColumn("id", "text", (c) => c.notNull().unique())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("json", "text", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("entries_kind").on("entries").columns(["kind", "seq"]).execute();
  await db.schema
    .createTable("tasks")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("seq", "integer", (c) => c.notNull().unique())
    .addColumn("at", "text", (c) => c.notNull())
    .addColumn("json", "text", (c) => c.notNull())
    .addColumn("search", "text", (c) => c.notNull())
    .addColumn("part", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("overlap", "integer")
    .addColumn("wanted", "integer", (c) => c.notNull())
    .addColumn("answered", "integer", (c) => c.notNull())
    .addColumn("repeats", "text")
    .addColumn("assigned", "integer", (c) => c.notNull())
    .addColumn("certainty", "double precision", (c) => c.notNull())
    .addColumn("agreement", "double precision", (c) => c.notNull())
    .addColumn("shuffled", "double precision", (c) => c.notNull())
    .execute();
  for (const column of ["seq", "certainty", "agreement", "shuffled"] as const) {
    const tail = column === "seq" ? [] : (["seq"] as const);
    await db.schema
      .createIndex(`tasks_by_${column}`)
      .on("tasks")
      .columns(["part", "state", column, ...tail])
      .execute();
  }
  await db.schema
    .createTable("assignments")
    .addColumn("task", "text", (c) => c.notNull())
    .addColumn("person", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("assignments_key", ["task", "person"])
    .execute();
  await db.schema
    .createTable("words")
    .addColumn("task", "text", (c) => c.notNull())
    .addColumn("person", "text", (c) => c.notNull())
    .addColumn("seq", "integer", (c) => c.notNull().unique())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("at_ms", "double precision", (c) => c.notNull())
    .addColumn("synthetic", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("words_key", ["task", "person"])
    .execute();
  await db.schema.createIndex("words_person").on("words").columns(["person", "seq"]).execute();
  // For counting alone: a query of few words must not be tempted to walk through all of a kind, see `isPerson`.
  await db.schema.createIndex("words_kind").on("words").columns(["synthetic", "kind"]).execute();
  await db.schema
    .createTable("people")
    .addColumn("name", "text", (c) => c.primaryKey())
    .addColumn("seq", "integer", (c) => c.notNull())
    .addColumn("json", "text", (c) => c.notNull())
    .addColumn("synthetic", "integer", (c) => c.notNull())
    .addColumn("removed", "integer", (c) => c.notNull())
    .execute();
  await db
    .insertInto("meta")
    .values({ one: 1, entries: 0, journal_bytes: 0, last_line_at: 0, last_line_hash: "" })
    .execute();
}

async function makeOwnTables(db: Db): Promise<void> {
  await db.schema
    .createTable("leases")
    .addColumn("task", "text", (c) => c.notNull())
    .addColumn("person", "text", (c) => c.notNull())
    .addColumn("until_ms", "double precision", (c) => c.notNull())
    .addColumn("synthetic", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("leases_key", ["task", "person"])
    .execute();
  await db.schema.createIndex("leases_person").on("leases").column("person").execute();
  await db.schema
    .createTable("secrets")
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("key", "text", (c) => c.notNull())
    .addColumn("json", "text", (c) => c.notNull())
    .addColumn("until_ms", "double precision")
    .addPrimaryKeyConstraint("secrets_key", ["kind", "key"])
    .execute();
}

const migrations: Readonly<Record<string, Migration>> = {
  "0001-tables": {
    async up(db) {
      await makeTablesOfJournal(db);
      await makeOwnTables(db);
    },
  },
};

/** Brings the tables to what this version wants. Throws `newer-format` when a newer version has changed them. */
export async function migrate(db: Db): Promise<void> {
  const provider = { getMigrations: async () => ({ ...migrations }) };
  const migrator = new Migrator({ db, provider, disableTransactions: true });
  const { error } = await migrator.migrateToLatest();
  if (error instanceof Error && error.message.startsWith("corrupted migrations")) {
    throw new PlauditError("the database was changed by a newer version", {
      code: "newer-format",
      help: "install a newer plaudit",
      cause: error,
    });
  }
  if (error) throw error;
}
