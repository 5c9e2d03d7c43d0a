/** Who gets which task next. */
import { sql } from "kysely";
import { stream } from "../../base/index.ts";
import { Settings } from "../entry.ts";
import { key } from "./apply.ts";
import { settings, type TaskRow, taskColumns, taskState } from "./queries.ts";
import type { Lease } from "./store.ts";
import { type Db, isOfTask, type TaskPart } from "./tables.ts";

/** So many other answers lie between a task and its repetition. */
const answersBetween = 10;

/** Seconds; what settings ask for beyond is no moment that a calendar has. */
const longestLease = 366 * 86_400;

const unset = Settings.omit({ form: true }).parse({});
type Rules = Omit<Settings, "form">;

interface Asking {
  readonly db: Db;
  readonly person: string;
  readonly rules: Rules;
}
type Candidate = TaskRow & { readonly id: string };

/** See `Store.lease`. The same state gives the same tasks: what is drawn depends on how many the person has had. */
export async function lease(db: Db, name: string, count: number, now: number): Promise<Lease[]> {
  const { asking, until } = await begin(db, name, now);
  const held = await heldBy(asking);
  const tested = await next(asking, "qualification");
  const testing = tested !== undefined || held.some(({ part }) => part === "qualification");
  const chosen: Candidate[] = held.filter(({ part }) => !testing || part === "qualification").slice(0, count);
  if (chosen.length > 0) {
    const ids = chosen.map(({ id }) => id);
    await db
      .updateTable("leases")
      .set({ until_ms: until })
      .where("person", "=", asking.person)
      .where("task", "in", ids)
      .execute();
  }
  const synthetic = await isSynthetic(asking);
  const before = (await wordsOf(asking)) + held.length - chosen.length;
  while (chosen.length < count) {
    const task = testing ? await next(asking, "qualification") : await draw(asking, before + chosen.length);
    if (!task) break;
    await db
      .insertInto("leases")
      .values({ task: task.id, person: asking.person, until_ms: until, synthetic })
      .execute();
    chosen.push(task);
  }
  return chosen.map((row) => ({ task: taskState(row), until }));
}

/** See `Store.renew`. */
export async function renew(db: Db, name: string, id: string, now: number): Promise<number | undefined> {
  const { asking, until } = await begin(db, name, now);
  const [task, { person }] = [key(id), asking];
  const held = db.updateTable("leases").set({ until_ms: until }).where("task", "=", task).where("person", "=", person);
  if ((await held.executeTakeFirstOrThrow()).numUpdatedRows > 0n) return until;
  const found = await db.selectFrom("tasks").select("part").where("id", "=", task).executeTakeFirst();
  const free = found && (await waiting(asking, found.part).where("tasks.id", "=", task).executeTakeFirst());
  if (!free) return undefined;
  const synthetic = await isSynthetic(asking);
  await db.insertInto("leases").values({ task, person, until_ms: until, synthetic }).execute();
  return until;
}

async function begin(db: Db, name: string, now: number): Promise<{ asking: Asking; until: number }> {
  const rules = (await settings(db)) ?? unset;
  const until = now + 1000 * Math.min(rules.leaseSeconds, longestLease);
  await expire(db, now, until);
  return { asking: { db, person: key(name), rules }, until };
}

/** Ends what has run out. A clock that was put back must not make a lease eternal. */
async function expire(db: Db, now: number, latest: number): Promise<void> {
  await db.deleteFrom("leases").where("until_ms", "<=", now).execute();
  await db.updateTable("leases").set({ until_ms: latest }).where("until_ms", ">", latest).execute();
}

/** This person's leases of tasks that still want an answer of his. */
function heldBy({ db, person }: Asking) {
  return db
    .selectFrom("leases")
    .innerJoin("tasks", "tasks.id", "leases.task")
    .leftJoin("words", (on) => on.onRef("words.task", "=", "tasks.id").on("words.person", "=", person))
    .where("leases.person", "=", person)
    .where("tasks.state", "!=", "closed")
    .where("words.seq", "is", null)
    .select([...taskColumns, "tasks.id", "tasks.part"])
    .orderBy("tasks.seq")
    .execute();
}

