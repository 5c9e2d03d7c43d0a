import { readdirSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { type Browser, newId, type Studio, startStudio } from "../../test/studio.ts";
import { PlauditError } from "../base/index.ts";

const studios: Studio[] = [];
afterEach(async () => {
  for (const studio of studios.splice(0)) await studio.stop();
});
const start = async (...options: Parameters<typeof startStudio>) => {
  const studio = await startStudio(...options);
  studios.push(studio);
  return studio;
};
const send = async (
  browser: Browser,
  body: NonNullable<RequestInit["body"]>,
  query = "name=rows.jsonl",
  headers = {},
) => {
  const response = await browser.request("POST", `/api/import?${query}`, { body, headers, duplex: "half" });
  // biome-ignore lint/suspicious/noExplicitAny: a report or an error
  return { status: response.status, json: (await response.json()) as any };
};
const row = (i: number) => ({ prompt: `p${i}`, completions: ["a", "b"], ranks: [1, 2], annotator: "ada" });
const lines = (rows: readonly unknown[]) => rows.map((each) => `${JSON.stringify(each)}\n`).join("");
const leftovers = ({ project }: Studio) => readdirSync(project).filter((name) => name.startsWith(".upload"));

describe("an import", () => {
  it("takes what can be used, names what cannot, adds nothing twice, and leaves no file behind", async () => {
    const studio = await start();
    const lin = await studio.person("lin");
    const file = `${lines(Array.from({ length: 600 }, (_, i) => row(i)))}{"prompt":\n`;
    const { status, json } = await send(lin, file);
    expect(status).toBe(200);
    expect(json).toMatchObject({ format: "ranking", rows: 601, tasks: 600, judgements: 600, known: 0, badCount: 1 });
    expect(json.bad).toMatchObject([{ line: 601, code: "bad-json" }]);
    expect((await send(lin, file)).json).toMatchObject({ tasks: 600, judgements: 600, known: 1200 });
    expect((await studio.store.counts()).words.judgement).toBe(600);
    expect(leftovers(studio)).toEqual([]);
    const [last] = await studio.store.history({ kinds: ["action"], newestFirst: true, limit: 1 });
    expect(last).toMatchObject({ by: "lin", data: { action: "import", detail: { name: "rows.jsonl", bad: 1 } } });
  });

  const many = (bad: (i: number) => boolean) =>
    lines(Array.from({ length: 1500 }, (_, i) => ({ ...row(i), ...(bad(i) && { ranks: [1] }) })));

  it("says how far it is to who imports, and has a list of all bad rows, for managers", async () => {
    const studio = await start({ mode: "accounts" });
    const [lin, ada] = [await studio.member("lin", "owner"), await studio.member("ada", "annotator")];
    const heard = async (browser: Browser) => {
      const response = await browser.request("GET", "/api/events");
      const texts: string[] = [];
      const writer = new WritableStream<string>({ write: (text) => void texts.push(text) });
      void response.body!.pipeThrough(new TextDecoderStream()).pipeTo(writer);
      return texts;
    };
    const [mine, hers] = [await heard(lin), await heard(ada)];
    const { json } = await send(
      lin,
      many((i) => i % 50 === 7),
    );
    expect(json).toMatchObject({
      rows: 1500,
      tasks: 1470,
      badCount: 30,
      list: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(json.bad).toHaveLength(20);
    expect(json.bad[0]).toMatchObject({ code: "ranks-length", values: { ranks: 1, completions: 2 } });
    await expect.poll(() => mine.join("")).toContain('"rows":1500,"share":1}');
    const [first] = mine.filter((text) => text.includes('"import"'));
    expect(first).toMatch(/^data: \{"type":"import","by":"lin","name":"rows.jsonl","rows":500,"share":0\.3\d*\}/);
    expect(hers.join("")).not.toContain("import");

    const list = await lin.request("GET", `/api/imports/${json.list}/bad-rows`);
    const listed = (await list.text()).trim().split("\n");
    expect(listed.map((line) => JSON.parse(line).line)).toEqual(Array.from({ length: 30 }, (_, i) => 50 * i + 8));
    expect(list.headers.get("content-disposition")).toContain("attachment");
    expect((await ada.call(`GET /api/imports/${json.list}/bad-rows`)).code).toBe("forbidden");
    expect((await lin.call(`GET /api/imports/${"0".repeat(32)}/bad-rows`)).code).toBe("no-list");
    expect((await lin.call("GET /api/imports/..%2f..%2fjournal/bad-rows")).code).toBe("no-list");
    expect((await send(lin, lines([row(1)]))).json.list).toBeNull();
  });

  it("that the database ends half way says what became of it, and the same file again doubles nothing", async () => {
    const studio = await start();
    const lin = await studio.person("lin");
    const { append } = studio.store;
    let calls = 0;
    studio.store.append = (entries) => {
      if (++calls < 3) return append(entries);
      return Promise.reject(new PlauditError(`${studio.project} is locked`, { code: "database-locked" }));
    };
    const cut = await send(
      lin,
      many(() => false),
    );
    expect([cut.status, cut.json.error.code]).toEqual([503, "database-locked"]);
    expect(cut.json.error.message).toBe(
      "the database is busy; the import stopped after some 500 rows; sent again, the file adds what is missing",
    );
    expect((await studio.store.counts()).words.judgement).toBe(500);
    studio.store.append = append;
    expect(
      (
        await send(
          lin,
          many(() => false),
        )
      ).json,
    ).toMatchObject({ judgements: 1500, known: 1000, badCount: 0 });
    expect((await studio.store.counts()).words.judgement).toBe(1500);
    expect(leftovers(studio)).toEqual([]);
  });

  it("that breaks off half way leaves nothing", async () => {
    const studio = await start();
    const lin = await studio.person("lin");
    const before = await studio.store.counts();
    let sent = 0;
    const half = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent++ < 3) controller.enqueue(Buffer.from(lines([row(sent)])));
        else controller.error(new Error("the line is dead"));
      },
    });
    const { status, json } = await send(lin, half);
    expect([status, json.error.code]).toEqual([400, "broken-off"]);
    expect(await studio.store.counts()).toEqual(before);
    expect(leftovers(studio)).toEqual([]);
    expect(studio.logged).toEqual([]);
  });

  it("that is too large, or no file of its kind, says so by the caller's name for it", async () => {
    const studio = await start();
    const lin = await studio.person("lin");
    const large = await send(lin, "x", "name=a.jsonl", { "content-length": String(2 ** 31) });
    expect([large.status, large.json.error.code]).toEqual([413, "too-large"]);
    const broken = await send(lin, "not parquet", "name=rows.parquet");
    expect([broken.status, broken.json.error.code]).toEqual([422, "bad-parquet"]);
    expect(JSON.stringify(broken.json)).not.toContain(studio.project);
    const climbing = await send(lin, lines([row(1)]), `name=${encodeURIComponent("../../x.jsonl")}`);
    expect(climbing.status).toBe(200);
    expect(leftovers(studio)).toEqual([]);
  });

  it("of a journal makes nobody an owner, unless an owner imports it", async () => {
    const studio = await start({ mode: "accounts" });
    const [owner, manager] = [await studio.member("lin", "owner"), await studio.member("ada", "manager")];
    const at = "2026-01-01T00:00:00.000Z";
    const entry = { format: 1, id: newId(), at, by: "lin", kind: "person", data: { name: "ada", role: "owner" } };
    expect((await send(manager, lines([entry]), "format=all")).json).toMatchObject({ badCount: 1 });
    expect((await manager.call("GET /api/people")).code).toBe("forbidden");
    expect((await send(owner, lines([entry]), "format=all")).json).toMatchObject({ badCount: 0 });
    expect((await manager.call("GET /api/people")).status).toBe(200);
  });
});

