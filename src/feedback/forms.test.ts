import { describe, expect, it } from "vitest";
import { DataError } from "../base/index.ts";
import { type Answers, checkForm, checkJudgement, Form, forms } from "./index.ts";

const faults = (form: Form, said: Partial<Answers>, completions = 2) =>
  checkJudgement(form, { groups: [], ...said }, completions).map(({ where, message }) => `${where} ${message}`);

describe("the known forms", () => {
  it("are forms in English and Chinese throughout", () => {
    for (const form of Object.values(forms)) {
      expect(Form.parse(form)).toEqual(form);
      const wordings = JSON.stringify(form).match(/"en":/g)!.length;
      expect(JSON.stringify(form).match(/"zh":/g)).toHaveLength(wordings);
    }
  });

  it("ask in InstructGPT's what its labelling instructions ask", () => {
    const { prompt, answer, comparison, ties } = forms.instructgpt;
    expect(prompt).toHaveLength(12);
    expect(answer).toHaveLength(12);
    expect([comparison, ties]).toEqual(["ranking", true]);
    expect(answer.filter(({ when }) => when).map(({ name, when }) => [name, when!.question])).toEqual([
      ["hallucination", "closedDomain"],
      ["followsConstraint", "explicitConstraint"],
    ]);
  });
});

describe("a form from JSON", () => {
  it("is refused with all its problems at once", () => {
    const bad = {
      title: { en: "x" },
      comparison: "duel",
      prompt: [
        { kind: "choice", name: "Kind", text: { en: "?" }, options: [{ value: "a", text: { en: "a" } }] },
        { kind: "yesNo", name: "ok" },
      ],
    };
    const refused = () => checkForm(bad, "form.json");
    expect(refused).toThrow(DataError);
    try {
      refused();
    } catch (error) {
      const places = (error as DataError).problems!.map(({ where }) => where);
      expect(places).toEqual([
        ...["form.json: prompt.0.name", "form.json: prompt.0.options", "form.json: prompt.1.text"],
        "form.json: comparison",
      ]);
    }
  });

  it("gets its defaults", () => {
    expect(checkForm({ title: { en: "x" }, comparison: "none" }, "x")).toMatchObject({ ties: true, prompt: [] });
  });
});

describe("what is handed in", () => {
  const labels = Object.fromEntries(
    forms.instructgpt.prompt.map(({ name, kind }) => [name, kind === "choice" ? "chat" : false]),
  );
  const column = <T>(value: T) => [value, value];
  const flags = Object.fromEntries(
    forms.instructgpt.answer.flatMap(({ name, kind, when }) =>
      kind === "yesNo" && !when ? [[name, column(false)]] : [],
    ),
  );
  const whole: Answers = { groups: [[1], [0]], labels, flags, ratings: { overall: [1, 7] } };

  it("is right when everything asked is answered", () => {
    expect(checkJudgement(forms.instructgpt, whole, 2)).toEqual([]);
    const asked = { ...whole, labels: { ...labels, closedDomain: true } };
    const answered = { ...asked, flags: { ...flags, hallucination: [true, false], inappropriate: ["n.a.", true] } };
    expect(checkJudgement(forms.instructgpt, answered, 2)).toEqual([]);
  });

  it("is told every required question that has no answer", () => {
    const { pii: _, ...rest } = labels;
    const said = { ...whole, labels: { ...rest, closedDomain: true }, ratings: { overall: [null, 3] } };
    expect(faults(forms.instructgpt, said)).toEqual([
      "labels.pii is not answered",
      "ratings.overall.0 is not answered",
      "flags.hallucination.0 is not answered",
      "flags.hallucination.1 is not answered",
    ]);
  });

  it("may not answer what was not asked, nor outside the options and limits", () => {
    const said = {
      ...whole,
      labels: { ...labels, task: "poetry", mood: "good" },
      flags: { ...flags, hallucination: [true, null], failsTask: ["n.a.", 1] },
      ratings: { overall: [0, 7.5], failsTask: [1, 1] },
    };
    expect(faults(forms.instructgpt, said)).toEqual([
      "labels.mood is no question of the form",
      'labels.task has no option "poetry"',
      "ratings.failsTask is no question of the form",
      "ratings.overall.0 is a number from 1 to 7, got 0",
      "ratings.overall.1 is a number from 1 to 7, got 7.5",
      'flags.failsTask.0 is answered with yes or no, got "n.a."',
      "flags.failsTask.1 is answered with yes or no, got 1",
      "flags.hallucination.0 was answered, but is not asked here",
    ]);
  });

  it("ranks every answer once", () => {
    expect(faults(forms.ranking, { groups: [[2], [0, 1]] }, 3)).toEqual([]);
    expect(faults(forms.ranking, { groups: [[2], [0, 2]] }, 3)).toEqual([
      "groups names the answer 2 twice",
      "groups misses the answer 1",
    ]);
    expect(faults(forms.ranking, { groups: [[7], [0], [1]] }, 2)).toEqual([
      "groups names the answer 7, and there are 2",
    ]);
    expect(faults({ ...forms.ranking, ties: false }, { groups: [[0, 1]] })).toEqual([
      "groups holds a tie, which this form does not allow",
    ]);
  });

  it("has a strength from 1 to 4 where one is asked, and none with a tie", () => {
    const { hh } = forms;
    const ordered = [[1], [0]];
    expect(faults(hh, { groups: ordered, strength: 4 })).toEqual([]);
    expect(faults(hh, { groups: ordered, strength: 9 })).toEqual(["strength is a number from 1 to 4, got 9"]);
    expect(faults(hh, { groups: ordered })).toEqual(["strength is missing: 1 to 4"]);
    expect(faults(hh, { groups: [[0, 1]] })).toEqual(["groups holds a tie, which this form does not allow"]);
    const even = { ...hh, ties: true };
    expect(faults(even, { groups: [[0, 1]] })).toEqual([]);
    expect(faults(even, { groups: [[0, 1]], strength: 1 })).toEqual(["strength says how much better, and neither is"]);
    expect(faults(forms.pairwise, { groups: ordered, strength: 1 })).toEqual(["strength is not asked here"]);
  });

  it("says in an arena that both are bad, as a tie", () => {
    expect(faults(forms.arena, { groups: [[0, 1]], labels: { bothBad: true } })).toEqual([]);
    expect(faults(forms.arena, { groups: [[0], [1]], labels: { bothBad: true } })).toEqual([
      "labels.bothBad goes with a tie",
    ]);
    expect(faults(forms.pairwise, { groups: [[0, 1]], labels: { bothBad: true } })).toEqual([
      "labels.bothBad is no question of the form",
    ]);
  });

  it("compares nothing where nothing is compared", () => {
    expect(faults(forms.thumbs, { flags: { good: [true] } }, 1)).toEqual([]);
    expect(faults(forms.thumbs, { groups: [[0]], flags: { good: [true] } }, 1)).toEqual([
      "groups is empty where nothing is compared",
    ]);
    expect(faults(forms["text-classification"], { labels: { label: "neutral" } }, 0)).toEqual([]);
  });
});
