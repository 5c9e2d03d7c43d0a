import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  agreementOf,
  currentTask,
  type Entry,
  groupsToRanks,
  type JudgementEntry,
  press,
  rankingRows,
  ranksToGroups,
  type Said,
  type Session,
  shown,
  startSession,
  tasksOf,
} from "./index.ts";

describe("groups and ranks", () => {
  it("are two ways to write one ranking", () => {
    expect(groupsToRanks([[2], [0, 3], [1]], 4)).toEqual([2, 4, 1, 2]);
    expect(ranksToGroups([2, 4, 1, 2])).toEqual([[2], [0, 3], [1]]);
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 9 }), (ranks) => {
        const groups = ranksToGroups(ranks);
        expect(ranksToGroups(groupsToRanks(groups, ranks.length))).toEqual(groups);
      }),
    );
  });

  it("leave what was not judged without a rank", () => {
    expect(groupsToRanks([[1]], 3)).toEqual([null, 1, null]);
  });
});

const judged = (by: string, task: string, groups: number[][]): JudgementEntry => ({
  format: 1,
  id: "01ARYZ6S410000000000000000",
  at: "2024-01-01T00:00:00Z",
  by,
  kind: "judgement",
  data: { task, prompt: "p", completions: ["a", "b", "c"], groups, order: [0, 1, 2], seconds: 1, ui: "test" },
});

describe("agreement over a journal", () => {
  it("compares everybody with everybody on the tasks that they share", () => {
    const report = agreementOf([
      judged("Greta", "1", [[0], [1], [2]]),
      judged("Hugo", "1", [[0], [2], [1]]),
      judged("Ines", "1", [[2], [1], [0]]),
      judged("Ines", "2", [[2], [1], [0]]),
    ]);
    // Greta–Hugo 2 of 3, Greta–Ines 0 of 3, Hugo–Ines 1 of 3
    expect(report.all).toMatchObject({ pairs: 9, value: 3 / 9 });
    expect(report.people.find(({ by }) => by === "Hugo")).toMatchObject({ pairs: 6, value: 3 / 6 });
    expect(report.all!.low).toBeLessThan(3 / 9);
  });

  it("says nothing where nobody shares a task or all is tied", () => {
    expect(agreementOf([judged("Greta", "1", [[0], [1, 2]])])).toEqual({ all: undefined, people: [] });
    expect(agreementOf([judged("G", "1", [[0, 1, 2]]), judged("H", "1", [[0], [1], [2]])]).all).toBeUndefined();
  });
});

describe("ranking rows", () => {
  it("leave out a judgement that prefers nothing", () => {
    const rows = rankingRows([judged("G", "1", [[0, 1, 2]]), judged("G", "2", [[1], [0, 2]])]);
    expect(rows).toEqual([{ prompt: "p", completions: ["a", "b", "c"], ranks: [2, 1, 2] }]);
  });
});

const rows = [
  { prompt: "one", completions: ["a", "b", "c", "a"] },
  { prompt: "two", completions: ["x", "y"] },
  { prompt: "same", completions: ["z", "z"] },
  { prompt: "two", completions: ["x", "y"] },
];

describe("tasks", () => {
  it("show equal completions once, and drop rows with nothing to compare", () => {
    const tasks = tasksOf(rows);
    expect(tasks.map(({ completions }) => completions)).toEqual([
      ["a", "b", "c"],
      ["x", "y"],
      ["x", "y"],
    ]);
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(3);
  });

  it("keep their ids when rows are added before them", () => {
    const more = tasksOf([{ prompt: "new", completions: ["1", "2"] }, ...rows]);
    expect(more.slice(1)).toEqual(tasksOf(rows));
  });
});

describe("a ranking session", () => {
  const tasks = tasksOf(rows);
  const begin = (entries: Entry[] = [], by = "me", seed = 1) => startSession({ by, tasks, entries, seed, now: 1000 });
  const type = (session: Session, keys: string, now = 5000) => {
    const said: Said[] = [];
    for (const key of keys.split(" ")) {
      const next = press(session, key, now);
      session = next.session;
      if (next.said) said.push(next.said);
    }
    return { session, said };
  };

  it("hands in what the digits say about the completions that were shown", () => {
    const session = begin();
    const onScreen = shown(session).map(({ completion }) => completion);
    const { said, session: after } = type(session, "2 1 2 enter");
    expect(said).toHaveLength(1);
    const { kind, data } = said[0]!;
    if (kind !== "judgement") throw new Error(kind);
    expect(data.groups[0]!.map((i) => data.completions[i])).toEqual([onScreen[1]]);
    expect(new Set(data.groups[1]!.map((i) => data.completions[i]))).toEqual(new Set([onScreen[0], onScreen[2]]));
    expect(data.order.map((i) => data.completions[i])).toEqual(onScreen);
    expect(data.seconds).toBe(4);
    expect(currentTask(after)).toBe(tasks[1]);
  });

  it("waits for every digit and for Enter", () => {
    expect(type(begin(), "1 2 enter").said).toEqual([]);
    expect(type(begin(), "1 2 3").said).toEqual([]);
    expect(type(begin(), "1 2 3 4").session.digits).toEqual([1, 2, 3]);
    expect(type(begin(), "0 x").session).toEqual(begin());
  });

  it("takes back a digit, and then the task before", () => {
    expect(type(begin(), "1 2 u").session.digits).toEqual([1]);
    const { session, said } = type(begin(), "1 2 3 enter u");
    expect(said.map(({ kind }) => kind)).toEqual(["judgement", "retraction"]);
    expect(said[1]!.data.task).toBe(tasks[0]!.id);
    expect(currentTask(session)).toBe(tasks[0]);
    expect(type(begin(), "u").said).toEqual([]);
  });

  it("skips, leaves, and goes on later where it stopped", () => {
    const { session, said } = type(begin(), "s 1 2 enter q 1");
    expect(session.quit).toBe(true);
    expect(said.map(({ kind }) => kind)).toEqual(["skip", "judgement"]);
    const entries = said.map((s) => ({ ...judged("me", "", [[0]]), ...s }) as Entry);
    expect(begin(entries).tasks).toEqual([tasks[2]]);
    expect(begin(entries, "somebody else").tasks).toEqual(tasks);
    const back = { ...judged("me", "", [[0]]), kind: "retraction", data: { task: tasks[0]!.id } } as Entry;
    expect(begin([...entries, back]).tasks).toEqual([tasks[0], tasks[2]]);
  });

  it("can still be undone after the last task, and then takes no digit", () => {
    const done = type(begin(), "s s s").session;
    expect(currentTask(done)).toBeUndefined();
    expect(shown(done)).toEqual([]);
    expect(type(done, "1 enter s").session).toEqual(done);
    expect(currentTask(type(done, "u").session)).toBe(tasks[2]);
  });

  it("shows each person an own order, and the same one again", () => {
    const order = (by: string, seed: number) =>
      shown(begin([], by, seed))
        .map(({ completion }) => completion)
        .join("");
    expect(order("me", 1)).toBe(order("me", 1));
    const orders = Array.from({ length: 20 }, (_, seed) => order("me", seed));
    expect(new Set(orders).size).toBeGreaterThan(2);
  });
});
