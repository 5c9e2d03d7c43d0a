import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { fuzz } from "../../test/fuzz/fuzz.ts";
import { type Browser, host, newId, type Studio, startStudio } from "../../test/studio.ts";
import { forms } from "../feedback/index.ts";
import { ErrorReply, type Route, type RouteName, routes } from "./protocol.ts";
import { readSite } from "./site.ts";

const names = Object.keys(routes) as RouteName[];
const json = { "content-type": "application/json" };

describe("a body", () => {
  let studio: Studio;
  let lin: Browser;
  beforeAll(async () => {
    studio = await startStudio();
    lin = await studio.person("lin");
  });
  afterAll(() => studio.stop());
  const send = async (body: NonNullable<RequestInit["body"]>, headers: Record<string, string> = {}) => {
    const response = await lin.request("POST", "/api/comments", {
      ...{ body, duplex: "half" },
      headers: { ...json, ...headers },
    });
    const reply = ErrorReply.parse(await response.json());
    return { status: response.status, ...reply.error };
  };

  it.each(["", "{", '{"id":}', "[1,2", "\u0000"])("that is not JSON (%j) is refused", async (body) => {
    expect(await send(body)).toMatchObject({ status: 400, code: "bad-json" });
  });

  it("that is not UTF-8 is refused", async () => {
    expect(await send(new Uint8Array([0x22, 0xff, 0x22]))).toMatchObject({ status: 400, code: "bad-json" });
  });

  it("nested too deep is refused before anything walks through it", async () => {
    expect(await send("[".repeat(100_000))).toMatchObject({ status: 400, code: "bad-json" });
    const quoted = JSON.stringify({ id: newId(), text: `[${"[".repeat(1000)}\\"` });
    expect((await lin.request("POST", "/api/comments", { body: quoted, headers: json })).status).toBe(200);
  });

  it("that is too large is refused by what it says of itself, or as soon as it has become so", async () => {
    expect(await send("x", { "content-length": String(2 << 20) })).toMatchObject({ status: 413, code: "too-large" });
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(64 << 10).fill(0x20));
      },
    });
    expect(await send(endless)).toMatchObject({ status: 413, code: "too-large" });
    expect(pulled).toBeLessThan(40); // a limit of 1 MB is 16 pieces
  });

  it("that does not come is not waited for longer than half a minute", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const reply = send(new ReadableStream({ pull: () => new Promise(() => {}) }));
      await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0), { timeout: 5000 });
      vi.advanceTimersByTime(30_000);
      expect(await reply).toMatchObject({ status: 408, code: "too-slow" });
    } finally {
      vi.useRealTimers();
    }
  });

  it("that does not fit is told all that is wrong with it", async () => {
    const refused = await send('{"id":"x","text":"","more":1}');
    expect(refused).toMatchObject({ status: 400, code: "bad-request" });
    expect(refused.problems!.map(({ where }) => where)).toEqual(["body.id", "body.text", "body"]);
  });
});

describe("a request that makes a model compute", () => {
  it("may leave the line silent for longer than others", async () => {
    const studio = await startStudio();
    const { cookie } = await studio.person("lin");
    const waits: number[] = [];
    const env = { incoming: { socket: { setTimeout: (ms: number) => waits.push(ms) } } };
    const ask = (path: string) =>
      studio.server.app.request(`http://${host}${path}`, { headers: { host, cookie } }, env);
    expect((await ask("/api/runs")).status).toBe(200);
    expect(waits).toEqual([]);
    expect((await ask("/v1/models")).status).toBe(200);
    expect((await ask("/api/disagreements?model=none")).status).toBe(404);
    expect(waits).toEqual([1_800_000, 1_800_000]);
    await studio.stop();
  });
});

