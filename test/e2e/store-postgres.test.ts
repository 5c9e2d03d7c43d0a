// The store's promises once more, over PostgreSQL.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openStore, type Store } from "../../src/feedback/index.ts";
import { openPostgres } from "../../src/feedback/store/postgres.ts";
import { labellerCases } from "../clips/labeller-cases.ts";
import { storePlace } from "../clips/store-place.ts";
import { storeCases } from "../store/cases.ts";
import { judgement, settings, task } from "../store/entries.ts";
import { missing, type Server, startServer } from "../store/postgres.ts";
import { surviveKills } from "../store/processes.ts";

describe.skipIf(missing)(`a store over PostgreSQL${missing ? ` (${missing})` : ""}`, () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server?.stop());

  const urls = new Map<string, Promise<string>>();
  const url = (folder: string) => {
    const known = urls.get(folder) ?? server.create();
    urls.set(folder, known);
    return known;
  };
  storeCases({ url, open: async (folder) => openPostgres(await url(folder)), histories: 3 });

  it("is asked for by name in a project that has one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plaudit-store-"));
    const store = await openStore(folder, { now: Date.now, database: await server.create() });
    const error = await openStore(folder, { now: Date.now }).catch((problem) => problem);
    expect(error.code).toBe("database-needed");
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it("says so when no server answers", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plaudit-store-"));
    const database = `postgres://nobody@localhost/none?host=${encodeURIComponent(folder)}`;
    const error = await openStore(folder, { now: Date.now, database }).catch((problem) => problem);
    expect(error.code).toBe("database-unreachable");
    rmSync(folder, { recursive: true });
  });
});

describe.skipIf(missing)(`a labeller over PostgreSQL${missing ? ` (${missing})` : ""}`, () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server?.stop());

  let folder: string;
  let database: string;
  let store: Store;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "plaudit-labeller-"));
    database = await server.create();
    store = await openStore(folder, { now: Date.now, database });
    await store.append([settings()]);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const reopen = async () => {
    await store.close();
    store = await openStore(folder, { now: Date.now, database });
  };
  labellerCases(() => storePlace(() => store, reopen, Date.now));
});

const foreign = missing ?? (process.env.PLAUDIT_TEST_POSTGRES && "another's server is not ours to kill");

describe.skipIf(foreign)(`a PostgreSQL that is killed${foreign ? ` (${foreign})` : ""}`, () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server?.stop());

  it("loses nothing when writers and server are killed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plaudit-store-"));
    const restart = () => server.crash();
    const survived = await surviveKills(folder, { kills: 3, seed: 2, url: await server.create(), restart });
    expect(survived).toMatchObject({ lost: 0, doubled: 0, equal: true });
    expect(survived.acknowledged).toBeGreaterThan(3);
    rmSync(folder, { recursive: true });
  });

  it("goes on by itself when the server comes back", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plaudit-store-"));
    const store = await openStore(folder, { now: Date.now, database: await server.create() });
    await store.append([task("t1")]);
    await server.crash();
    const word = judgement("ann", "t1");
    const first = await store.append([word]).catch((error) => error.code);
    expect([1, "database-unreachable"]).toContain(first);
    await store.append([word]);
    expect(await store.words()).toEqual([word]);
    await store.close();
    rmSync(folder, { recursive: true });
  });
});
