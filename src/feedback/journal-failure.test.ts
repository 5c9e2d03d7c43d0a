import fs, { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { stream } from "../base/index.ts";
import { type Entry, openJournal, readJournal, ulid } from "./index.ts";

const skip = (n: number): Entry => ({
  format: 1,
  id: ulid(n, stream(0, "failing")),
  at: "2024-01-01T00:00:00Z",
  by: "me",
  kind: "skip",
  data: { task: `t${n}` },
});

/** From now on the disk takes `room` bytes and then none, as a disk that is full does. */
function fill(room: number): void {
  const write = fs.writeSync as (file: number, bytes: Uint8Array, at: number, length: number) => number;
  let left = room;
  vi.spyOn(fs, "writeSync").mockImplementation(((file: number, bytes: Uint8Array, at: number, length: number) => {
    const takes = Math.min(left, length);
    if (takes === 0) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    left -= takes;
    return write(file, bytes, at, takes);
  }) as typeof fs.writeSync);
  syncBuiltinESMExports();
}
function free(): void {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
}
afterEach(free);

it("cuts off what a full disk left of a line, and takes the same entry when there is room again", () => {
  const folder = mkdtempSync(join(tmpdir(), "journal-"));
  const path = join(folder, "journal.jsonl");
  const journal = openJournal(path);
  journal.append([skip(1)]);
  fill(40);
  expect(() => journal.append([skip(2)])).toThrow("the disk is full");
  expect(journal.entries).toEqual([skip(1)]);
  expect(readFileSync(path, "utf8")).toBe(`${JSON.stringify(skip(1))}\n`);
  free();
  expect(journal.append([skip(2)])).toBe(1);
  journal.close();
  expect(readJournal(path)).toEqual([skip(1), skip(2)]);
  rmSync(folder, { recursive: true });
});