describe("the pages", () => {
  let studio: Studio;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "plaudit-site-"));
    mkdirSync(join(folder, "dist", "assets"), { recursive: true });
    writeFileSync(join(folder, "secret.txt"), "secret");
    writeFileSync(join(folder, "dist", "index.html"), "<title>studio</title>");
    writeFileSync(join(folder, "dist", "assets", "app-1a2b.js"), "1");
    studio = await startStudio({ site: readSite(join(folder, "dist")) });
  });
  afterAll(async () => {
    await studio.stop();
    rmSync(folder, { recursive: true });
  });
  const get = async (path: string) => {
    const response = await studio.browser().request("GET", path);
    const { headers, status } = response;
    return {
      status,
      text: await response.text(),
      type: headers.get("content-type"),
      cache: headers.get("cache-control"),
    };
  };

  it("come with their types; hashed files are kept for ever, the page is asked for again", async () => {
    expect(await get("/assets/app-1a2b.js")).toEqual({
      ...{
        status: 200,
        text: "1",
        type: "text/javascript; charset=utf-8",
        cache: "public, max-age=31536000, immutable",
      },
    });
    for (const path of ["/", "/index.html", "/tasks/t1", "/people"])
      expect(await get(path)).toMatchObject({ status: 200, text: "<title>studio</title>", cache: "no-cache" });
  });

  it.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/..%5c..%5csecret.txt",
    "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
    "//etc/passwd.txt",
    "/assets/nothing.js",
    "/%00.html",
    "/%",
  ])("no path leads out of their folder: %s", async (path) => {
    expect((await get(path)).text).not.toContain("secret");
    expect([200, 404]).toContain((await get(path)).status);
  });
});

describe("events", () => {
  let studio: Studio;
  afterEach(() => studio.stop());
  /** The events of a stream, as they come. */
  const listen = async (browser: Browser) => {
    const response = await browser.request("GET", "/api/events");
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const next = async (): Promise<unknown> => {
      const { value, done } = await reader.read();
      if (done) return "end";
      return value.startsWith("data: ") ? JSON.parse(value.slice(6)) : next();
    };
    return { next, leave: () => reader.cancel() };
  };

  it("tell of what is written, here and by another process, and end with the session", async () => {
    studio = await startStudio();
    const lin = await studio.person("lin");
    const { next } = await listen(lin);
    await lin.call("POST /api/tasks", {
      tasks: [{ task: "t1", type: "compare", prompt: "?", completions: ["a", "b"] }],
    });
    expect(await next()).toEqual({ type: "tasks" });
    await studio.write("skip", { task: "t1" }, "ada"); // past the server, as the terminal does
    expect(await next()).toEqual({ type: "words", by: "ada", task: "t1" });
    await lin.call("POST /api/sign-out", {});
    expect(await next()).toBe("end");
  });

  it("tell annotators nothing of what others do", async () => {
    studio = await startStudio({ mode: "accounts" });
    const [owner, ada] = [await studio.member("lin", "owner"), await studio.member("ada", "annotator")];
    const [all, own] = [await listen(owner), await listen(ada)];
    await studio.task("t1");
    for (const by of ["lin", "ada"]) await studio.write("skip", { task: "t1" }, by);
    const seen = async (stream: typeof all, count: number) => {
      const events: unknown[] = [];
      while (events.length < count) events.push(await stream.next());
      return events.filter((event) => (event as { type: string }).type === "words");
    };
    expect(await seen(all, 3)).toHaveLength(2);
    expect(await seen(own, 2)).toEqual([{ type: "words", by: "ada", task: "t1" }]);
    await owner.call("PUT /api/people/ada", { removed: true });
    expect(await own.next()).toBe("end");
    await all.leave();
  });
});

