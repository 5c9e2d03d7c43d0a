// What goes out comes in again, byte by byte; and what was not said is not written.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type Rng, stream } from "../../base/index.ts";
import {
  Entry,
  exportContent,
  forms,
  importInto,
  importRows,
  journalLines,
  openStore,
  type Settings,
  type SourceRow,
  ulid,
} from "../index.ts";

const folder = mkdtempSync(join(tmpdir(), "exchange-"));
afterAll(() => rmSync(folder, { recursive: true }));

const texts = ["", "Wo ist 书店？🙂", 'quotes " and \\ and \u2028', "plain", "line\nbreak"];
/** Any kind of entry, with any of its optional parts. */
function entryOf(rng: Rng, n: number): Entry {
  const text = () => rng.pick(texts);
  const maybe = <T extends object>(value: () => T): T | object => (rng.integer(2) ? value() : {});
  const message = () => ({
    role: rng.pick(["user", "assistant"]),
    content: text(),
    ...maybe(() => ({ name: text() })),
  });
  const content = () => (rng.integer(2) ? text() : [message(), message()]);
  const task = `t${rng.integer(4)}`;
  const by = rng.pick(["Anna", "Bert", "小林", "person-2"]);
  const given = () => ({ seconds: rng.integer(900) / 7, ui: "studio", ...maybe(() => ({ note: text() })) });
  const comparison = () => ({
    ...{ task, prompt: content(), completions: [content(), content(), content()], order: [2, 0, 1], ...given() },
    groups: rng.pick([[[0], [1, 2]], [], [[2]]]),
    ...maybe(() => ({ labels: { "2": text(), pii: true, a: null }, flags: { harm: [true, null, "n.a."] } })),
    ...maybe(() => ({ ratings: { overall: [1, null, 6.5] }, strength: 1 + rng.integer(4) })),
    ...maybe(() => ({ model: "m", policyVersion: 3, scores: [0.1, -1e-9, 1e21] })),
  });
  const settings = {
    form: rng.pick(Object.values(forms)),
    ...maybe(() => ({ title: "书店", overlap: 3 })),
  } as Settings;
  const made = rng.pick([
    { kind: "judgement", data: comparison() },
    { kind: "demonstration", data: { task, prompt: content(), completion: content(), ...given() } },
    { kind: "conversation", data: { task, messages: [message()], ...given(), ...maybe(() => ({ rating: 3 })) } },
    { kind: "skip", data: { task, ...maybe(() => ({ reason: text() })) } },
    { kind: "retraction", data: { task } },
    { kind: "comment", data: { task, text: "why?" } },
    {
      kind: "task",
      data: {
        ...{ task, type: "compare", prompt: content(), completions: ["a", "b"] },
        ...maybe(() => ({ assigned: ["Bert", "Carl"], gold: { groups: [[1], [0]], why: text() }, overlap: 2 })),
      },
    },
    { kind: "close", data: { task } },
    { kind: "settings", data: settings },
    {
      kind: "person",
      data: { name: by, role: "annotator", ...maybe(() => ({ display: "A. Name", synthetic: true })) },
    },
    { kind: "action", data: { action: "export", detail: { rows: 3, by: "Anna" } } },
    { kind: "forgotten", data: { person: "8f3a", entries: 2 } },
  ]);
  const at = new Date(1_700_000_000_000 + n * 1000).toISOString();
  return Entry.parse({ format: 1, id: ulid(1_700_000_000_000 + n, stream(n, "id")), at, by, ...made });
}
const journal = (seed: number, length: number) =>
  Array.from({ length }, (_, n) => entryOf(stream(seed, "journal", n), n));

const rowsOf = (lines: Iterable<string>): SourceRow[] =>
  [...lines].map((text, i) => ({ line: i + 1, value: JSON.parse(text) }));
async function imported(lines: Iterable<string>): Promise<Entry[]> {
  const entries: Entry[] = [];
  const options = { format: "auto", name: "journal.jsonl", now: 0, by: "import" } as const;
  for await (const each of importRows(rowsOf(lines), options)) {
    if ("bad" in each) throw new Error(`${each.bad.line}: ${each.bad.message}`);
    entries.push(each.entry);
  }
  return entries;
}

