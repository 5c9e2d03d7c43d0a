import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { clipPair } from "../../../test/clips/labeller-cases.ts";
import { newId, type Studio, startStudio } from "../../../test/studio.ts";
import { clipTasksOf, forms, storeLabeller } from "../../feedback/index.ts";

let studio: Studio;
afterEach(() => studio.stop());

const question = "Which pendulum is held upright better?";
async function start(settings: object = {}, ...pairs: string[]) {
  studio = await startStudio({ form: forms.instructgpt, settings });
  const labeller = storeLabeller(studio.store, { by: "clips-001", question, now: () => studio.clock.now });
  await labeller.ask(pairs.map((id) => clipPair(id)));
  return labeller;
}
const idOf = (pair: string) => clipTasksOf("clips-001") + pair;
const verdict = (pair: string, groups: number[][], more: object = {}) => ({
  ...{ id: newId(), kind: "judgement", task: idOf(pair), seconds: 3, groups },
  ...more,
});

describe("clips in the studio", () => {
  it("are leased with what is drawn of them, and answered whatever form the project has", async () => {
    const labeller = await start({}, "p1", "p2", "p3");
    const lin = await studio.person("lin");
    const { tasks } = (await lin.call("POST /api/leases", { count: 3 })).json;
    expect(tasks[0]).toMatchObject({ task: idOf("p1"), type: "clips", prompt: question, clips: clipPair("p1").clips });
    expect(tasks[0]).not.toHaveProperty("source");
    expect((await lin.call("POST /api/words", verdict("p1", [[1], [0]]))).status).toBe(200);
    expect((await lin.call("POST /api/words", verdict("p2", [[0, 1]]))).status).toBe(200);
    const skip = { id: newId(), kind: "skip", task: idOf("p3"), reason: "cannot-tell" };
    expect((await lin.call("POST /api/words", skip)).status).toBe(200);
    const answers = [
      ["p1", ["right"]],
      ["p2", ["equal"]],
      ["p3", ["cannot-tell"]],
    ] as const;
    expect([...(await labeller.answers())]).toEqual(answers);
    const back = { id: newId(), kind: "retraction", task: idOf("p1") };
    expect((await lin.call("POST /api/words", back)).status).toBe(200);
    expect([...(await labeller.answers())]).toEqual(answers.slice(1));
  });

  it("take no answer that does not compare both, and none of another form", async () => {
    const labeller = await start({}, "p1");
    const lin = await studio.person("lin");
    await lin.call("POST /api/leases", { count: 1 });
    for (const wrong of [
      verdict("p1", [[0]]),
      verdict("p1", []),
      verdict("p1", [[0], [2]]),
      verdict("p1", [[0], [1]], { strength: 2 }),
      verdict("p1", [[0], [1]], { labels: { pii: true } }),
      { id: newId(), kind: "demonstration", task: idOf("p1"), seconds: 1, completion: "left" },
    ])
      expect((await lin.call("POST /api/words", wrong)).code).toBe("wrong-answer");
    expect(await labeller.answers()).toEqual(new Map());
  });

  it("say who asks, how far that is, and how people agree; the run of that name gives budget and status", async () => {
    await start({ overlap: 2 }, "p1", "p2", "p3");
    const [lin, ada] = [await studio.person("lin"), await studio.person("ada")];
    const asking = async (query = "") => (await lin.call(`GET /api/clips${query}`)).json.asking;
    const nobody = { isRun: false, status: null, budget: null };
    expect(await asking()).toEqual({ by: "clips-001", ...nobody, asked: 3, labelled: 0, agreement: null });
    for (const who of [lin, ada]) {
      await who.call("POST /api/leases", { count: 3 });
      await who.call("POST /api/words", verdict("p1", [[0], [1]]));
    }
    await ada.call("POST /api/words", { id: newId(), kind: "skip", task: idOf("p2"), reason: "cannot-tell" });
    const run = join(studio.project, "runs", "clips-001");
    mkdirSync(run, { recursive: true });
    const info = { format: 1, command: "clips", status: "interrupted", step: 1, config: { labels: 400 }, seed: 0 };
    const rest = { versions: {}, datasets: [], parents: [], created: "2026-01-01T00:00:00.000Z" };
    writeFileSync(join(run, "run.json"), JSON.stringify({ ...info, ...rest }));
    const known = { isRun: true, status: "interrupted", budget: 400, asked: 3, labelled: 2 };
    expect(await asking()).toMatchObject({ by: "clips-001", ...known, agreement: { value: 1, pairs: 1 } });
    const { words, people } = (await lin.call("GET /api/dashboard")).json;
    expect([words, people.length]).toMatchObject([{ judgement: 2, skip: 1 }, 2]);

    const other = storeLabeller(studio.store, { by: "elsewhere", question, now: () => studio.clock.now });
    await other.ask([clipPair("q1")]);
    expect(await asking()).toMatchObject({ by: "elsewhere", ...nobody, asked: 1 });
    expect(await asking(`?task=${encodeURIComponent(idOf("p1"))}`)).toMatchObject({ by: "clips-001", asked: 3 });
    expect((await lin.call("GET /api/clips?task=none")).code).toBe("no-task");
  });

  it("nobody has asked in a project without clips", async () => {
    studio = await startStudio();
    await studio.task("t1");
    const lin = await studio.person("lin");
    expect((await lin.call("GET /api/clips")).json).toEqual({ asking: null });
    expect((await lin.call("GET /api/clips?task=t1")).json).toEqual({ asking: null });
  });

  it("are decided where people disagree, and asked again, like other comparisons", async () => {
    const labeller = await start({ repeatShare: 0.5 }, "p1", "p2", "p3", "p4");
    const lin = await studio.person("lin");
    await lin.call("POST /api/leases", { count: 4 });
    for (const pair of ["p1", "p2", "p3", "p4"]) await lin.call("POST /api/words", verdict(pair, [[0], [1]]));
    const tasks = await studio.store.tasks();
    const again = tasks.find(({ repeats }) => repeats !== undefined)!;
    expect(again.clips).toEqual(clipPair("p1").clips);
    const page = await lin.call(`GET /api/clips?task=${encodeURIComponent(again.task)}`);
    expect(page.json.asking).toMatchObject({ by: "clips-001", asked: 4 });
    const decision = { id: newId(), groups: [[1], [0]], seconds: 4 };
    expect((await lin.call(`POST /api/tasks/${encodeURIComponent(idOf("p2"))}/decision`, decision)).status).toBe(200);
    expect((await labeller.answers()).get("p2")).toEqual(["right"]);
  });
});