describe("managing", () => {
  let studio: Studio;
  let lin: Browser;
  beforeAll(async () => {
    studio = await startStudio();
    lin = await studio.person("lin");
  });
  afterAll(() => studio.stop());
  const task = { task: "t1", type: "compare", prompt: "?", completions: ["a", "b"] };

  it("tasks are added once, all or none", async () => {
    const add = (...tasks: object[]) => lin.call("POST /api/tasks", { tasks });
    expect((await add(task, task)).json).toEqual({ added: 1 });
    expect((await add(task)).json).toEqual({ added: 0 });
    const other = await add({ ...task, task: "t2" }, { ...task, prompt: "!" });
    expect([other.status, other.code]).toEqual([409, "task-taken"]);
    const bad = await add({ ...task, task: "t3" }, { ...task, task: "t4", gold: { groups: [[0, 2]] } });
    expect([bad.status, bad.code, bad.json.error.problems[0].where]).toEqual([422, "bad-task", "body.tasks.1"]);
    expect((await lin.call("GET /api/tasks")).json.map((row: { task: string }) => row.task)).toEqual(["t1"]);
  });

  it("a task's page shows what people said, and the list says where each stands", async () => {
    const word = { id: newId(), kind: "judgement", task: "t1", seconds: 1, groups: [[1], [0]] };
    await lin.call("POST /api/words", word);
    const { json: page } = await lin.call("GET /api/tasks/t1");
    expect(page).toMatchObject({ task, closed: false, wanted: 1, answered: 1, words: [{ by: "lin", word }] });
    expect((await lin.call("GET /api/tasks?state=done&text=?&limit=1")).json).toMatchObject([
      { task: "t1", completions: 2 },
    ]);
    expect((await lin.call("GET /api/tasks/t9")).code).toBe("no-task");
    const [newest] = (await lin.call("GET /api/history?limit=1")).json;
    expect(newest).toMatchObject({ id: word.id, kind: "judgement", summary: "t1: 1 > 0" });
  });

  it("settings are written whole, and the order shown stays what it was", async () => {
    const { json: settings } = await lin.call("GET /api/settings");
    const changed = { ...settings, title: "Village", overlap: 3 };
    expect((await lin.call("PUT /api/settings", changed)).json).toEqual(changed);
    expect((await lin.call("GET /api/me")).json.title).toBe("Village");
    expect((await lin.call("PUT /api/settings", { ...changed, seed: 1 })).code).toBe("seed-in-use");
    expect((await lin.call("PUT /api/settings", { ...changed, form: {} })).code).toBe("bad-request");
  });

  it("a form is checked before it is saved: all that is wrong, where, and nothing is written", async () => {
    const check = async (form: unknown) => (await lin.call("POST /api/forms/check", { form })).json.problems;
    expect(await check({ title: { en: "x" }, comparison: "none" })).toEqual([]);
    const question = { kind: "rating", name: "a", text: { en: "?" }, min: 5, max: 5 };
    const wrong = { title: {}, comparison: "ranking", prompt: [question, question] };
    const found = await check({ ...wrong, title: { en: "x" } });
    expect(found.map(({ where }: { where: string }) => where)).toEqual(["prompt.0", "prompt.1", "prompt.1"]);
    expect((await check(wrong))[0].where).toMatch(/^title/);
    expect(await check(null)).toMatchObject([{ where: "form" }]);
    expect(await studio.store.history({ kinds: ["settings"] })).toHaveLength(2);
  });

  it("the description for other programs has every route", async () => {
    const { json } = await lin.call("GET /api/openapi.json");
    const described = Object.entries(json.paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`),
    );
    expect(described.sort()).toEqual([...names].sort());
    const words = json.paths["/api/words"].post.requestBody.content["application/json"].schema;
    expect(JSON.stringify(words)).toContain("demonstration");
  });
});

describe("a project that is not what it was", () => {
  it("may be deleted as a whole: no route fails by itself, none says where it was, and none makes it anew", async () => {
    const studio = await startStudio();
    const lin = await studio.person("lin");
    await studio.task("t1");
    rmSync(studio.project, { recursive: true });
    for (const name of names.filter((each) => each !== "GET /api/events")) {
      const route: Route = routes[name];
      const call = name.replace(/:\w+/, "t1").replace("GET /api/export", "GET /api/export?format=all");
      const { status, json } = await lin.call(call, route.body && {});
      expect(status, `${name}: ${JSON.stringify(json)}`).not.toBe(500);
      expect(JSON.stringify(json)).not.toContain(studio.project);
    }
    for (const [route, body] of [
      ["POST /api/words", { id: newId(), kind: "judgement", task: "t1", seconds: 1, groups: [[0], [1], [2]] }],
      ["POST /api/comments", { id: newId(), text: "hello?" }],
      ["POST /api/leases", {}],
      ["GET /api/models", undefined],
      ["GET /api/dashboard", undefined],
      ["PUT /api/settings", { form: forms.ranking }],
    ] as const) {
      const { status, code } = await lin.call(route, body);
      expect([route, status, code]).toEqual([route, 503, "project-gone"]);
    }
    expect((await lin.call("GET /v1/models")).code).toBe("project-gone");
    const file = await lin.request("POST", "/api/import?name=rows.jsonl", { body: '{"prompt":"p"}' });
    expect([file.status, ErrorReply.parse(await file.json()).error.code]).toEqual([503, "project-gone"]);
    expect(studio.logged).toEqual([]);
    expect(existsSync(studio.project)).toBe(false);
    await studio.stop();
  });

  it("takes nothing more when its folder is gone, and says so without a path", async () => {
    const studio = await startStudio();
    const lin = await studio.person("lin");
    rmSync(join(studio.project, "journal.jsonl"));
    const { status, code, json } = await lin.call("POST /api/comments", { id: newId(), text: "hello?" });
    expect([status, code]).toEqual([503, "project-gone"]);
    expect(JSON.stringify(json)).not.toContain(studio.project);
    await studio.stop();
  });

  it.each([
    ["database-locked", 503, "the database is busy; nothing was written, try again"],
    ["database-full", 507, "the disk is full; send it again when there is room; nothing is doubled"],
    ["ENOSPC", 507, "the disk is full; nothing was written"],
    ["database-read-only", 503, "the database cannot be written to; nothing was written"],
    ["cannot-write", 503, "the project's folder cannot be written to; nothing was written"],
    ["EROFS", 503, "the project's folder cannot be written to; nothing was written"],
    ["journal-mismatch", 503, "journal and database differ; whoever runs the server has to look at it"],
    ["bad-journal", 503, "the journal is damaged; whoever runs the server has to look at it"],
  ])(
    "whose store fails with %s says so, not where, and takes the same again when that is over",
    async (thrown, status, message) => {
      const studio = await startStudio();
      const lin = await studio.person("lin");
      const { append } = studio.store;
      studio.store.append = () =>
        Promise.reject(Object.assign(new Error(`${studio.project}: ${thrown}`), { code: thrown }));
      const comment = { id: newId(), text: "hello?" };
      const refused = await lin.call("POST /api/comments", comment);
      expect([refused.status, refused.json.error.message]).toEqual([status, message]);
      expect(refused.code).toMatch(/^[a-z-]+$/);
      studio.store.append = append;
      expect((await lin.call("POST /api/comments", comment)).status).toBe(200);
      expect(studio.logged).toEqual([]);
      await studio.stop();
    },
  );

  it("fails with a number that stands in the log, where the mistake is ours", async () => {
    const studio = await startStudio();
    const lin = await studio.person("lin");
    studio.store.counts = () => Promise.reject(new TypeError(`no counts in ${studio.project}`));
    const { status, code, json } = await lin.call("GET /api/dashboard");
    expect([status, code]).toEqual([500, "internal"]);
    const number = /number ([0-9a-f]{12})$/.exec(json.error.message)![1]!;
    expect(studio.logged[0]).toContain(`${number} TypeError: no counts`);
    expect(JSON.stringify(json)).not.toContain(studio.project);
    await studio.stop();
  });
});

describe("whatever is sent", () => {
  it.each(["local", "accounts"] as const)(
    "no route fails by itself, and no reply tells of stacks or of paths (%s)",
    async (mode) => {
      const { requests, failures, statuses } = await fuzz({ mode, requests: 400, seed: 7 });
      expect(failures).toEqual([]);
      expect([requests, (statuses[200] ?? 0) > 50]).toEqual([400, true]);
    },
    120_000,
  );
});