describe("the whole journal", () => {
  it("is the same bytes after a round trip, with names and without", async () => {
    const cases = fc.record({ seed: fc.nat(), length: fc.integer({ min: 1, max: 30 }), names: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(cases, async ({ seed, length, names }) => {
        const out = [...journalLines(journal(seed, length), { names })];
        const again = [...journalLines(await imported(out), { names })];
        expect(again).toEqual(out);
      }),
    );
  });

  it("with names is the journal itself", () => {
    const entries = journal(5, 200);
    expect([...journalLines(entries, { names: true })]).toEqual(entries.map((entry) => JSON.stringify(entry)));
  });

  it("without names has none, and no audit", () => {
    const entries = journal(7, 300).filter(({ kind }) => kind !== "settings");
    const out = [...journalLines(entries)].join("\n");
    expect(out).not.toMatch(/Anna|Bert|小林|Carl|A\. Name|"action"/);
    // Somebody who is called like a pseudonym gets one of his own.
    const people = new Set([...out.matchAll(/"by":"([^"]+)"/g)].map((match) => match[1]));
    expect([...people].sort()).toEqual(
      ["person-1", "person-2", "person-3", "person-4", "person-5"].slice(0, people.size),
    );
  });
});

describe("a project", () => {
  const bytesOf = async (project: string, names: boolean) => {
    const store = await openStore(project, { now: () => 0 });
    const { chunks } = await exportContent(store, { format: "all", file: "jsonl", names });
    const bytes = Buffer.concat([...chunks]).toString();
    await store.close();
    return bytes;
  };
  const importing = async (project: string, rows: SourceRow[], now = 0) => {
    const store = await openStore(project, { now: () => now });
    try {
      return await importInto(store, rows, { format: "auto", name: "file", now, by: "import" });
    } finally {
      await store.close();
    }
  };

  it("exported, imported into an empty one and exported again gives the same bytes", async () => {
    const first = join(folder, "first");
    const store = await openStore(first, { now: () => 0 });
    await store.append(journal(11, 600));
    await store.close();
    for (const names of [true, false]) {
      const out = await bytesOf(first, names);
      const second = join(folder, `second-${names}`);
      const report = await importing(second, rowsOf(out.trimEnd().split("\n")));
      expect(report).toMatchObject({ format: "all", rows: out.split("\n").length - 1, badCount: 0, known: 0 });
      expect(await bytesOf(second, names)).toBe(out);
    }
  });

  it("gets nothing twice from a file that is imported again, later", async () => {
    const project = join(folder, "twice");
    const rows: SourceRow[] = Array.from({ length: 700 }, (_, i) => ({
      line: i + 1,
      value: { prompt: `Q${i % 500}`, completions: ["a", "b"], ranks: [1, 1 + (i % 2)] },
    }));
    const first = await importing(project, rows, 1_700_000_000_000);
    expect(first).toMatchObject({ format: "ranking", rows: 700, tasks: 500, judgements: 700, known: 0 });
    const before = await bytesOf(project, true);
    const second = await importing(project, rows, 1_800_000_000_000);
    expect(second).toMatchObject({ tasks: 500, judgements: 700, known: 1200 });
    expect(await bytesOf(project, true)).toBe(before);
  });

  it("keeps the first twenty bad rows and counts them all", async () => {
    const rows: SourceRow[] = Array.from({ length: 50 }, (_, i) =>
      i % 2
        ? { line: i + 1, problem: { code: "bad-json", message: "not JSON" } }
        : { line: i + 1, value: { prompt: "Q", completions: [`${i}`, "b"] } },
    );
    const report = await importing(join(folder, "bad"), rows);
    expect(report).toMatchObject({ rows: 50, tasks: 25, badCount: 25 });
    expect(report.bad).toHaveLength(20);
    expect(report.bad[19]).toEqual({ line: 40, code: "bad-json", message: "not JSON" });
  });

  it("in which nobody said anything gives no empty file", async () => {
    const store = await openStore(join(folder, "empty"), { now: () => 0 });
    const nothing = exportContent(store, { format: "rankings", file: "jsonl" });
    await expect(nothing).rejects.toMatchObject({ code: "nothing-to-export" });
    const table = exportContent(store, { format: "all", file: "parquet" });
    await expect(table).rejects.toMatchObject({ code: "cannot-convert" });
    await store.close();
  });
});
