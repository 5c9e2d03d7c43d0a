import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stream } from "../base/index.ts";
import { type Entry, judgementsOf, openJournal, readJournal, ulid } from "./index.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-"));
  path = join(folder, "journal.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

const entry = (n: number, by = "Greta", task = `t${n}`): Entry => ({
  format: 1,
  id: ulid(1_700_000_000_000 + n, stream(0, "id", by, n)),
  at: "2024-01-01T00:00:00Z",
  by,
  kind: "judgement",
  data: {
    task,
    prompt: "Wo ist 书店？🙂",
    completions: ["a", "b", "c"],
    groups: [[2], [0, 1]],
    order: [1, 0, 2],
    seconds: 3.5,
    ui: "test",
  },
});
const about = (n: number, kind: "skip" | "retraction", task: string): Entry => {
  const { format, id, at, by } = entry(n);
  return { format, id, at, by, kind, data: { task } };
};

describe("the journal", () => {
  it("holds after opening again what it acknowledged, to the byte", () => {
    const journal = openJournal(path);
    expect(journal.append([entry(1), entry(2)])).toBe(2);
    expect(journal.append([entry(3)])).toBe(1);
    journal.close();
    const bytes = readFileSync(path);
    const again = openJournal(path);
    expect(again.entries).toEqual([entry(1), entry(2), entry(3)]);
    expect(again.setAside).toBeUndefined();
    again.close();
    expect(readFileSync(path)).toEqual(bytes);
  });

  it("writes an id once, however often it is asked to", () => {
    const journal = openJournal(path);
    journal.append([entry(1), entry(1)]);
    expect(journal.append([entry(1)])).toBe(0);
    journal.close();
    const again = openJournal(path);
    expect(again.append([entry(1), entry(2)])).toBe(1);
    again.close();
    expect(readFileSync(path, "utf8").trim().split("\n")).toHaveLength(2);
  });

  it("sets a last line aside wherever it was torn, and goes on", () => {
    const whole = `${JSON.stringify(entry(1))}\n`;
    const line = Buffer.from(`${JSON.stringify(entry(2))}\n`);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: line.length - 1 }), (cut) => {
        writeFileSync(path, whole);
        appendFileSync(path, line.subarray(0, cut));
        expect(readJournal(path)).toEqual([entry(1)]);
        const journal = openJournal(path);
        expect(journal.entries).toEqual([entry(1)]);
        expect(journal.setAside).toMatch(/journal\.jsonl\.torn-at-\d+$/);
        expect(readFileSync(journal.setAside!)).toEqual(line.subarray(0, cut));
        journal.append([entry(3)]);
        journal.close();
        expect(readJournal(path)).toEqual([entry(1), entry(3)]);
      }),
      { numRuns: 15 },
    );
  });

  it("names every bad line before the last one, and changes nothing", () => {
    const text = `${JSON.stringify(entry(1))}\n{"format":1}\nnot json\n${JSON.stringify(entry(2))}\n`;
    writeFileSync(path, text);
    expect(() => openJournal(path)).toThrow(
      expect.objectContaining({
        code: "bad-journal",
        where: `${path}:2`,
        problems: [expect.objectContaining({ where: `${path}:2` }), expect.objectContaining({ where: `${path}:3` })],
      }),
    );
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it("refuses a newer format by name", () => {
    writeFileSync(path, `${JSON.stringify({ ...entry(1), format: 2 })}\n`);
    expect(() => readJournal(path)).toThrow(expect.objectContaining({ code: "newer-format" }));
  });

  it("refuses an entry that contradicts itself before anything is written", () => {
    const journal = openJournal(path);
    const bad = entry(1);
    if (bad.kind === "judgement") bad.data.groups = [[0], [0, 7]];
    expect(() => journal.append([entry(2), bad])).toThrow(/twice or one that is not there/);
    journal.close();
    expect(readFileSync(path, "utf8")).toBe("");
  });

  it("is not made by reading it", () => {
    expect(readJournal(path)).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });
});

describe("what counts", () => {
  it("is the last word of each person on each task", () => {
    const first = entry(1, "Greta", "t");
    const second = entry(2, "Greta", "t");
    const other = entry(3, "Hugo", "t");
    expect(judgementsOf([first, other, second])).toEqual([other, second]);
    expect(judgementsOf([first, about(4, "retraction", "t")])).toEqual([]);
    expect(judgementsOf([first, about(4, "skip", "t")])).toEqual([]);
    expect(judgementsOf([about(4, "retraction", "t"), first])).toEqual([first]);
  });
});

describe("a ULID", () => {
  it("sorts by time and holds it", () => {
    expect(ulid(1469918176385, stream(0, "a")).slice(0, 10)).toBe("01ARYZ6S41"); // the specification's own example
    expect(ulid(1000, stream(0, "z")) < ulid(1001, stream(0, "a"))).toBe(true);
    expect(ulid(5, stream(0, "a"))).not.toBe(ulid(5, stream(0, "b")));
  });
});
