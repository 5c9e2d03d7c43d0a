import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clipPair, labellerCases } from "../../test/clips/labeller-cases.ts";
import { question, said, storePlace } from "../../test/clips/store-place.ts";
import { entry, judgement, person, settings, task } from "../../test/store/entries.ts";
import {
  agreementOf,
  clipTasksOf,
  decisionTask,
  exportContent,
  importInto,
  openStore,
  readJournal,
  type Store,
  storeLabeller,
  TaskData,
} from "./index.ts";

let folder: string;
let store: Store;
const now = () => Date.UTC(2026, 0, 2);
const reopen = async () => {
  await store.close();
  store = await openStore(folder, { now });
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "plaudit-labeller-"));
  store = await openStore(folder, { now });
  await store.append([settings()]);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const labeller = (by = "clips-001") => storeLabeller(store, { by, question, now });

describe("a store's labeller", () => {
  labellerCases(() => storePlace(() => store, reopen, now));

  it("asks by tasks that say what is wanted, who asks and what is shown", async () => {
    await storeLabeller(store, { by: "clips-001", question, overlap: 2, now }).ask([
      clipPair("p1", { uncertainty: 0.2 }),
    ]);
    const [found] = await store.tasks();
    expect(found).toMatchObject({
      ...{ task: "clips/clips-001/p1", type: "clips", prompt: question, completions: ["A", "B"] },
      ...{ clips: clipPair("p1").clips, source: "clips-001", uncertainty: 0.2, overlap: 2, wanted: 2 },
    });
  });

  it("keeps the questions of two runs apart", async () => {
    await labeller("clips-001").ask([clipPair("p1")]);
    await labeller("clips-0012").ask([clipPair("p1")]);
    await store.append([said("ada", "p1", "left", "clips-0012")]);
    expect(await labeller("clips-001").answers()).toEqual(new Map());
    expect(await labeller("clips-0012").answers()).toEqual(new Map([["p1", ["left"]]]));
    expect(await store.countUnder(clipTasksOf("clips-001"))).toEqual({ tasks: 1, spokenOf: 0 });
    expect(await store.countUnder(clipTasksOf())).toEqual({ tasks: 2, spokenOf: 1 });
  });

  it("hears people alone: a skip for another reason says nothing, and a simulated rater is nobody", async () => {
    await labeller().ask([clipPair("p1"), clipPair("p2")]);
    await store.append([
      person("robot", { synthetic: true }),
      said("robot", "p1", "left"),
      entry("skip", "ada", { task: `${clipTasksOf("clips-001")}p2`, reason: "broken" }),
    ]);
    expect(await labeller().answers()).toEqual(new Map());
  });

  it("takes the decision on a disputed pair in place of what people said", async () => {
    await labeller().ask([clipPair("p1"), clipPair("p2")]);
    const decided = `${clipTasksOf("clips-001")}p1`;
    await store.append([
      said("ada", "p1", "left"),
      said("bob", "p1", "right"),
      said("bob", "p2", "equal"),
      judgement("owner", decisionTask(decided), [[1], [0]], {
        ...{ decides: decided, completions: ["A", "B"], order: [0, 1], prompt: question },
      }),
    ]);
    expect(await labeller().answers()).toEqual(
      new Map([
        ["p2", ["equal"]],
        ["p1", ["right"]],
      ]),
    );
  });

  it("gives raters the pairs that the predictors are least sure of first, each to as many as wanted", async () => {
    await store.append([settings({ order: "uncertain" })]);
    const asking = storeLabeller(store, { by: "clips-001", question, overlap: 2, now });
    await asking.ask([clipPair("sure", { uncertainty: 0.01 }), clipPair("unsure", { uncertainty: 0.2 })]);
    const next = async (name: string) => (await store.lease(name, 1))[0]?.task.task.split("/").at(-1);
    expect([await next("ada"), await next("bob"), await next("cho")]).toEqual(["unsure", "unsure", "sure"]);
    await store.append([said("ada", "unsure", "left"), said("bob", "unsure", "right")]);
    expect(await store.task("clips/clips-001/unsure")).toMatchObject({ answered: 2 });
    const judgements = (await store.words()).filter((word) => word.kind === "judgement");
    expect(agreementOf(judgements).all).toMatchObject({ value: 0, pairs: 1 });
  });
});

describe("tasks of clips", () => {
  const data = { task: "t", type: "clips", prompt: question, completions: ["A", "B"] };

  it("have two clips, and no other task has any", () => {
    const { clips } = clipPair("p");
    expect(TaskData.safeParse({ ...data, clips }).success).toBe(true);
    for (const wrong of [
      data,
      { ...data, clips: [clips[0]] },
      { ...data, clips, completions: ["A"] },
      { ...data, type: "compare", clips },
      { ...data, clips: [clips[0], { ...clips[1], observations: [] }] },
    ])
      expect(TaskData.safeParse(wrong).success).toBe(false);
  });

  it("come out of the journal's export with the same bytes, and out of no data set for language models", async () => {
    await labeller().ask([clipPair("p1", { uncertainty: 1 / 3 }), clipPair("p2")]);
    await store.append([
      task("t1"),
      judgement("ada", "t1"),
      said("ada", "p1", "left"),
      said("ada", "p2", "cannot-tell"),
    ]);
    const bytes = async (of: Store, format: "all" | "rankings" | "preference" | "unpaired") => {
      const { chunks } = await exportContent(of, { format, file: "jsonl", names: true });
      return Buffer.concat([...chunks]).toString();
    };
    const all = await bytes(store, "all");
    const rows = all.split("\n").flatMap((text, i) => (text === "" ? [] : [{ line: i + 1, value: JSON.parse(text) }]));
    const copy = await openStore(mkdtempSync(join(folder, "copy-")), { now });
    await importInto(copy, rows, { format: "all", name: "all.jsonl", by: "owner", now: now() });
    expect(await bytes(copy, "all")).toBe(all);
    expect(readJournal(join(copy.project, "journal.jsonl"))).toHaveLength(rows.length);
    await copy.close();
    for (const format of ["rankings", "preference", "unpaired"] as const) {
      const exported = await bytes(store, format);
      expect(exported).toContain("When does shop t1 open?");
      expect(exported).not.toContain("pendulum");
    }
  });
});
