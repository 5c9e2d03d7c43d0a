import { afterEach, describe, expect, it } from "vitest";
import { newId, type Studio, type StudioOptions, startStudio } from "../../../test/studio.ts";
import { forms } from "../../feedback/index.ts";
import { isRight } from "./qualification.ts";

let studio: Studio;
afterEach(() => studio.stop());
const start = async (options: StudioOptions = {}) => {
  studio = await startStudio(options);
  return studio;
};
const ranking = (task: string, more: object = {}) => ({
  ...{ id: newId(), kind: "judgement", task, seconds: 12.5, groups: [[2], [0, 1]] },
  ...more,
});

describe("a task on its way to a person", () => {
  it("is kept for one while another works on another, and shows nothing that could sway", async () => {
    await start();
    const secrets = { model: "gpt", scores: [1, 2, 3], uncertainty: 1, source: "runs/a" };
    await studio.task("t1", secrets);
    await studio.task("t2");
    const [lin, ada] = [await studio.person("lin"), await studio.person("ada")];
    const leased = await lin.call("POST /api/leases", { count: 1 });
    expect(leased.json).toMatchObject({ answered: 0, waiting: 2, qualification: "none" });
    const [view] = leased.json.tasks;
    expect(Object.keys(view).sort()).toEqual(
      ["task", "type", "prompt", "completions", "order", "qualification", "until"].sort(),
    );
    expect([...view.order].sort()).toEqual([0, 1, 2]);
    const others = (await ada.call("POST /api/leases", { count: 5 })).json.tasks;
    expect(others.map(({ task }: { task: string }) => task)).toEqual(["t2"]);
    await lin.call("POST /api/releases", {});
    expect((await ada.call("POST /api/leases", { count: 5 })).json.tasks).toHaveLength(2);
  });

  it("comes in the same order again for the same person, and that order is what the journal says", async () => {
    await start();
    await studio.task("t1", { completions: ["a", "b", "c", "d", "e", "f"] });
    const lin = await studio.person("lin");
    const [view] = (await lin.call("POST /api/leases", {})).json.tasks;
    expect((await lin.call("GET /api/tasks/t1/view")).json.order).toEqual(view.order);
    const word = ranking("t1", { groups: [[5], [4], [3], [2], [1], [0]] });
    expect((await lin.call("POST /api/words", word)).json).toEqual({ id: word.id, late: false });
    const entry = (await studio.store.entry(word.id))!;
    expect(entry).toMatchObject({
      ...{ kind: "judgement", by: "lin", id: word.id },
      data: {
        ...{ task: "t1", prompt: "Say t1.", groups: word.groups, seconds: 12.5, ui: "studio" },
        order: view.order,
      },
    });
    expect((await lin.call("GET /api/tasks/t1/view")).json.said).toEqual(word);
  });

  it("that is assigned is nobody else's, nor is one that is not there", async () => {
    await start();
    await studio.task("t1", { assigned: ["ada"] });
    const lin = await studio.person("lin");
    expect((await lin.call("POST /api/leases", {})).json.tasks).toEqual([]);
    expect((await lin.call("POST /api/words", ranking("t1"))).code).toBe("not-assigned");
    expect((await lin.call("GET /api/tasks/t1/view")).code).toBe("not-assigned");
    expect((await lin.call("POST /api/words", ranking("t9"))).code).toBe("no-task");
    expect((await lin.call("GET /api/tasks/%00/view")).code).toBe("no-task");
  });
});

