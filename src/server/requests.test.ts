import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { type Browser, host, newId, type Studio, startStudio } from "../../test/studio.ts";
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
  it("takes nothing more when its folder is gone, and says so without a path", async () => {
    const studio = await startStudio();
    const lin = await studio.person("lin");
    rmSync(join(studio.project, "journal.jsonl"));
    const { status, code, json } = await lin.call("POST /api/comments", { id: newId(), text: "hello?" });
    expect([status, code]).toEqual([503, "project-gone"]);
    expect(JSON.stringify(json)).not.toContain(studio.project);
    await studio.stop();
  });

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
  /** A value that fits a schema more or less, for a fuzzer: by its JSON Schema, with wrong turns. */
  const near = (schema: Json, depth = 0): fc.Arbitrary<unknown> => {
    const right = (): fc.Arbitrary<unknown> => {
      const one = schema.anyOf ?? schema.oneOf;
      if (one) return fc.oneof(...one.map((each) => near(each, depth + 1)));
      if (schema.const !== undefined) return fc.constant(schema.const);
      if (schema.enum) return fc.constantFrom(...schema.enum);
      if (schema.pattern?.startsWith("^[0-7]"))
        return fc.constantFrom("01HQ0000000000000000000000", "7".repeat(26), "8");
      if (schema.type === "object" && schema.properties)
        return fc.record(
          Object.fromEntries(Object.entries(schema.properties).map(([k, each]) => [k, near(each, depth + 1)])),
          {
            requiredKeys: schema.required ?? [],
          },
        );
      if (schema.type === "array" && schema.items) return fc.array(near(schema.items, depth + 1), { maxLength: 4 });
      if (schema.type === "integer") return fc.integer({ min: -2, max: 9 });
      if (schema.type === "number") return fc.double();
      if (schema.type === "boolean") return fc.boolean();
      return fc.constantFrom("t1", "lin", "2026-01-01T00:00:00Z", "", "小林", "a\u0000", "__proto__", "x".repeat(300));
    };
    if (depth > 5) return fc.constant(null);
    return fc.oneof({ weight: 12, arbitrary: right() }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) });
  };
  interface Json {
    readonly type?: string;
    readonly anyOf?: readonly Json[];
    readonly oneOf?: readonly Json[];
    readonly const?: unknown;
    readonly enum?: readonly unknown[];
    readonly pattern?: string;
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: string[];
    readonly items?: Json;
  }
  const schemaOf = (schema: z.ZodType | undefined): Json =>
    schema ? (z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" }) as Json) : {};

  it("no route fails by itself, and no reply tells of stacks or of paths here", async () => {
    const studio = await startStudio({ settings: { overlap: 5 } });
    try {
      await studio.task("t1");
      const callable = names.filter((name) => name !== "GET /api/events");
      const requests = callable.map((name) => {
        const route: Route = routes[name];
        return fc.tuple(fc.constant(name), near(schemaOf(route.query)), near(schemaOf(route.body)), fc.boolean());
      });
      const lin = await studio.person("lin");
      const stranger = studio.browser();
      await fc.assert(
        fc.asyncProperty(fc.oneof(...requests), async ([name, query, body, known]) => {
          const rest = new URLSearchParams();
          const [method = "", path = ""] = name.split(" ");
          const given = { ...(query as object) } as Record<string, unknown>;
          const filled = path.replace(/:(\w+)/g, (_, key) => {
            const value = encodeURIComponent(wellFormed(given[key])) || "t1";
            delete given[key];
            return value;
          });
          for (const [key, value] of Object.entries(given)) rest.append(key, wellFormed(value));
          const browser = known ? lin : stranger;
          const before = browser.cookie;
          const response = await browser.request(method, `${filled}?${rest}`, {
            headers: { ...json, origin: "http://127.0.0.1:7777" },
            ...(method !== "GET" && { body: JSON.stringify(body) ?? "" }),
          });
          browser.cookie = before && (await stillOpen(browser)) ? browser.cookie : (await studio.person("lin")).cookie;
          if (!known) browser.cookie = "";
          const text = await response.text();
          expect(response.status, text).not.toBe(500);
          if (response.status >= 400) ErrorReply.parse(JSON.parse(text));
          for (const leak of [studio.project, "node_modules", ".ts:", "    at "]) expect(text).not.toContain(leak);
          expect(studio.logged).toEqual([]);
        }),
        { numRuns: 300, seed: 7 },
      );
    } finally {
      await studio.stop();
    }
  }, 120_000);
  const wellFormed = (value: unknown) =>
    Buffer.from(typeof value === "object" ? JSON.stringify(value) : String(value)).toString();
  const stillOpen = async (browser: Browser) => (await browser.call("GET /api/settings")).status === 200;
});
