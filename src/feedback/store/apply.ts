/** How entries change the tables. Any way of cutting the journal into calls ends with the same tables. */
import { sql } from "kysely";
import { stream } from "../../base/index.ts";
import {
  type Entry,
  type EntryOf,
  isWord,
  type Judgement,
  type JudgementEntry,
  type TaskData,
  type WordEntry,
} from "../entry.ts";
import { meanAgreementOf } from "./agreement.ts";
import { type Db, isPerson, type TaskPart, unknownAgreement, unknownUncertainty } from "./tables.ts";

/** Rows a statement: SQLite takes 32,766 values. */
const rowsAtOnce = 500;
const answers = ["judgement", "demonstration", "conversation"] as const;

interface Placed<E extends Entry = Entry> {
  readonly entry: E;
  readonly seq: number;
}

/**
 * Adds entries whose ids are new, in the order of the journal. `seq` is the place of the first. Returns the tasks that
 * are to be counted anew by {@link recount}: once for all of a long journal, since counting is most of the work.
 */
export async function apply(db: Db, entries: readonly Entry[], seq: number): Promise<string[]> {
  const touched = new Set<string>();
  for (let at = 0; at < entries.length; at += rowsAtOnce) {
    const part = entries.slice(at, at + rowsAtOnce).map((entry, i) => ({ entry, seq: seq + at + i }));
    for (const task of await applyPart(db, part)) touched.add(task);
  }
  return [...touched];
}

async function applyPart(db: Db, placed: readonly Placed[]): Promise<string[]> {
  const rows = placed.map(({ entry, seq }) => ({ seq, id: entry.id, kind: entry.kind, json: JSON.stringify(entry) }));
  await db.insertInto("entries").values(rows).execute();
  const words = placed.filter((each): each is Placed<WordEntry> => isWord(each.entry));
  const newlySynthetic = await applyPeople(db, ofKind(placed, "person"));
  await applyWords(db, words);
  await applyTasks(db, placed);
  return [
    ...words.map(({ entry }) => key(entry.data.task)),
    ...ofKind(placed, "task").map(({ entry }) => key(entry.data.task)),
    ...newlySynthetic,
  ];
}

/** Ids and names as columns: what both databases keep as it is. A NUL ends a text in SQLite and is refused by PostgreSQL. */
export const key = (text: string): string => Buffer.from(text).toString().replaceAll("\0", "\uFFFD");

const ofKind = <K extends Entry["kind"]>(placed: readonly Placed[], kind: K): Placed<EntryOf<K>>[] =>
  placed.filter((each): each is Placed<EntryOf<K>> => each.entry.kind === kind);

/** The last entry about each person counts. Returns the tasks whose counts change because somebody is (not) synthetic. */
async function applyPeople(db: Db, placed: readonly Placed<EntryOf<"person">>[]): Promise<string[]> {
  const touched: string[] = [];
  for (const { entry, seq } of placed) {
    const { data } = entry;
    const [name, synthetic] = [key(data.name), Number(data.synthetic === true)];
    const row = { json: JSON.stringify(data), synthetic, removed: Number(data.removed === true) };
    await db
      .insertInto("people")
      .values({ name, seq, ...row })
      .onConflict((c) => c.column("name").doUpdateSet(row))
      .execute();
    const changed = await db
      .updateTable("words")
      .set({ synthetic })
      .where("person", "=", name)
      .where("synthetic", "!=", synthetic)
      .returning("task")
      .execute();
    touched.push(...changed.map(({ task }) => task));
  }
  return touched;
}

async function applyWords(db: Db, placed: readonly Placed<WordEntry>[]): Promise<void> {
  if (placed.length === 0) return;
  const last = new Map(
    placed.map((each) => [JSON.stringify([key(each.entry.by), key(each.entry.data.task)]), each] as const),
  );
  const names = [...new Set(placed.map(({ entry }) => key(entry.by)))];
  const found = await db
    .selectFrom("people")
    .select("name")
    .where("name", "in", names)
    .where("synthetic", "=", 1)
    .execute();
  const synthetic = new Set(found.map(({ name }) => name));
  const rows = [];
  for (const { entry, seq } of last.values()) {
    const [task, person] = [key(entry.data.task), key(entry.by)];
    const at_ms = Date.parse(entry.at);
    if (entry.kind !== "retraction")
      rows.push({ task, person, seq, kind: entry.kind, at_ms, synthetic: Number(synthetic.has(person)) });
    else await db.deleteFrom("words").where("task", "=", task).where("person", "=", person).execute();
  }
  if (rows.length === 0) return;
  await db
    .insertInto("words")
    .values(rows)
    .onConflict((c) =>
      c.columns(["task", "person"]).doUpdateSet((eb) => ({
        seq: eb.ref("excluded.seq"),
        kind: eb.ref("excluded.kind"),
        at_ms: eb.ref("excluded.at_ms"),
        synthetic: eb.ref("excluded.synthetic"),
      })),
    )
    .execute();
}

