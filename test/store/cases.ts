// What a store promises, whatever database is under it: run over SQLite by test/store.test.ts, over PostgreSQL by
// test/e2e/store-postgres.test.ts.
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Entry, lastWords, openJournal, openStore, readJournal, type Store } from "../../src/feedback/index.ts";
import type { Database } from "../../src/feedback/store/database.ts";
import { entry, judgement, person, retraction, settings, skip, start, task } from "./entries.ts";

/** An empty database; called again for the same folder, the same one. */
export interface Place {
  /** `postgres://…`, or undefined for SQLite in the folder. */
  url(folder: string): Promise<string | undefined>;
  open(folder: string): Promise<Database>;
  /** Histories that the property at the end is tried on. */
  readonly histories: number;
}

export function storeCases(place: Place): void {
  let folder: string;
  let now: number;
  let opened: Store[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "plaudit-store-"));
    now = start + 1e9;
    opened = [];
  });
  afterEach(async () => {
    for (const store of opened) await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const open = async (more: { rebuild?: boolean } = {}, at = folder): Promise<Store> => {
    const store = await openStore(at, { now: () => now, database: await place.url(at), ...more });
    opened.push(store);
    return store;
  };
  const close = async (store: Store) => {
    await store.close();
    opened.splice(opened.indexOf(store), 1);
  };
  const journal = () => join(folder, "journal.jsonl");
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => "resolved",
      (error) => String(error.code ?? error),
    );
  const ids = (entries: readonly { id: string }[]) => entries.map(({ id }) => id);
  const leased = async (store: Store, name: string, count = 1) =>
    (await store.lease(name, count)).map(({ task: { task: id } }) => id);

  /** Every row of every table that follows from the journal. */
  async function dump(at: string): Promise<Record<string, unknown[]>> {
    const database = await place.open(at);
    const rows: Record<string, unknown[]> = {};
    for (const table of ["meta", "entries", "tasks", "assignments", "words", "people"] as const) {
      const found = await database.db.selectFrom(table).selectAll().execute();
      rows[table] = found.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort();
    }
    await database.close();
    return rows;
  }

  it("takes an entry once, however often it is sent, and refuses another one under its id", async () => {
    const store = await open();
    const [first, second] = [judgement("ann", "t1"), judgement("ben", "t1")];
    expect(await store.append([first])).toBe(1);
    expect(await store.append([first, second, second])).toBe(1);
    expect(await codeOf(store.append([{ ...first, by: "eve" } as Entry]))).toBe("id-taken");
    expect(await store.history()).toEqual([first, second]);
    expect(readJournal(journal())).toEqual([first, second]);
  });

  it("takes a call whole or not at all, and calls at the same time do not hurt each other", async () => {
    const store = await open();
    const [one, two, three] = [skip("ann", "t1"), skip("ann", "t2"), skip("ann", "t3")];
    const outcomes = await Promise.all([
      store.append([one]),
      codeOf(store.append([two, { ...one, by: "eve" } as Entry])),
      store.append([three, one]),
      codeOf(store.append([three, { ...three, at: "yesterday" } as Entry])),
    ]);
    expect(outcomes).toEqual([1, "id-taken", 1, "bad-entry"]);
    expect(ids(await store.history())).toEqual(ids([one, three]));
  });

  it("applies on opening what only the journal has, and sets a torn last line aside", async () => {
    const before = await open();
    await before.append([settings(), task("t1")]);
    await close(before);
    const file = openJournal(journal());
    const later = judgement("ann", "t1");
    file.append([later]);
    file.close();
    appendFileSync(journal(), '{"format":1,"id":"01');
    const store = await open();
    expect(store.setAside).toMatch(/journal\.jsonl\.torn-at-\d+$/);
    expect(readFileSync(store.setAside!, "utf8")).toBe('{"format":1,"id":"01');
    expect(await store.words()).toEqual([later]);
    expect((await store.task("t1"))!.answered).toBe(1);
    await store.append([skip("ben", "t1")]);
    expect(readJournal(journal())).toHaveLength(4);
  });

  it("applies before each write what another process wrote to the journal alone", async () => {
    const store = await open();
    await store.append([task("t1")]);
    const file = openJournal(journal());
    const other = judgement("ann", "t1");
    file.append([other]);
    file.close();
    expect(await store.append([other])).toBe(0);
    expect(await store.append([skip("ben", "t1")])).toBe(1);
    expect((await store.words()).map(({ by }) => by)).toEqual(["ann", "ben"]);
  });

  it("refuses a journal that does not go on from the database, and makes the database anew when told so", async () => {
    const store = await open();
    const entries = [task("t1"), judgement("ann", "t1"), judgement("ben", "t1")];
    await store.append(entries);
    await close(store);
    const lines = readFileSync(journal(), "utf8").split("\n");
    writeFileSync(journal(), `${lines[0]}\n${lines[2]}\n`);
    expect(await codeOf(open())).toBe("journal-mismatch");
    const anew = await open({ rebuild: true });
    expect(ids(await anew.history())).toEqual(ids([entries[0]!, entries[2]!]));
    await close(anew);
    writeFileSync(journal(), `${lines[0]}\n${lines[1]!.replace("ann", "eve")}\n`);
    expect(await codeOf(open())).toBe("journal-mismatch");
  });

  it("names the line where a journal is cut in its middle, and changes nothing", async () => {
    const store = await open();
    await store.append([task("t1"), judgement("ann", "t1"), judgement("ben", "t1")]);
    await close(store);
    const text = readFileSync(journal(), "utf8");
    const cut = text.replace(/\n(.{40}).*\n/, "\n$1\n");
    writeFileSync(journal(), cut);
    for (const rebuild of [false, true]) {
      const error = await open({ rebuild }).catch((problem) => problem);
      expect([error.code, error.where]).toEqual(["bad-journal", `${journal()}:2`]);
    }
    expect(readFileSync(journal(), "utf8")).toBe(cut);
    writeFileSync(journal(), text);
    expect(await (await open()).history()).toHaveLength(3);
  });

  it("takes nothing more when the project is gone, and makes no new one in its place", async () => {
    const store = await open();
    await store.append([task("t1")]);
    renameSync(folder, `${folder}-moved`);
    expect(await codeOf(store.append([skip("ann", "t1")]))).toBe("project-gone");
    renameSync(`${folder}-moved`, folder);
    expect(await store.append([skip("ann", "t1")])).toBe(1);
  });

  it("keeps of each person and task the last word, until it is taken back", async () => {
    const store = await open();
    await store.append([task("t1"), task("t2")]);
    const [first, other, edited] = [judgement("ann", "t1"), skip("ben", "t1"), judgement("ann", "t1", [[1], [0]])];
    const written = entry("demonstration", "ben", {
      ...{ task: "t2", prompt: "p", completion: "c", seconds: 1, ui: "test" },
    });
    await store.append([first, other]);
    await store.append([edited]);
    await store.append([written]);
    expect(await store.words()).toEqual([other, edited, written]);
    expect(await store.words({ newestFirst: true, limit: 1 })).toEqual([written]);
    expect(await store.words({ by: "ann" })).toEqual([edited]);
    expect(await store.words({ task: "t1", kinds: ["skip", "judgement"] })).toEqual([other, edited]);
    expect(await store.words({ since: edited.at, until: written.at })).toEqual([edited]);
    expect((await store.task("t1"))!.answered).toBe(1);
    await store.append([retraction("ann", "t1")]);
    expect(await store.words()).toEqual([other, written]);
    expect((await store.task("t1"))!.answered).toBe(0);
    const { words, tasks } = await store.counts();
    expect(words).toEqual({ judgement: 0, demonstration: 1, conversation: 0, skip: 1 });
    expect(tasks).toEqual({ open: 1, done: 1, closed: 0 });
  });

  it("leaves simulated people out, also when that is said only later", async () => {
    const store = await open();
    await store.append([task("t1"), judgement("robot", "t1"), judgement("ann", "t1")]);
    expect((await store.task("t1"))!.answered).toBe(2);
    await store.append([person("robot", { synthetic: true }), person("ann")]);
    expect((await store.task("t1"))!.answered).toBe(1);
    expect((await store.words()).map(({ by }) => by)).toEqual(["ann"]);
    expect((await store.words({ synthetic: true })).map(({ by }) => by)).toEqual(["robot", "ann"]);
    expect(await store.counts()).toMatchObject({ synthetic: 1, people: 1, words: { judgement: 1 } });
    await store.append([person("robot")]);
    expect((await store.task("t1"))!.answered).toBe(2);
    expect((await store.people()).map(({ name }) => name)).toEqual(["robot", "ann"]);
  });

  it("shows tasks by state, by words and by pages; adding one again changes its text and not its place", async () => {
    const store = await open();
    await store.append([settings({ overlap: 2 })]);
    await store.append(["a", "b", "c", "d"].map((id) => task(id)));
    await store.append([
      task("a", { prompt: "Wann öffnet 100 % der Läden?", overlap: 1 }),
      judgement("ann", "a"),
      judgement("ann", "b"),
      entry("close", "owner", { task: "c" }),
    ]);
    const found = async (filter: Parameters<Store["tasks"]>[0]) => (await store.tasks(filter)).map((t) => t.task);
    expect(await found({})).toEqual(["a", "b", "c", "d"]);
    expect(await found({ state: "done" })).toEqual(["a"]);
    expect(await found({ state: "open" })).toEqual(["b", "d"]);
    expect(await found({ state: "closed" })).toEqual(["c"]);
    expect(await found({ text: "ÖFFNET  100 %" })).toEqual(["a"]);
    expect(await found({ text: "八点" })).toEqual(["a", "b", "c", "d"]);
    expect(await found({ text: "1_0" })).toEqual([]);
    expect(await found({ after: "b", limit: 1 })).toEqual(["c"]);
    expect(await store.task("b")).toMatchObject({ wanted: 2, answered: 1, closed: false });
    await store.append([settings({ overlap: 1 })]);
    expect(await found({ state: "done" })).toEqual(["a", "b"]);
  });

  it("finds and counts tasks, and what was said of them, by how their ids begin, to the letter", async () => {
    const store = await open();
    const names = ["组/a1/x", "组/a1/y", "组/a12/x", "组/A1/x", "other/组/a1/x"];
    await store.append(names.map((id) => task(id)));
    const [said, passed] = [judgement("ann", "组/a1/x"), skip("ben", "组/a1/y")];
    await store.append([said, passed, judgement("ann", "组/a12/x"), judgement("bot", "组/A1/x")]);
    await store.append([person("bot", { synthetic: true })]);
    const found = await store.tasks({ under: "组/a1/", newestFirst: true });
    expect(found.map(({ task: id }) => id)).toEqual(["组/a1/y", "组/a1/x"]);
    const page = { under: "组/", newestFirst: true, limit: 1 };
    expect((await store.tasks({ ...page, after: "组/A1/x" })).map(({ task: id }) => id)).toEqual(["组/a12/x"]);
    expect(await store.words({ under: "组/a1/" })).toEqual([said, passed]);
    expect(await store.words({ under: "组_" })).toEqual([]);
    expect(await store.countUnder("组/a1/")).toEqual({ tasks: 2, spokenOf: 2 });
    expect(await store.countUnder("组/A1/")).toEqual({ tasks: 1, spokenOf: 0 });
    await store.append([judgement("cho", "组/a1/x"), retraction("ben", "组/a1/y")]);
    expect(await store.countUnder("组/a1/")).toEqual({ tasks: 2, spokenOf: 1 });
  });

  it("gives everybody the oldest tasks that still want people, and nobody the same twice", async () => {
    const store = await open();
    await store.append([settings({ overlap: 2 }), ...["a", "b", "c"].map((id) => task(id))]);
    expect(await leased(store, "ann", 2)).toEqual(["a", "b"]);
    expect(await leased(store, "ann", 1)).toEqual(["a"]); // those that she holds come first
    expect(await leased(store, "ben", 2)).toEqual(["a", "b"]);
    expect(await leased(store, "eve", 2)).toEqual(["c"]); // two people have a and b
    const holds = async (who: string, id: string) => (await store.heldUntil(who, id)) !== undefined;
    expect([await holds("ann", "a"), await holds("eve", "a")]).toEqual([true, false]);
    await store.append([judgement("ann", "a"), skip("ben", "a")]);
    expect(await holds("ann", "a")).toBe(false);
    expect(await leased(store, "eve", 3)).toEqual(["c", "a"]); // a skip leaves the place free
    await store.release("eve", ["c"]);
    expect(await leased(store, "ben", 3)).toEqual(["b", "c"]);
    await store.release("ben");
    expect([await holds("ben", "b"), await holds("eve", "a")]).toEqual([false, true]);
  });

  it("gives a task to those alone who are to answer it, and no closed one", async () => {
    const store = await open();
    await store.append([task("a", { assigned: ["ann"] }), task("b"), task("c"), entry("close", "o", { task: "b" })]);
    expect(await leased(store, "ben", 3)).toEqual(["c"]);
    expect(await leased(store, "ann", 3)).toEqual(["a"]);
    await store.append([entry("close", "o", { task: "a" })]);
    expect(await leased(store, "ann", 3)).toEqual([]);
  });

  it("ends a lease in its time, also when the clock is put back", async () => {
    const store = await open();
    await store.append([settings({ leaseSeconds: 60 }), task("a")]);
    expect(await store.lease("ann", 1)).toMatchObject([{ until: now + 60_000 }]);
    now += 59_000;
    expect(await leased(store, "ben")).toEqual([]);
    expect(await store.lease("ann", 1)).toMatchObject([{ until: now + 60_000 }]); // who asks again keeps it
    now += 60_000;
    expect(await store.heldUntil("ann", "a")).toBeUndefined();
    expect(await leased(store, "ben")).toEqual(["a"]);
    now -= 1e9;
    expect(await leased(store, "ann")).toEqual([]);
    now += 60_000;
    expect(await leased(store, "ann")).toEqual(["a"]);
    expect(await store.append([judgement("ben", "a")])).toBe(1); // late, and still taken
  });

  it("keeps a task for who is at work on it, also when the time was over and nobody has taken it", async () => {
    const store = await open();
    await store.append([settings({ leaseSeconds: 60 }), task("a"), task("b", { assigned: ["ann"] })]);
    await store.lease("ann", 1);
    now += 59_000;
    expect(await store.renew("ann", "a")).toBe(now + 60_000);
    now += 59_000;
    expect(await leased(store, "ben")).toEqual([]);
    now += 60_000; // over, and still nobody's
    expect(await store.renew("ann", "a")).toBe(now + 60_000);
    expect(await store.heldUntil("ann", "a")).toBe(now + 60_000);
    now += 60_000;
    expect(await leased(store, "ben")).toEqual(["a"]);
    expect(await store.renew("ann", "a")).toBeUndefined();
    expect(await store.renew("ben", "b")).toBeUndefined(); // not his
    expect(await store.renew("ann", "nothing")).toBeUndefined();
    now += 60_000;
    await store.append([judgement("ben", "a")]);
    expect(await store.renew("ann", "a")).toBeUndefined(); // answered by as many as were wanted
    expect(await store.heldUntil("ann", "a")).toBeUndefined();
  });

  it("counts a conversation once, whatever its turns, and finds answers to tasks without them", async () => {
    const store = await open();
    await store.append([task("talk", { type: "converse", completions: [] }), task("t1")]);
    const turns = Array.from({ length: 12 }, (_, i) => judgement("ann", `talk/turn${i}`, [[0], [1], [2]]));
    const said = { task: "talk", messages: [{ role: "user", content: "?" }], seconds: 1, ui: "test" };
    const [first, whole] = [judgement("ann", "t1"), entry("conversation", "ann", said)];
    await store.append([first, ...turns, whole, skip("ann", "t2")]);
    expect(await store.answeredBy("ann")).toBe(2);
    expect((await store.task("talk"))!.answered).toBe(1);
    expect(await store.words({ by: "ann", ofTasks: true, newestFirst: true, limit: 2 })).toEqual([whole, first]);
    expect((await store.counts()).words).toMatchObject({ judgement: 13, conversation: 1 });
    await store.append([retraction("ann", "talk")]);
    expect(await store.answeredBy("ann")).toBe(1);
  });

  it("orders by uncertainty, by dispute, or by chance that is the same for the same state", async () => {
    const store = await open();
    const known = ["a", "b", "c"].map((id, i) => task(id, { uncertainty: [0.2, 0.9, 0.5][i]! }));
    await store.append([settings({ overlap: 3, order: "uncertain" }), task("z"), ...known]);
    expect(await leased(store, "ann", 4)).toEqual(["b", "c", "a", "z"]);
    await store.release("ann");
    await store.append([
      settings({ overlap: 3, order: "disputed" }),
      ...[judgement("p", "a", [[0], [1], [2]]), judgement("q", "a", [[0], [2], [1]])],
      ...[judgement("p", "c", [[0], [1], [2]]), judgement("q", "c", [[2], [1], [0]])],
    ]);
    expect(await leased(store, "ann", 4)).toEqual(["c", "a", "z", "b"]);
    await store.release("ann");
    await store.append([settings({ overlap: 9, order: "random" })]);
    await store.append(Array.from({ length: 30 }, (_, i) => task(`t${i}`)));
    const [ann, ben] = [await leased(store, "ann", 34), await leased(store, "ben", 34)];
    expect(new Set(ann).size).toBe(34);
    expect(ann).not.toEqual(ben);
    await store.release("ann");
    expect(await leased(store, "ann", 34)).toEqual(ann);
  });

  it("gives the qualification test first, and test questions and repetitions at their shares", async () => {
    const store = await open();
    const gold = { groups: [[0], [1], [2]] };
    await store.append([
      settings({ goldShare: 0.2, repeatShare: 0.2 }),
      task("test", { qualification: true, gold }),
      ...Array.from({ length: 60 }, (_, i) => task(`w${i}`)),
      ...Array.from({ length: 20 }, (_, i) => task(`gold${i}`, { gold })),
      ...Array.from({ length: 20 }, (_, i) => task(`again${i}`, { repeats: `w${i}` })),
    ]);
    expect(await leased(store, "ann", 5)).toEqual(["test"]);
    await store.append([judgement("ann", "test")]);
    const given: string[] = [];
    for (let i = 0; i < 60; i++) {
      const [id] = await leased(store, "ann");
      await store.append([judgement("ann", id!)]);
      given.push(id!);
    }
    const share = (prefix: string) => given.filter((id) => id.startsWith(prefix)).length / given.length;
    expect(Math.abs(share("gold") - 0.2)).toBeLessThan(0.11);
    expect(Math.abs(share("again") - 0.18)).toBeLessThan(0.11);
    for (const [i, id] of given.entries()) {
      if (id.startsWith("again")) expect(i - given.indexOf(id.replace("again", "w"))).toBeGreaterThan(10);
    }
    await store.append([judgement("ben", "test")]);
    const ben = await leased(store, "ben", 5); // a test question is for each person, a repetition for who answered
    expect(ben.every((id) => !id.startsWith("again"))).toBe(true);
  }, 60_000);

  it("keeps what two of them write at once, and each sees it", async () => {
    const [one, two] = [await open(), await open()];
    await one.append([task("t")]);
    const writes = Array.from({ length: 40 }, (_, i) => judgement(`p${i}`, "t"));
    await Promise.all(writes.map((word, i) => (i % 2 ? one : two).append([word])));
    expect(ids(readJournal(journal()))).toEqual(ids(await one.history()));
    expect(new Set(ids(await two.history({ kinds: ["judgement"] })))).toEqual(new Set(ids(writes)));
    expect((await two.task("t"))!.answered).toBe(40);
  });

  it("forgets a person: entries, name and, where asked, the tasks that he wrote", async () => {
    const [store, other] = [await open(), await open()];
    await store.append([
      ...[settings(), person("mallory"), person("ann"), task("t1", { assigned: ["mallory", "ann"] })],
      ...[task("own", { prompt: "mallory's secret question" }, "mallory"), task("t2", { source: "file" }, "mallory")],
      ...[judgement("mallory", "t1"), judgement("ann", "t1"), judgement("ann", "own"), judgement("ann", "t2")],
      entry("comment", "mallory", { text: "secret remark" }),
      entry("action", "owner", { action: "invite", detail: { name: "mallory" } }),
    ]);
    await other.lease("mallory", 1);
    expect(await store.forget("mallory")).toBe(3);
    expect((await other.words()).map(({ data }) => data.task)).toEqual(["t1", "own", "t2"]);
    expect((await other.task("t1"))!.answered).toBe(1);
    expect(await other.append([skip("ann", "t3")])).toBe(1);
    const [tombstone] = await other.history({ kinds: ["forgotten"] });
    expect(tombstone!.data).toMatchObject({ entries: 3, person: expect.stringMatching(/^[0-9a-f]{8}$/) });
    expect(readFileSync(journal(), "utf8")).not.toMatch(/"mallory"|secret remark/);

    const again = await open();
    await again.append([task("mine", {}, "mallory"), judgement("ann", "mine")]);
    expect(await again.forget("mallory", { text: true })).toBe(2);
    expect(await other.task("mine")).toBeUndefined();
    for (const store of opened.splice(0)) await store.close();
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), "latin1")).not.toMatch(/"mallory"/);
    const before = await dump(folder);
    await close(await open({ rebuild: true }));
    expect(await dump(folder)).toEqual(before);
  });

  it("finishes a forgetting that was interrupted after the journal was replaced", async () => {
    const store = await open();
    await store.append([task("t1"), judgement("mallory", "t1"), judgement("ann", "t1")]);
    const kept = (await store.history()).filter(({ by }) => by !== "mallory");
    const tombstone = entry("forgotten", "0a1b2c3d", { person: "0a1b2c3d", entries: 1 });
    writeFileSync(journal(), [...kept, tombstone].map((line) => `${JSON.stringify(line)}\n`).join(""));
    expect(await store.append([skip("ben", "t1")])).toBe(1);
    expect((await store.words()).map(({ by }) => by)).toEqual(["ann", "ben"]);
  });

  it("keeps secrets until they expire, outside the journal, through a rebuild", async () => {
    const store = await open();
    await store.secrets.set("session", "b", { name: "Ben 🙂" }, now + 1000);
    await store.secrets.set("session", "a", [1], now + 1000);
    await store.secrets.set("session", "a", [2]);
    await store.secrets.set("key", "a", null);
    await store.rebuild();
    expect(await store.secrets.all("session")).toEqual([
      { key: "a", value: [2] },
      { key: "b", value: { name: "Ben 🙂" } },
    ]);
    now += 1000;
    expect(await store.secrets.get("session", "b")).toBeUndefined();
    await store.secrets.delete("session", "a");
    expect([await store.secrets.all("session"), await store.secrets.get("key", "a")]).toEqual([[], null]);
    expect(readFileSync(journal(), "utf8")).toBe("");
  });

  it("keeps names and ids of any characters", async () => {
    const store = await open();
    const odd = ["a\0b", "lone \ud800", "🙂", "'; drop table tasks; --", "%", " "];
    await store.append([settings({ overlap: 9 }), ...odd.map((id) => task(id, { assigned: odd }))]);
    for (const name of odd) {
      expect((await leased(store, name, 9)).length).toBe(odd.length);
      await store.append(odd.map((id) => judgement(name, id)));
      expect(await store.words({ by: name })).toHaveLength(odd.length);
    }
    expect(await store.tasks({ text: "a\0b" })).toHaveLength(1);
    await store.rebuild();
    expect((await store.tasks()).map(({ answered }) => answered)).toEqual(odd.map(() => odd.length));
  });

  const name = fc.constantFrom("ann", "ben", "eve");
  const id = fc.constantFrom("t1", "t2", "t3", "t4");
  const groups = fc.constantFrom<number[][]>([[0], [1], [2]], [[2], [1], [0]], [[0, 1, 2]], [[1], [0]]);
  const change = fc.oneof(
    fc.tuple(name, id, groups).map(([by, of, order]) => judgement(by, of, order)),
    fc.tuple(name, id).map(([by, of]) => skip(by, of)),
    fc.tuple(name, id).map(([by, of]) => retraction(by, of)),
    fc.tuple(id, fc.option(fc.integer({ min: 1, max: 3 }))).map(([of, n]) => task(of, n ? { overlap: n } : {})),
    fc.tuple(id, fc.subarray(["ann", "ben"])).map(([of, assigned]) => task(of, { assigned })),
    id.map((of) => entry("close", "owner", { task: of })),
    fc.tuple(name, fc.boolean()).map(([who, synthetic]) => person(who, { synthetic })),
    fc.integer({ min: 1, max: 3 }).map((overlap) => settings({ overlap })),
  );

  it("has the same tables however the same journal came in: call by call, at once, or anew", async () => {
    const cut = fc.array(fc.array(change, { minLength: 1, maxLength: 8 }), { maxLength: 8 });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(cut, async (calls) => {
        const at = (part: string) => join(folder, `${part}-${run}`);
        run++;
        const step = await open({}, at("steps"));
        const sent = calls.map((call) => call.map((each) => ({ ...each, id: entry("skip", "x", { task: "x" }).id })));
        for (const call of sent) await step.append(call as Entry[]);
        const all = sent.flat() as Entry[];
        expect(ids(await step.words({ synthetic: true }))).toEqual(ids(lastWords(all)));
        const once = await open({}, at("once"));
        await once.append(all);
        await close(step);
        await close(once);
        const wanted = await dump(at("steps"));
        expect({ ...(await dump(at("once"))) }).toEqual(wanted);
        await close(await open({ rebuild: true }, at("steps")));
        expect(await dump(at("steps"))).toEqual(wanted);
      }),
      { numRuns: place.histories },
    );
  }, 120_000);
}
