import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type PlauditError, stream } from "../../base/index.ts";
import { type Entry, openStore, ulid } from "../index.ts";
import { openSqlite } from "./sqlite.ts";

const skip: Entry = {
  ...{ format: 1, id: ulid(0, stream(0, "sqlite")), at: "2026-01-01T00:00:00Z", by: "ann" },
  ...{ kind: "skip", data: { task: "t1" } },
};

describe("a project's SQLite file", () => {
  let folder: string;
  const file = () => join(folder, "plaudit.db");
  const open = () => openStore(folder, { now: () => 0 });
  const failure = async (promise: Promise<unknown>): Promise<PlauditError> =>
    promise.then(
      () => expect.unreachable(),
      (error) => error,
    );
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "plaudit-sqlite-"));
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is waited for while another writes, and answers questions meanwhile", async () => {
    const [store, other] = [await open(), await openSqlite(file())];
    let release = () => {};
    const working = other.exclusive(() => new Promise<void>((resolve) => (release = resolve)));
    const written = store.append([skip]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await store.words()).toEqual([]);
    release();
    expect(await written).toBe(1);
    await working;
    await other.close();
    await store.close();
  });

  it("that stays locked is told of, and the next write is taken", async () => {
    const [store, other] = [await open(), await openSqlite(file())];
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    let release = () => {};
    const working = other.exclusive(() => new Promise<void>((resolve) => (release = resolve)));
    const refused = failure(store.append([skip]));
    let code: string | undefined;
    void refused.then((error) => (code = error.code));
    while (code === undefined) {
      await vi.advanceTimersByTimeAsync(100);
      await new Promise(setImmediate);
    }
    expect([code, (await refused).help]).toEqual(["database-locked", expect.stringContaining("wait for it")]);
    release();
    await working;
    expect(await store.append([skip])).toBe(1);
    await other.close();
    await store.close();
  });

  it("that is damaged, or no database, is named with what to do", async () => {
    writeFileSync(file(), "this is a letter, not a database. ".repeat(200));
    const { code, help } = await failure(open());
    expect([code, help]).toEqual(["database-damaged", expect.stringContaining("anew from the journal")]);
  });

  it("of a newer version is refused", async () => {
    await (await open()).close();
    const { db, close } = await openSqlite(file());
    await sql`insert into kysely_migration values ('9999-future', '2099-01-01T00:00:00Z')`.execute(db);
    await close();
    expect((await failure(open())).code).toBe("newer-format");
  });

  it("undoes what a failed transaction has done", async () => {
    const store = await open();
    await store.append([skip]);
    const { db, exclusive, close } = await openSqlite(file());
    const failed = exclusive(async (one) => {
      await one.deleteFrom("entries").execute();
      throw new Error("on purpose");
    });
    expect((await failure(failed)).message).toBe("on purpose");
    expect(await db.selectFrom("entries").selectAll().execute()).toHaveLength(1);
    await close();
    await store.close();
  });
});
