import { afterEach, describe, expect, it } from "vitest";
import { newId, type Studio, startStudio } from "../../../test/studio.ts";
import { dashboardOf, exportRows, forms } from "../../feedback/index.ts";

let studio: Studio;
afterEach(() => studio.stop());

/** A task on which Ann and Ben say the opposite. */
async function disputed() {
  studio = await startStudio({ mode: "accounts", settings: { overlap: 2 } });
  const lin = await studio.member("lin", "owner");
  const [ann, ben] = [await studio.member("ann", "annotator"), await studio.member("ben", "annotator")];
  await studio.task("t1");
  const say = (groups: number[][]) => ({ id: newId(), kind: "judgement", task: "t1", seconds: 9, groups });
  await ann.call("POST /api/words", say([[0], [1], [2]]));
  await ben.call("POST /api/words", say([[2], [1], [0]]));
  return { lin, ann, ben };
}
const verdict = (more: object = {}) => ({
  id: newId(),
  groups: [[1], [0, 2]],
  seconds: 30,
  note: "b is true",
  ...more,
});
const rankingsOf = async (options = {}) =>
  [...exportRows(await studio.store.words(), await studio.store.tasks(), { format: "rankings", ...options })].map(
    ({ ranks }) => ranks,
  );
const dashboard = async () =>
  dashboardOf(await studio.store.words(), await studio.store.tasks(), await studio.store.people(), forms.ranking);

describe("a comment", () => {
  it("is read by those who watch, and by those who have answered", async () => {
    const { lin, ann } = await disputed();
    const eve = await studio.member("eve", "annotator");
    expect((await ann.call("POST /api/comments", { id: newId(), task: "t1", text: "c is wrong" })).status).toBe(200);
    await ann.call("POST /api/comments", { id: newId(), text: "of the project" });
    const comments = [{ by: "ann", text: "c is wrong" }];
    expect((await lin.call("GET /api/tasks/t1")).json).toMatchObject({ comments });
    expect((await ann.call("GET /api/tasks/t1/others")).json).toMatchObject({ comments, words: [{ by: "ben" }] });
    expect((await eve.call("GET /api/tasks/t1/others")).code).toBe("not-answered-yet");
  });

  it("of a manager may be on a task that is for others", async () => {
    const { lin, ben } = await disputed();
    await studio.task("t2", { assigned: ["ann"] });
    const comment = () => ({ id: newId(), task: "t2", text: "take your time" });
    expect((await lin.call("POST /api/comments", comment())).status).toBe(200);
    expect((await ben.call("POST /api/comments", comment())).code).toBe("not-assigned");
  });
});

describe("a decision", () => {
  it("is marked as such, shown to those who answered, and stands in exports in place of what they said", async () => {
    const { lin, ann } = await disputed();
    expect(await rankingsOf()).toHaveLength(2);
    const decided = verdict();
    for (let i = 0; i < 2; i++) expect((await lin.call("POST /api/tasks/t1/decision", decided)).status).toBe(200);
    expect(await studio.store.entry(decided.id)).toMatchObject({
      ...{ kind: "judgement", by: "lin" },
      data: { task: "decision/t1", decides: "t1", groups: [[1], [0, 2]], completions: ["a", "b", "c"], ui: "studio" },
    });
    for (const reply of [await lin.call("GET /api/tasks/t1"), await ann.call("GET /api/tasks/t1/others")])
      expect(reply.json.decision).toMatchObject({ by: "lin", groups: [[1], [0, 2]], note: "b is true" });
    expect(await rankingsOf()).toEqual([[2, 1, 2]]);
    expect(await rankingsOf({ minAgreement: 0.9 })).toEqual([[2, 1, 2]]);
    expect(await rankingsOf({ decisions: false })).toEqual([
      [1, 2, 3],
      [3, 2, 1],
    ]);
    expect(await rankingsOf({ by: ["ann"] })).toEqual([[1, 2, 3]]);
    const exported = await lin.request("GET", "/api/export?format=rankings&decisions=ignore");
    expect((await exported.text()).trim().split("\n")).toHaveLength(2);
  });

  it("is nobody's independent word: it answers no task, enters no agreement, and ends the dispute", async () => {
    const { lin } = await disputed();
    const before = await dashboard();
    expect(before.disputed.map(({ task }) => task)).toEqual(["t1"]);
    await lin.call("POST /api/tasks/t1/decision", verdict());
    const after = await dashboard();
    expect(after).toEqual({ ...before, disputed: [] });
    expect((await lin.call("GET /api/tasks/t1")).json).toMatchObject({ answered: 2, words: [{}, {}] });
    expect((await lin.call("GET /api/words/mine")).json).toEqual([]);
  });

  it("of whoever decides last counts", async () => {
    const { lin } = await disputed();
    const max = await studio.member("max", "manager");
    await max.call("POST /api/tasks/t1/decision", verdict({ groups: [[0], [1], [2]] }));
    await lin.call("POST /api/tasks/t1/decision", verdict());
    await max.call("POST /api/tasks/t1/decision", verdict({ groups: [[2], [0], [1]] }));
    expect((await lin.call("GET /api/tasks/t1")).json.decision).toMatchObject({ by: "max", groups: [[2], [0], [1]] });
    expect(await rankingsOf()).toEqual([[2, 3, 1]]);
  });

  it("is made by those who manage, of every answer, once under its id", async () => {
    const { lin, ann } = await disputed();
    expect((await ann.call("POST /api/tasks/t1/decision", verdict())).code).toBe("forbidden");
    for (const groups of [
      [[0], [1]],
      [[0], [0], [1, 2]],
      [[0], [1], [2], [3]],
    ]) {
      const { status, code } = await lin.call("POST /api/tasks/t1/decision", verdict({ groups }));
      expect([status, code]).toEqual([422, "wrong-answer"]);
    }
    expect((await lin.call("POST /api/tasks/t1/decision", verdict({ strength: 9 }))).code).toBe("bad-request");
    expect((await lin.call("POST /api/tasks/nowhere/decision", verdict())).code).toBe("no-task");
    await studio.task("t2", { type: "demonstrate", completions: [] });
    expect((await lin.call("POST /api/tasks/t2/decision", verdict())).code).toBe("wrong-answer");
    const decided = verdict();
    await lin.call("POST /api/tasks/t1/decision", decided);
    const other = await lin.call("POST /api/tasks/t1/decision", { ...decided, groups: [[0], [1], [2]] });
    expect(other.code).toBe("id-taken");
  });

  it("goes with the text that it is about, when that is forgotten", async () => {
    const { lin } = await disputed();
    await lin.call("POST /api/tasks/t1/decision", verdict());
    await studio.store.forget("lin", { text: true });
    const left = JSON.stringify(await studio.store.history({ limit: 1000 }));
    expect(left).not.toContain("Say t1.");
  });
});
