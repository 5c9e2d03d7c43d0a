import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { stream } from "../base/index.ts";
import { type Entry, openJournal, readJournal, ulid } from "./index.ts";

const disk = vi.hoisted(() => ({ full: false }));
vi.mock("../files/index.ts", async (original) => {
  const files = await original<typeof import("../files/index.ts")>();
  const openJsonl: typeof files.openJsonl = (path, length) => {
    const writer = files.openJsonl(path, length);
    const append = (...values: unknown[]) => {
      if (!disk.full) return writer.append(...values);
      appendFileSync(path, JSON.stringify(values[0]).slice(0, 40));
      throw new Error("disk full");
    };
    return Object.defineProperty({ ...writer, append }, "length", { get: () => writer.length });
  };
  return { ...files, openJsonl };
});

const skip = (n: number): Entry => ({
  format: 1,
  id: ulid(n, stream(0, "failing")),
  at: "2024-01-01T00:00:00Z",
  by: "me",
  kind: "skip",
  data: { task: `t${n}` },
});

it("cuts off what a full disk left of a line, and takes the same entry when there is room again", () => {
  const folder = mkdtempSync(join(tmpdir(), "journal-"));
  const path = join(folder, "journal.jsonl");
  const journal = openJournal(path);
  journal.append([skip(1)]);
  disk.full = true;
  expect(() => journal.append([skip(2)])).toThrow("disk full");
  expect(journal.entries).toEqual([skip(1)]);
  expect(readFileSync(path, "utf8")).toBe(`${JSON.stringify(skip(1))}\n`);
  disk.full = false;
  expect(journal.append([skip(2)])).toBe(1);
  journal.close();
  expect(readJournal(path)).toEqual([skip(1), skip(2)]);
  rmSync(folder, { recursive: true });
});