async function isSynthetic({ db, person }: Asking): Promise<number> {
  const row = await db.selectFrom("people").select("synthetic").where("name", "=", person).executeTakeFirst();
  return row?.synthetic ?? 0;
}

async function wordsOf({ db, person }: Asking): Promise<number> {
  const n = sql<number | string>`count(*)`.as("n");
  const row = await db.selectFrom("words").select(n).where("person", "=", person).executeTakeFirstOrThrow();
  return Number(row.n);
}

/** A test question or a repetition at their shares, where one is left; else work. */
async function draw(asking: Asking, had: number): Promise<Candidate | undefined> {
  const { goldShare, repeatShare, seed } = asking.rules;
  const rng = stream(seed, "lease", asking.person, had);
  const at = rng.uniform();
  const part = at < goldShare ? "gold" : at < goldShare + repeatShare ? "repeat" : "work";
  const measuring = part === "work" ? undefined : await next(asking, part);
  return measuring ?? nextWork(asking, rng.uint32());
}

/** Tasks that this person may get at all. */
function open({ db, person }: Asking, part: TaskPart) {
  return db
    .selectFrom("tasks")
    .select([...taskColumns, "tasks.id"])
    .where("tasks.part", "=", part)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("words")
            .select("words.seq")
            .whereRef("words.task", "=", "tasks.id")
            .where("words.person", "=", person),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("leases")
            .select("leases.task")
            .whereRef("leases.task", "=", "tasks.id")
            .where("leases.person", "=", person),
        ),
      ),
    )
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        eb("tasks.assigned", "=", 0),
        exists(
          selectFrom("assignments")
            .select("assignments.task")
            .whereRef("assignments.task", "=", "tasks.id")
            .where("assignments.person", "=", person),
        ),
      ]),
    );
}

/** How many people have a task or have answered it. */
const given = sql<number>`tasks.answered + (select count(*) from leases where leases.task = tasks.id and leases.synthetic = 0)`;

/** Those of them that wait for answers. What measures people is for each, unless its own overlap says for how many. */
function waiting(asking: Asking, part: TaskPart) {
  const query = open(asking, part);
  if (part === "work") return query.where("tasks.state", "=", "open").where("tasks.wanted", ">", given);
  return query
    .where("tasks.state", "!=", "closed")
    .where(({ or, eb }) => or([eb("tasks.overlap", "is", null), eb("tasks.overlap", ">", given)]));
}

async function next(asking: Asking, part: Exclude<TaskPart, "work">): Promise<Candidate | undefined> {
  const query = waiting(asking, part).orderBy("tasks.seq").limit(1);
  if (part !== "repeat") return query.executeTakeFirst();
  const { db, person } = asking;
  const recent = db
    .selectFrom("words")
    .select("seq")
    .where("person", "=", person)
    .where(isOfTask)
    .orderBy("seq", "desc");
  const between = await recent
    .offset(answersBetween - 1)
    .limit(1)
    .executeTakeFirst();
  if (!between) return undefined;
  return query
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("words")
          .select("words.seq")
          .whereRef("words.task", "=", "tasks.repeats")
          .where("words.person", "=", person)
          .where("words.kind", "!=", "skip")
          .where("words.seq", "<", between.seq),
      ),
    )
    .executeTakeFirst();
}

async function nextWork(asking: Asking, random: number): Promise<Candidate | undefined> {
  const work = waiting(asking, "work").limit(1);
  switch (asking.rules.order) {
    case "oldest":
      return work.orderBy("tasks.seq").executeTakeFirst();
    case "uncertain":
      return work.orderBy("tasks.certainty").orderBy("tasks.seq").executeTakeFirst();
    case "disputed":
      return work.orderBy("tasks.agreement").orderBy("tasks.seq").executeTakeFirst();
    case "random": {
      const from = work.orderBy("tasks.shuffled").orderBy("tasks.seq");
      return (await from.where("tasks.shuffled", ">=", random).executeTakeFirst()) ?? from.executeTakeFirst();
    }
  }
}