describe("an answer", () => {
  it("sent twice, or ten times at once, is written once and acknowledged alike", async () => {
    await start();
    await studio.task("t1");
    const lin = await studio.person("lin");
    await lin.call("POST /api/leases", {});
    const word = ranking("t1", { note: "clear" });
    const replies = await Promise.all(Array.from({ length: 10 }, () => lin.call("POST /api/words", word)));
    expect(new Set(replies.map(({ status, json }) => JSON.stringify([status, json.id])))).toEqual(
      new Set([JSON.stringify([200, word.id])]),
    );
    expect(await studio.store.history({ kinds: ["judgement"], limit: 10 })).toHaveLength(1);
    const first = await lin.call("POST /api/words", word);
    expect((await lin.call("POST /api/words", word)).json).toEqual(first.json);
  });

  it("of another content, or another person, under an id that is there is refused", async () => {
    await start({ settings: { overlap: 2 } });
    await studio.task("t1");
    const [lin, ada] = [await studio.person("lin"), await studio.person("ada")];
    const word = ranking("t1");
    await lin.call("POST /api/words", word);
    for (const reply of [
      await lin.call("POST /api/words", { ...word, groups: [[0], [1], [2]] }),
      await lin.call("POST /api/words", { id: word.id, kind: "skip", task: "t1" }),
      await ada.call("POST /api/words", word),
      await ada.call("POST /api/comments", { id: word.id, text: "hm" }),
    ])
      expect([reply.status, reply.code]).toEqual([409, "id-taken"]);
    expect(await studio.store.words({ task: "t1" })).toHaveLength(1);
  });

  it("that comes after the time was over is in time while nobody else has the task", async () => {
    await start();
    await studio.task("t1");
    const [lin, ada] = [await studio.person("lin"), await studio.person("ada")];
    await lin.call("POST /api/leases", {});
    studio.clock.now += 601_000;
    const word = ranking("t1");
    expect((await lin.call("POST /api/words", word)).json).toEqual({ id: word.id, late: false });
    expect((await ada.call("POST /api/leases", {})).json.tasks).toEqual([]); // it is done
    expect((await ada.call("POST /api/words", ranking("t1"))).json.late).toBe(true); // and counts, since it was done
  });

  it("may take longer than a task is kept, where the page says that somebody is at work", async () => {
    await start();
    await studio.task("t1");
    const [lin, ada] = [await studio.person("lin"), await studio.person("ada")];
    await lin.call("POST /api/leases", {});
    const renew = () => lin.call("POST /api/tasks/t1/renewal", {});
    for (let i = 0; i < 5; i++) {
      studio.clock.now += 500_000;
      const { until } = (await renew()).json;
      expect(Date.parse(until) - studio.clock.now).toBeGreaterThan(590_000);
      expect((await ada.call("POST /api/leases", {})).json.tasks).toEqual([]);
    }
    studio.clock.now += 601_000;
    expect((await ada.call("POST /api/leases", {})).json.tasks).toHaveLength(1);
    expect((await renew()).json).toEqual({ until: null });
    expect((await lin.call("POST /api/words", ranking("t1"))).json.late).toBe(true);
    await lin.call("POST /api/tasks/t1/close", {});
    expect((await renew()).code).toBe("task-closed");
    expect((await lin.call("POST /api/tasks/t9/renewal", {})).code).toBe("no-task");
  });

  it("that comes after another had the task counts and is called late", async () => {
    await start();
    await studio.task("t1");
    const [lin, ada] = [await studio.person("lin"), await studio.person("ada")];
    await lin.call("POST /api/leases", {});
    studio.clock.now += 601_000;
    expect((await ada.call("POST /api/leases", {})).json.tasks).toHaveLength(1);
    const word = ranking("t1");
    const late = { id: word.id, late: true };
    expect((await lin.call("POST /api/words", word)).json).toEqual(late);
    expect((await lin.call("POST /api/words", word)).json).toEqual(late);
    expect((await ada.call("POST /api/words", ranking("t1"))).json.late).toBe(false);
    expect(await studio.store.words({ task: "t1" })).toHaveLength(2);
  });

  it("to a closed task is refused", async () => {
    await start();
    await studio.task("t1");
    const lin = await studio.person("lin");
    expect((await lin.call("POST /api/tasks/t1/close", {})).status).toBe(200);
    const { status, code } = await lin.call("POST /api/words", ranking("t1"));
    expect([status, code]).toEqual([409, "task-closed"]);
  });

  it.each([
    [
      "names an answer twice",
      {
        groups: [
          [2, 2],
          [0, 1],
        ],
      },
      "groups",
    ],
    ["misses one", { groups: [[2], [0]] }, "groups"],
    ["names one that is not there", { groups: [[2], [0, 1], [3]] }, "groups"],
    ["says how much better where that is not asked", { strength: 2 }, "strength"],
    ["answers questions that nobody asked", { labels: { harmful: true } }, "labels.harmful"],
  ])("that %s is refused, and says where", async (_, more, where) => {
    await start();
    await studio.task("t1");
    const { status, code, json } = await (await studio.person("lin")).call("POST /api/words", ranking("t1", more));
    expect([status, code]).toEqual([422, "wrong-answer"]);
    expect(json.error.problems[0].where).toBe(`body.${where}`);
    expect(await studio.store.words({ task: "t1" })).toEqual([]);
  });

  it("of strength 9 does not fit, of strength 4 does", async () => {
    await start({ form: forms.hh });
    await studio.task("t1", { completions: ["a", "b"] });
    const lin = await studio.person("lin");
    const word = ranking("t1", { groups: [[1], [0]], strength: 9 });
    const refused = await lin.call("POST /api/words", word);
    expect([refused.status, refused.code]).toEqual([400, "bad-request"]);
    expect(refused.json.error.problems[0].where).toBe("body.strength");
    expect((await lin.call("POST /api/words", { ...word, strength: 4 })).status).toBe(200);
  });

  it("of another kind than the task wants is refused; a demonstration keeps the draft it began with", async () => {
    await start();
    await studio.task("t1");
    await studio.task("d1", { type: "demonstrate", completions: ["a draft"], model: "sft" });
    const lin = await studio.person("lin");
    const text = { id: newId(), kind: "demonstration", seconds: 3, completion: "better" };
    expect((await lin.call("POST /api/words", { ...text, task: "t1" })).code).toBe("wrong-answer");
    expect((await lin.call("POST /api/words", ranking("d1"))).code).toBe("wrong-answer");
    expect((await lin.call("POST /api/words", { ...text, task: "d1" })).status).toBe(200);
    expect((await studio.store.entry(text.id))!.data).toMatchObject({
      draft: "a draft",
      completion: "better",
      model: "sft",
    });
  });
});

