import { describe, expect, it } from "vitest";
import { tellSkipped } from "./datasets.ts";

describe("rows that are left out", () => {
  const bad = (line: number) => ({ code: "bad-row", message: "no text", where: `a.jsonl:${line}` });
  const said = (...args: Parameters<typeof tellSkipped> extends [unknown, ...infer R] ? R : never) => {
    const notes: string[] = [];
    tellSkipped({ note: (line) => notes.push(line) }, ...args);
    return notes;
  };
  const rows = [{ text: "x" }, { text: "y" }];

  it("are counted among all of every file, with the first reasons; those that cannot be used are rows too", () => {
    const files = [
      { rows, skipped: [bad(3)] },
      { rows, skipped: [] },
    ];
    expect(said(files, [{ ...bad(1), message: "too long" }])).toEqual([
      "2 of 5 rows are left out (--skip-bad-rows)\n  - a.jsonl:3: no text\n  - a.jsonl:1: too long",
    ]);
  });

  it("are not listed without end", () => {
    const [note] = said([{ rows, skipped: [1, 2, 3, 4, 5].map(bad) }]);
    expect(note!.split("\n")).toHaveLength(5);
    expect(note).toContain("plaudit data check FILE names them all");
  });

  it("are not spoken of where there are none", () => expect(said([{ rows, skipped: [] }])).toEqual([]));
});