describe("an export", () => {
  const filled = async () => {
    const studio = await start();
    const lin = await studio.person("lin");
    for (const task of ["t1", "t2"]) {
      await studio.task(task);
      const word = { id: newId(), kind: "judgement", task, seconds: 1, groups: [[1], [0, 2]] };
      await lin.call("POST /api/words", word);
    }
    return { studio, lin };
  };

  it("comes as a file, with pseudonyms unless names are asked for, and stands in the audit", async () => {
    const { studio, lin } = await filled();
    const get = async (query: string) => {
      const response = await lin.request("GET", `/api/export?${query}`);
      return { headers: response.headers, text: await response.text() };
    };
    const { headers, text } = await get("format=rankings");
    expect(headers.get("content-disposition")).toBe('attachment; filename="rankings.jsonl"');
    expect(
      text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { prompt: "Say t1.", ranks: [2, 1, 2], annotator: "person-1" },
      { prompt: "Say t2.", ranks: [2, 1, 2], annotator: "person-1" },
    ]);
    expect((await get("format=rankings&names=yes")).text).toContain('"annotator":"lin"');
    expect((await get("format=preference&file=parquet")).text.slice(0, 4)).toBe("PAR1");
    const actions = await studio.store.history({ kinds: ["action"], newestFirst: true, limit: 1 });
    expect(actions[0]).toMatchObject({ data: { action: "export", detail: { format: "preference", file: "parquet" } } });
  });

  it("of nothing, or of a journal as a table, is refused", async () => {
    const { lin } = await filled();
    expect((await lin.call("GET /api/export?format=sft")).code).toBe("nothing-to-export");
    expect((await lin.call("GET /api/export?format=rankings&by=nobody")).code).toBe("nothing-to-export");
    expect((await lin.call("GET /api/export?format=all&file=parquet")).code).toBe("cannot-convert");
  });

  it("of everything goes into an empty project and comes out as it was", async () => {
    const { lin } = await filled();
    const out = async (browser: Browser) =>
      (await browser.request("GET", "/api/export?format=all&names=yes")).text().then((text) => text.trim().split("\n"));
    const all = await out(lin);
    const other = await start();
    const ada = await other.person("ada");
    expect((await send(ada, `${all.join("\n")}\n`)).json).toMatchObject({
      format: "all",
      tasks: 2,
      judgements: 2,
      badCount: 0,
    });
    expect((await out(ada)).filter((line) => all.includes(line))).toEqual(all);
  });
});

describe("the dashboard", () => {
  it("is made when the journal has grown, once for all who ask meanwhile", async () => {
    const studio = await start({ settings: { overlap: 2 } });
    const [lin, ada] = [await studio.person("lin"), await studio.person("ada")];
    await studio.task("t1");
    const word = { kind: "judgement", task: "t1", seconds: 2, groups: [[2], [0, 1]] };
    for (const browser of [lin, ada]) await browser.call("POST /api/words", { ...word, id: newId() });
    const ask = () => lin.call("GET /api/dashboard");
    const [first, second] = await Promise.all([ask(), ask(), ask(), ask()]);
    expect(first!.json).toMatchObject({ tasks: { done: 1 }, words: { judgement: 2 }, medianSeconds: 2 });
    expect(second!.json).toEqual(first!.json); // made at the same moment: the clock here ticks whenever it is read
    expect((await ask()).json).toEqual(first!.json);
    await studio.task("t2");
    expect((await ask()).json.tasks).toEqual({ open: 1, done: 1, closed: 0 });
  });
});