describe("what one has said", () => {
  it("can be skipped, taken back and changed, and is listed newest first", async () => {
    await start();
    for (const task of ["t1", "t2"]) await studio.task(task);
    const lin = await studio.person("lin");
    await lin.call("POST /api/leases", { count: 2 });
    const skip = { id: newId(), kind: "skip", task: "t1", reason: "not my language" };
    await lin.call("POST /api/words", skip);
    const word = ranking("t2");
    await lin.call("POST /api/words", word);
    const mine = async () => (await lin.call("GET /api/words/mine")).json.map(({ word }: { word: object }) => word);
    expect(await mine()).toEqual([word, skip]);
    const changed = ranking("t2", { groups: [[0], [1], [2]] });
    expect((await lin.call("POST /api/words", changed)).json).toEqual({ id: changed.id, late: false });
    await lin.call("POST /api/words", { id: newId(), kind: "retraction", task: "t1" });
    expect(await mine()).toEqual([changed]);
    expect((await lin.call("POST /api/words", { id: newId(), kind: "retraction", task: "t1" })).code).toBe(
      "nothing-said",
    );
    expect((await lin.call("POST /api/leases", {})).json).toMatchObject({ answered: 1, tasks: [{ task: "t1" }] });
  });

  it("can be changed among the last twenty only", async () => {
    await start();
    const lin = await studio.person("lin");
    const tasks = Array.from({ length: 21 }, (_, i) => `t${i}`);
    for (const task of tasks) {
      await studio.task(task);
      expect((await lin.call("POST /api/words", ranking(task))).status).toBe(200);
    }
    const change = (task: string) => lin.call("POST /api/words", ranking(task, { groups: [[0], [1], [2]] }));
    expect((await change("t0")).code).toBe("too-old");
    expect((await change("t1")).status).toBe(200);
  });

  it("opens what others said, not before", async () => {
    await start({ settings: { overlap: 2 } });
    await studio.task("t1");
    const [lin, ada] = [await studio.person("lin"), await studio.person("ada")];
    await ada.call("POST /api/words", ranking("t1", { note: "by far" }));
    const early = await lin.call("GET /api/tasks/t1/others");
    expect([early.status, early.code]).toEqual([403, "not-answered-yet"]);
    await lin.call("POST /api/words", { id: newId(), kind: "skip", task: "t1" });
    expect((await lin.call("GET /api/tasks/t1/others")).code).toBe("not-answered-yet");
    await lin.call("POST /api/words", ranking("t1"));
    const { json } = await lin.call("GET /api/tasks/t1/others");
    expect(json).toMatchObject({ words: [{ by: "ada", word: { note: "by far" } }], comments: [], decision: null });
  });

  it("may be a comment, sent twice and kept once", async () => {
    await start();
    await studio.task("t1");
    const lin = await studio.person("lin");
    const comment = { id: newId(), task: "t1", text: "both are wrong" };
    for (let i = 0; i < 2; i++) expect((await lin.call("POST /api/comments", comment)).status).toBe(200);
    expect(await studio.store.history({ kinds: ["comment"] })).toHaveLength(1);
  });
});

