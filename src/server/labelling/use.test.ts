import { afterEach, describe, expect, it } from "vitest";
import { newId, type Studio, startStudio } from "../../../test/studio.ts";

let studio: Studio;
afterEach(() => studio.stop());
const judgement = (task: string, groups: number[][]) => ({ id: newId(), kind: "judgement", task, seconds: 9, groups });

describe("what a task is for", () => {
  const gold = { groups: [[2], [0, 1]], why: "c says it" };

  it("is changed by a manager: a test before the work, a test question, work for one person, work for all", async () => {
    studio = await startStudio();
    for (const task of ["t1", "t2"]) await studio.task(task, { source: "towns.jsonl" });
    const [lin, ada] = [await studio.person("lin"), await studio.person("ada")];
    const leased = async (who = lin) =>
      (await who.call("POST /api/leases", { count: 5 })).json.tasks.map(({ task }: { task: string }) => task);
    const put = (task: string, body: object) => lin.call(`PUT /api/tasks/${task}`, body);

    expect((await put("t2", { use: "qualification", gold })).status).toBe(200);
    expect(await leased()).toEqual(["t2"]);
    expect((await lin.call("POST /api/words", judgement("t2", [[2], [1], [0]]))).json.gold).toEqual({
      ...{ right: true, why: "c says it" },
    });
    await put("t2", { use: "work" });
    expect(await studio.store.task("t2")).toMatchObject({ source: "towns.jsonl" });
    expect(await studio.store.task("t2")).not.toHaveProperty("gold");

    await put("t1", { use: "work", assigned: ["ada"], overlap: 3 });
    expect(await leased()).toEqual([]);
    expect(await leased(ada)).toEqual(["t1"]);
    expect((await studio.store.task("t1"))!.wanted).toBe(3);
    await put("t1", { use: "gold", gold });
    expect(await studio.store.task("t1")).toMatchObject({ gold, wanted: 1 });
    expect((await lin.call("GET /api/tasks/t1/view")).json).not.toHaveProperty("gold");
  });

  it("is not changed to what cannot be answered, nor of a closed task", async () => {
    studio = await startStudio();
    await studio.task("t1");
    const lin = await studio.person("lin");
    const before = await studio.store.task("t1");
    const wrong = [
      { use: "gold" },
      { use: "gold", gold: { groups: [[0], [0]] } },
      { use: "gold", gold: { groups: [[9]] } },
    ];
    for (const body of wrong) expect((await lin.call("PUT /api/tasks/t1", body)).code).toBe("bad-task");
    expect((await lin.call("PUT /api/tasks/nowhere", { use: "work" })).code).toBe("no-task");
    expect(await studio.store.task("t1")).toEqual(before);
    await lin.call("POST /api/tasks/t1/close", {});
    expect((await lin.call("PUT /api/tasks/t1", { use: "work" })).code).toBe("task-closed");
  });

  it("may be to ask again: at the share of the settings, ten answers later, of the person who answered", async () => {
    studio = await startStudio({ settings: { repeatShare: 0.5, overlap: 9 } });
    const tasks = Array.from({ length: 30 }, (_, i) => `t${i}`);
    for (const task of tasks) await studio.task(task);
    const lin = await studio.person("lin");
    const had: string[] = [];
    for (let next: string | undefined; had.length < 45; ) {
      next = (await lin.call("POST /api/leases", { count: 1 })).json.tasks[0]?.task;
      if (next === undefined) break;
      had.push(next);
      await lin.call("POST /api/words", judgement(next, [[0], [1], [2]]));
    }
    const again = had.filter((task) => task.startsWith("again/"));
    expect(again.length).toBeGreaterThan(3);
    expect(new Set(had).size).toBe(had.length);
    for (const task of again) expect(had.indexOf(task) - had.indexOf(task.slice(6))).toBeGreaterThanOrEqual(10);
    expect(await studio.store.task(again[0]!)).toMatchObject({ repeats: again[0]!.slice(6), source: "repetition" });
    const { people } = (await lin.call("GET /api/dashboard")).json;
    expect(people[0].self.value).toBe(1);
  });
});
