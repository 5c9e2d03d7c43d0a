import { expect, it } from "vitest";
import { createDashboards } from "./dashboards.ts";

/** A project that grows whenever it is asked how large it is, and reports that are made when the test says so. */
function growing() {
  const made: (() => void)[] = [];
  let [bytes, size, clock] = [0, 0, 0];
  const reports = {
    dashboard: () => {
      const tasks = { open: ++size, done: 0, closed: 0 };
      return new Promise((resolve) => made.push(() => resolve({ tasks })));
    },
    close: () => {},
  };
  const kept = new Map<string, unknown>();
  const secrets = {
    get: async (_: string, key: string) => kept.get(key),
    set: async (_: string, key: string, value: unknown) => void kept.set(key, value),
  };
  const store = { counts: async () => ({ journalBytes: ++bytes }), secrets };
  const start = () => createDashboards(store as never, () => clock++, reports as never);
  let dashboards = start();
  const restart = () => {
    dashboards = start();
  };
  const finish = async () => {
    while (made.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    made.shift()!();
  };
  return { ask: () => dashboards.get(false), finish, restart, count: () => size };
}

it("waits for the first, then shows the last one, called so, while a newer one takes long", async () => {
  const { ask, finish } = growing();
  const first = ask();
  await finish();
  expect(await first).toMatchObject({ tasks: { open: 1 }, current: true });
  const second = await ask();
  expect(second).toMatchObject({ tasks: { open: 1 }, current: false, at: (await first).at });
  await finish();
  const third = ask();
  await finish();
  expect(await third).toMatchObject({ tasks: { open: 3 }, current: true });
});

it("makes one for all who ask while another is being made, and gives them the first of all meanwhile", async () => {
  const { ask, finish, count } = growing();
  const first = ask();
  const later = [ask(), ask(), ask()];
  await finish();
  expect(await first).toMatchObject({ tasks: { open: 1 }, current: true });
  for (const each of later) expect(await each).toMatchObject({ tasks: { open: 1 }, current: false });
  await finish();
  expect(count()).toBe(2);
});

it("shows the last one before a restart while the first after it is made", async () => {
  const { ask, finish, restart } = growing();
  const first = ask();
  await finish();
  const { at } = await first;
  restart();
  expect(await ask()).toMatchObject({ tasks: { open: 1 }, at, current: false });
  await finish();
});
