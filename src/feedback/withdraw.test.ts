import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { judgement, settings, task } from "../../test/store/entries.ts";
import { openStore } from "./store/open.ts";
import { withdrawTasks } from "./withdraw.ts";

it("closes what waits under a prefix alone, once, and leaves what was said", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plaudit-withdraw-"));
  const now = () => Date.UTC(2026, 0, 2);
  const store = await openStore(folder, { now });
  const tasks = ["clips/a/1", "clips/a/2", "clips/a/3", "clips/ab/1", "t1"];
  await store.append([settings({ overlap: 2 }), ...tasks.map((id) => task(id))]);
  const said = [judgement("ada", "clips/a/1"), judgement("bob", "clips/a/1"), judgement("ada", "clips/a/2")];
  await store.append(said);
  const withdrawn = { under: "clips/a/", by: "a", now };
  expect(await withdrawTasks(store, withdrawn)).toBe(2);
  expect(await withdrawTasks(store, withdrawn)).toBe(0);
  const states = (await store.tasks()).map(({ task, closed }) => [task, closed]);
  expect(states).toEqual(tasks.map((id) => [id, id === "clips/a/2" || id === "clips/a/3"]));
  expect((await store.words()).map(({ id }) => id)).toEqual(said.map(({ id }) => id));
  expect((await store.lease("cho", 9)).map((lease) => lease.task.task)).toEqual(["clips/ab/1", "t1"]);
  await store.close();
  rmSync(folder, { recursive: true });
});
