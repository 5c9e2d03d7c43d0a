// People at work over HTTP, in a small project. `npm run prove -- load` has a hundred of them and 100,000 judgements.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readJournal } from "../../src/feedback/index.ts";
import { underLoad } from "../store/load.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-load-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("twenty annotators each answer every second while somebody watches: all is written and nobody is refused", async () => {
  const size = { judgements: 2000, tasks: 400, annotators: 20, warmupSeconds: 3, seconds: 5 };
  const loaded = await underLoad(folder, { ...size, form: "instructgpt", seed: 1 }, () => {});
  expect(loaded.errors).toEqual([]);
  expect(loaded).toMatchObject({ failed: 0, lease: { count: 100 }, answer: { count: 100 } });
  // What is written is more than what is counted: the warm-up answers too.
  const judgements = readJournal(join(folder, "journal.jsonl")).filter(({ kind }) => kind === "judgement");
  expect(judgements.length).toBeGreaterThanOrEqual(2000 + 100);
  expect(new Set(judgements.map(({ id }) => id)).size).toBe(judgements.length);
  // Far above what it takes here, since other work may share the machine.
  expect(Math.max(loaded.lease.p50, loaded.answer.p50, loaded.dashboard.working.p50)).toBeLessThan(2000);
});