/** Tasks, closings and settings in their order. */
async function applyTasks(db: Db, placed: readonly Placed[]): Promise<void> {
  if (!placed.some(({ entry }) => ["task", "close", "settings"].includes(entry.kind))) return;
  const settings = ofKind(placed, "settings").at(-1);
  const overlap = settings?.entry.data.overlap ?? (await projectOverlap(db));
  const tasks = new Map<string, AddedTask>();
  const closedBefore: string[] = [];
  for (const { entry, seq } of placed) {
    if (entry.kind === "task") {
      const id = key(entry.data.task);
      const before = tasks.get(id) ?? { seq, at: entry.at, closed: false };
      tasks.set(id, { ...before, data: entry.data });
    } else if (entry.kind === "close") {
      const id = key(entry.data.task);
      const added = tasks.get(id);
      if (added) tasks.set(id, { ...added, closed: true });
      else closedBefore.push(id);
    }
  }
  await close(db, closedBefore);
  await addTasks(db, tasks, overlap);
  await close(
    db,
    [...tasks].flatMap(([id, { closed }]) => (closed ? [id] : [])),
  );
  if (!settings) return;
  const wanted = sql<number>`coalesce(overlap, ${sql.lit(overlap)})`;
  await db.updateTable("tasks").set({ wanted }).where("wanted", "!=", wanted).execute();
  await settle(db);
}

interface AddedTask {
  readonly seq: number;
  readonly at: string;
  readonly data: TaskData;
  readonly closed: boolean;
}

async function close(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await db.updateTable("tasks").set({ state: "closed" }).where("id", "in", ids).execute();
}

async function projectOverlap(db: Db): Promise<number> {
  const row = await db
    .selectFrom("entries")
    .select("json")
    .where("kind", "=", "settings")
    .orderBy("seq", "desc")
    .executeTakeFirst();
  return row ? (JSON.parse(row.json) as EntryOf<"settings">).data.overlap : 1;
}

/** A task that is there already takes the new data; its place, its time and its being closed stay. */
async function addTasks(db: Db, tasks: ReadonlyMap<string, AddedTask>, projectOverlap: number): Promise<void> {
  if (tasks.size === 0) return;
  const rows = [...tasks].map(([id, { seq, at, data }]) => ({
    ...{ id, seq, at, state: "open" as const, answered: 0, agreement: unknownAgreement },
    json: JSON.stringify(data),
    search: searchable(data),
    part: partOf(data),
    overlap: data.overlap ?? null,
    wanted: data.overlap ?? projectOverlap,
    repeats: data.repeats === undefined ? null : key(data.repeats),
    assigned: Number(data.assigned !== undefined),
    certainty: -(data.uncertainty ?? unknownUncertainty),
    shuffled: stream(0, "order of tasks", data.task).uint32(),
  }));
  const renewed = ["json", "search", "part", "overlap", "wanted", "repeats", "assigned", "certainty"] as const;
  await db
    .insertInto("tasks")
    .values(rows)
    .onConflict((c) =>
      c.column("id").doUpdateSet((eb) => Object.fromEntries(renewed.map((name) => [name, eb.ref(`excluded.${name}`)]))),
    )
    .execute();
  await db
    .deleteFrom("assignments")
    .where("task", "in", [...tasks.keys()])
    .execute();
  const people = [...tasks].flatMap(([task, { data }]) =>
    [...new Set(data.assigned?.map(key))].map((person) => ({ task, person })),
  );
  for (let at = 0; at < people.length; at += rowsAtOnce)
    await db
      .insertInto("assignments")
      .values(people.slice(at, at + rowsAtOnce))
      .execute();
}

const partOf = ({ qualification, gold, repeats }: TaskData): TaskPart =>
  qualification ? "qualification" : gold ? "gold" : repeats === undefined ? "work" : "repeat";

const searchable = ({ prompt, completions }: TaskData): string =>
  key(
    [prompt, ...completions]
      .flatMap((text) => (typeof text === "string" ? [text] : text.map(({ content }) => content)))
      .join("\n")
      .toLowerCase(),
  );

/** How many people have answered, and how much they agree. */
export async function recount(db: Db, tasks: readonly string[]): Promise<void> {
  for (let at = 0; at < tasks.length; at += rowsAtOnce) {
    const ids = tasks.slice(at, at + rowsAtOnce);
    await db
      .updateTable("tasks")
      .set((eb) => ({
        answered: eb
          .selectFrom("words")
          .whereRef("words.task", "=", "tasks.id")
          .where(isPerson)
          .where("kind", "in", answers)
          .select(sql<number>`count(*)`.as("n")),
      }))
      .where("id", "in", ids)
      .execute();
    await settle(db, ids);
    await recompare(db, ids);
  }
}

/** Which tasks are done. */
async function settle(db: Db, ids?: readonly string[]): Promise<void> {
  const state = sql<"open" | "done">`case when answered >= wanted then 'done' else 'open' end`;
  let update = db.updateTable("tasks").set({ state }).where("state", "!=", "closed").where("state", "!=", state);
  if (ids) update = update.where("id", "in", ids);
  await update.execute();
}

async function recompare(db: Db, ids: readonly string[]): Promise<void> {
  const clear = db.updateTable("tasks").set({ agreement: unknownAgreement });
  await clear.where("id", "in", ids).where("agreement", "!=", unknownAgreement).execute();
  const rows = await db
    .selectFrom("tasks")
    .innerJoin("words", "words.task", "tasks.id")
    .innerJoin("entries", "entries.seq", "words.seq")
    .where("tasks.id", "in", ids)
    .where("words.kind", "=", "judgement")
    .where(isPerson)
    .where("tasks.answered", ">", 1)
    .select(["tasks.id", "entries.json"])
    .orderBy("words.seq")
    .execute();
  const judgements = new Map<string, Judgement[]>();
  for (const { id, json } of rows) {
    const { data } = JSON.parse(json) as JudgementEntry;
    judgements.set(id, [...(judgements.get(id) ?? []), data]);
  }
  for (const [id, several] of judgements) {
    const agreement = meanAgreementOf(several) ?? unknownAgreement;
    await db.updateTable("tasks").set({ agreement }).where("id", "=", id).execute();
  }
}