describe("the test before the work", () => {
  const begin = async () => {
    await start({ settings: { passMark: 0.5 } });
    await studio.task("t1");
    const gold = { groups: [[2], [0, 1]], why: "c says it" };
    for (const task of ["q1", "q2"]) await studio.task(task, { qualification: true, gold });
    const lin = await studio.person("lin");
    const next = async () => {
      const { tasks, qualification } = (await lin.call("POST /api/leases", {})).json;
      return [qualification, tasks.map(({ task }: { task: string }) => task)];
    };
    return { lin, next };
  };

  it("comes first, tells at once what was right, and opens the work", async () => {
    const { lin, next } = await begin();
    expect(await next()).toEqual(["open", ["q1", "q2"]]);
    const wrong = await lin.call("POST /api/words", ranking("q1", { groups: [[0], [1], [2]] }));
    expect(wrong.json).toMatchObject({ late: false, gold: { right: false, why: "c says it" } });
    expect(await next()).toEqual(["open", ["q2"]]);
    expect((await lin.call("POST /api/words", ranking("q1"))).code).toBe("test-answered");
    expect((await lin.call("POST /api/words", ranking("t1"))).code).toBe("not-qualified");
    const right = await lin.call("POST /api/words", ranking("q2", { groups: [[2], [1], [0]] }));
    expect(right.json.gold.right).toBe(true);
    expect(await next()).toEqual(["passed", ["t1"]]);
    const [mine] = (await lin.call("POST /api/words", ranking("t1"))).json.gold ?? ["nothing"];
    expect(mine).toBe("nothing");
  });

  it("that is failed closes the work to this person alone", async () => {
    const { lin, next } = await begin();
    for (const task of ["q1", "q2"]) await lin.call("POST /api/words", ranking(task, { groups: [[0], [1], [2]] }));
    expect(await next()).toEqual(["failed", []]);
    expect((await lin.call("POST /api/words", ranking("t1"))).code).toBe("not-qualified");
    const ada = await studio.person("ada");
    expect((await ada.call("POST /api/leases", {})).json.qualification).toBe("open");
  });

  it("is right where every order that gold gives is kept", () => {
    const gold = [[2], [0, 1]];
    expect(
      [
        [[2], [0, 1]],
        [[2], [1], [0]],
        [[2, 0], [1]],
        [[0], [2], [1]],
      ].map((groups) => isRight(groups, gold)),
    ).toEqual([...[true, true, false, false]]);
    expect(isRight([[1]], [[1], [0]])).toBe(true);
    expect(isRight([[0]], [[1], [0]])).toBe(false);
  });
});
