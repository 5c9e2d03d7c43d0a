import { describe, expect, it } from "vitest";
import { cellOf, choiceOfCell, type Draft, draftOf, emptyDraft, type Form, formOf, missing, wordOf } from "./draft.ts";

const form: Form = {
  title: { en: "A form" },
  prompt: [
    { kind: "yesNo", name: "closed", text: { en: "Closed domain?" }, required: true, notApplicable: false },
    { kind: "text", name: "topic", text: { en: "Topic" }, required: false },
  ],
  answer: [
    { kind: "rating", name: "quality", text: { en: "Quality" }, required: true, min: 1, max: 7 },
    {
      ...{ kind: "yesNo", name: "invents", text: { en: "Invents?" }, required: true, notApplicable: false },
      when: { question: "closed", is: [true] },
    },
  ],
  comparison: "ranking",
  ties: true,
  note: true,
};
const task = { task: "t", type: "compare", completions: ["x", "y", "z"], order: [2, 0, 1] } as const;
const pair = { task: "t", type: "compare", completions: ["x", "y"], order: [1, 0] } as const;
const bare = (comparison: Form["comparison"]): Form => ({ ...form, comparison, prompt: [], answer: [] });
const draft: Draft = {
  ...emptyDraft(task),
  ranks: [2, 1, 2],
  labels: { closed: true, topic: " " },
  answers: { quality: [1, 2, 3], invents: [false, false, true] },
  note: " because ",
  seconds: 12.34,
};

describe("what is missing", () => {
  it("is named in the order of the page, answers as they are shown", () => {
    const named = missing(form, task, { ...draft, ranks: [1, null, 1], answers: { quality: [1, null, null] } });
    expect(named).toEqual([
      { what: "question", name: "quality", completion: 2 },
      { what: "question", name: "invents", completion: 2 },
      { what: "question", name: "invents", completion: 0 },
      { what: "question", name: "quality", completion: 1 },
      { what: "question", name: "invents", completion: 1 },
      { what: "ranking" },
    ]);
  });

  it("questions whose condition does not hold are not missed, nor are optional ones", () => {
    const open = { ...draft, labels: { closed: false }, answers: { quality: [1, 2, 3] } };
    expect(missing(form, task, open)).toEqual([]);
  });

  it("a demonstration of spaces is none", () => {
    expect(missing(form, { ...task, type: "demonstrate" }, { ...draft, text: " \n" })).toEqual([{ what: "text" }]);
  });
});

describe("the word that is sent", () => {
  it("has groups, labels, ratings and flags by the task's own indices", () => {
    expect(wordOf(form, task, draft, "ID")).toEqual({
      ...{ id: "ID", task: "t", kind: "judgement", seconds: 12.3, note: "because", groups: [[1], [0, 2]] },
      labels: { closed: true, topic: null },
      ratings: { quality: [1, 2, 3] },
      flags: { invents: [false, false, true] },
    });
  });

  it("leaves out what was answered before its condition was taken back", () => {
    const word = wordOf(form, task, { ...draft, labels: { closed: false } }, "ID");
    expect(word).not.toHaveProperty("flags");
  });

  it("places on the screen become completions", () => {
    const left = wordOf(bare("strength"), pair, { ...emptyDraft(pair), choice: choiceOfCell(1) }, "ID");
    expect(left).toMatchObject({ groups: [[1], [0]], strength: 4 });
  });

  it("both bad is a tie with its label, a tie has none", () => {
    const both = wordOf(bare("arena"), pair, { ...emptyDraft(pair), choice: { better: "neither" } }, "ID");
    expect(both).toMatchObject({ groups: [[1, 0]], labels: { bothBad: true } });
    const tie = wordOf(bare("arena"), pair, { ...emptyDraft(pair), choice: { better: "equal" } }, "ID");
    expect(tie).not.toHaveProperty("labels");
  });

  it("read again it is the draft that made it", () => {
    for (const choice of [{ better: "left" }, { better: "neither" }, { better: "equal" }] as const) {
      const made = { ...emptyDraft(pair), choice };
      expect(draftOf(bare("arena"), pair, wordOf(bare("arena"), pair, made, "ID")).choice).toEqual(choice);
    }
    const again = draftOf(form, task, wordOf(form, task, draft, "ID"));
    expect(wordOf(form, task, again, "ID")).toEqual(wordOf(form, task, draft, "ID"));
  });
});

describe("the row of eight cells", () => {
  it("goes from A much better to B much better", () => {
    expect([1, 4, 5, 8].map(choiceOfCell)).toEqual([
      { better: "left", strength: 4 },
      { better: "left", strength: 1 },
      { better: "right", strength: 1 },
      { better: "right", strength: 4 },
    ]);
    for (let cell = 1; cell <= 8; cell++) expect(cellOf(choiceOfCell(cell))).toBe(cell);
  });
});

describe("two clips", () => {
  const clips = { task: "t", type: "clips", completions: ["A", "B"], order: [1, 0] } as const;
  const own = formOf(form, clips);

  it("are compared and nothing else is asked, whatever form the project has", () => {
    expect(missing(own, clips, emptyDraft(clips))).toEqual([{ what: "choice" }]);
    const word = wordOf(own, clips, { ...emptyDraft(clips), choice: { better: "left" } }, "id");
    expect(word).toEqual({ id: "id", task: "t", seconds: 0, kind: "judgement", groups: [[1], [0]] });
    expect(draftOf(own, clips, word).choice).toEqual({ better: "left" });
    expect(formOf(form, task)).toBe(form);
  });
});
