import { describe, expect, it } from "vitest";
import { type BadRow, type Entry, type EntryOf, type ImportOptions, importRows, type KnownFormat } from "../index.ts";

const now = Date.parse("2026-05-01T12:00:00Z");
const options: ImportOptions = { format: "auto", name: "file.jsonl", now, by: "import" };

async function read(values: readonly unknown[], more: Partial<ImportOptions> = {}) {
  const source = values.map((value, i) => ({ line: i + 1, value }));
  const entries: Entry[] = [];
  const bad: BadRow[] = [];
  const took: KnownFormat[] = [];
  for await (const each of importRows(source, { ...options, took: (format) => took.push(format), ...more })) {
    if ("entry" in each) entries.push(each.entry);
    else bad.push(each.bad);
  }
  const of = <K extends Entry["kind"]>(kind: K) => entries.filter((entry): entry is EntryOf<K> => entry.kind === kind);
  const judged = of("judgement").map(({ by, data }) => ({ by, ...data }));
  return { entries, bad, took, tasks: of("task").map(({ data }) => data), judged, written: of("demonstration") };
}

describe("rows of datasets", () => {
  it("of our rankings become a task and each annotator's judgement of it", async () => {
    const row = { prompt: "Q", completions: ["a", "b", "c"] };
    const { took, tasks, judged } = await read([
      { ...row, ranks: [2, 1, 2], annotator: "Anna" },
      { ...row, ranks: [1, 2, null], annotator: "小林", note: "c is not finished" },
      { prompt: "R", completions: ["x", "y"] },
    ]);
    expect(took).toEqual(["ranking"]);
    expect(tasks.map(({ prompt, type, source }) => [prompt, type, source])).toEqual([
      ...[["Q", "compare", "file.jsonl"] as const, ["R", "compare", "file.jsonl"] as const],
    ]);
    expect(judged.map(({ by, groups, ui }) => [by, groups, ui])).toEqual([
      ["Anna", [[1], [0, 2]], "import"],
      ["小林", [[0], [1]], "import"],
    ]);
    expect(judged.map(({ task }) => task)).toEqual([tasks[0]!.task, tasks[0]!.task]);
    expect(judged[1]!.note).toBe("c is not finished");
  });

  it("of TRL become judgements in which the better answer does not stand first because it is better", async () => {
    const { tasks, judged } = await read([
      { prompt: "Q", chosen: "zebra", rejected: "ant", margin: 3 },
      { prompt: "Q", chosen: "ant", rejected: "zebra", margin: 0.25 },
    ]);
    expect(tasks).toHaveLength(1);
    expect(tasks[0]!.completions).toEqual(["ant", "zebra"]);
    // Two who are not named and disagree are two people.
    expect(judged.map(({ by, groups, strength }) => [by, groups, strength])).toEqual([
      ["import", [[1], [0]], 3],
      ["import 2", [[0], [1]], undefined],
    ]);
  });

  it("of TRL without a prompt have it as what both answers begin with", async () => {
    const user = { role: "user", content: "Q" };
    const said = (content: string) => ({ role: "assistant", content });
    const { tasks } = await read([
      { chosen: "The sky is blue.", rejected: "The sky is green." },
      { chosen: [user, said("yes")], rejected: [user, said("no")] },
    ]);
    expect(tasks.map(({ prompt }) => prompt)).toEqual(["The sky is", [user]]);
    expect(tasks[1]!.completions).toEqual([[said("no")], [said("yes")]]);
  });

  it("of TRL's other kinds become thumbs and demonstrations", async () => {
    const messages = [
      { role: "user", content: "Q" },
      { role: "assistant", content: "A" },
    ];
    const { tasks, judged, written, bad } = await read(
      [
        { prompt: "Q", completion: "A", label: false },
        { prompt: "Q", completion: "B", annotator: "Anna" },
        { messages },
        { messages: messages.slice(0, 1) },
      ],
      { format: "trl" },
    );
    expect(judged.map(({ groups, flags, completions }) => [groups, flags, completions])).toEqual([
      [[], { good: [false] }, ["A"]],
    ]);
    expect(tasks.map(({ type }) => type)).toEqual(["compare", "demonstrate", "demonstrate"]);
    expect(written.map(({ by, data }) => [by, data.prompt, data.completion])).toEqual([
      ["Anna", "Q", "B"],
      ["import", [messages[0]], [messages[1]]],
    ]);
    expect(bad).toEqual([
      { line: 4, code: "no-last-answer", message: "messages do not end with an assistant's answer to somebody" },
    ]);
  });

  it("of HH are split where the answers part", async () => {
    const start = "\n\nHuman: hi\n\nAssistant: yes?\n\nHuman: help me\n\nAssistant:";
    const { took, tasks, judged } = await read([{ chosen: `${start} of course`, rejected: `${start} never` }]);
    expect(took).toEqual(["hh"]);
    expect(tasks[0]!.prompt).toHaveLength(3);
    expect(tasks[0]!.completions).toEqual([
      [{ role: "assistant", content: "never" }],
      [{ role: "assistant", content: "of course" }],
    ]);
    expect(judged[0]!.groups).toEqual([[1], [0]]);
  });

  it("of Open Assistant become a judgement for each prompt with ranked replies", async () => {
    const reply = (text: string, rank: number | null, replies: unknown[] = []) => ({
      text,
      role: "assistant",
      rank,
      replies,
    });
    const deeper = { text: "why?", role: "prompter", replies: [reply("so", 1), reply("because", 0)] };
    const prompt = {
      text: "Q",
      role: "prompter",
      lang: "en",
      replies: [reply("a", 1), reply("b", 0, [deeper]), reply("c", null)],
    };
    const { took, tasks, judged } = await read([{ message_tree_id: "1", prompt }]);
    expect(took).toEqual(["oasst"]);
    expect(tasks.map(({ language }) => language)).toEqual(["en", "en"]);
    expect(judged.map(({ groups }) => groups)).toEqual([
      [[1], [0]],
      [[1], [0]],
    ]);
    expect(judged[1]!.prompt).toHaveLength(3);
  });

  it("with a prompt alone wait for somebody to write an answer", async () => {
    const { took, tasks, judged } = await read([{ prompt: "写一首诗" }]);
    expect([took, judged]).toEqual([["prompts"], []]);
    expect(tasks[0]).toMatchObject({ type: "demonstrate", prompt: "写一首诗", completions: [] });
  });
});

describe("records of Argilla", () => {
  const fields = { prompt: "Q", "response-1": "a", "response-2": "b" };

  it("are read nested, as version 2 writes them", async () => {
    const responses = {
      preference: [
        { value: ["response-2", "response-1"], user_id: "u1" },
        {
          value: [
            { value: "response-1", rank: 1 },
            { value: "response-2", rank: 1 },
          ],
          user_id: "u2",
        },
      ],
      comment: [{ value: "b is kinder", user_id: "u1" }],
      safe: [{ value: "yes", user_id: "u1" }],
    };
    const { took, tasks, judged } = await read([{ id: "1", fields, responses, suggestions: {}, metadata: {} }]);
    expect(took).toEqual(["argilla"]);
    expect(tasks[0]).toMatchObject({ prompt: "Q", completions: ["a", "b"] });
    expect(judged.map(({ by, groups, note, labels }) => [by, groups, note, labels])).toEqual([
      ["u1", [[1], [0]], "b is kinder", { safe: "yes" }],
      ["u2", [[0, 1]], undefined, undefined],
    ]);
  });

  it("are read flattened, without drafts", async () => {
    const row = {
      ...{ id: "1", _server_id: "x", prompt: "Q", response: "a", "prompt.suggestion": null },
      ...{ "quality.responses": [4, 2], "quality.responses.users": ["u1", "u2"] },
      "quality.responses.status": ["submitted", "draft"],
    };
    const { judged } = await read([row]);
    expect(judged.map(({ by, groups, ratings }) => [by, groups, ratings])).toEqual([["u1", [], { quality: [4] }]]);
  });

  it("are read as version 1 wrote them, a choice of one answer being a comparison", async () => {
    const responses = [
      { user_id: "u1", status: "submitted", values: { better: { value: "response2" } } },
      { user_id: "u2", status: "discarded", values: { better: { value: "response1" } } },
    ];
    const { judged } = await read([{ fields, responses }]);
    expect(judged.map(({ by, groups }) => [by, groups])).toEqual([["u1", [[1], [0]]]]);
  });

  it("in which somebody wrote an answer are demonstrations", async () => {
    const responses = { answer: [{ value: "It opens at nine.", user_id: "u1" }] };
    const { tasks, written } = await read([{ fields: { prompt: "When does it open?" }, responses }]);
    expect(tasks[0]!.type).toBe("demonstrate");
    expect(written[0]!.data.completion).toBe("It opens at nine.");
  });
});

describe("exports of Label Studio", () => {
  const items = [
    { id: "llm_1", title: "first", body: "a" },
    { id: "llm_2", body: "b" },
    { id: "llm_3", body: "c" },
  ];
  const ranker = (value: unknown) => ({
    from_name: "rank",
    to_name: "results",
    type: "ranker",
    value: { ranker: value },
  });

  it("rank a list, or sort it into buckets", async () => {
    const annotations = [
      {
        result: [ranker(["llm_2", "llm_1", "llm_3"])],
        completed_by: 10,
        lead_time: 4.5,
        created_at: "2021-03-09T22:16:08.7Z",
      },
      { result: [ranker({ good: ["llm_3", "llm_1"], bad: ["llm_2"], _: [] })], completed_by: { email: "a@b.c" } },
      {
        result: [ranker({ good: ["llm_3"], bad: ["llm_2"], _: ["llm_1"] })],
        completed_by: { id: 3 },
        was_cancelled: false,
      },
      { result: [ranker(["llm_1"])], was_cancelled: true },
    ];
    const { took, tasks, entries, judged } = await read([{ id: 1, data: { prompt: "Q", items }, annotations }]);
    expect(took).toEqual(["label-studio"]);
    expect(tasks[0]!.completions).toEqual(["a", "b", "c"]);
    expect(judged.map(({ by, groups, seconds }) => [by, groups, seconds])).toEqual([
      ["annotator 10", [[1], [0], [2]], 4.5],
      ["a@b.c", [[0, 2], [1]], 0],
      ["annotator 3", [[2], [1]], 0],
    ]);
    expect(entries[1]!.at).toBe("2021-03-09T22:16:08.700Z");
  });

  it("choose one of two, with labels and a comment", async () => {
    const result = [
      { from_name: "pw", type: "pairwise", value: { selected: "right" } },
      { from_name: "tone", type: "choices", value: { choices: ["friendly"] } },
      { from_name: "comment", type: "textarea", value: { text: ["clearer"] } },
    ];
    const data = { prompt: "Q", answer1: "a", answer2: "b" };
    const { judged } = await read([{ data, annotations: [{ result, completed_by: 1 }] }]);
    expect(judged[0]).toMatchObject({ groups: [[1], [0]], labels: { tone: "friendly" }, note: "clearer" });
  });

  it("label a text without answers", async () => {
    const result = [{ from_name: "sentiment", type: "choices", value: { choices: ["negative"] } }];
    const { tasks, judged } = await read([{ data: { text: "Awful." }, annotations: [{ result, completed_by: 1 }] }]);
    expect(tasks[0]).toMatchObject({ type: "compare", prompt: "Awful.", completions: [] });
    expect(judged[0]).toMatchObject({ groups: [], labels: { sentiment: "negative" } });
  });
});

describe("an import", () => {
  const rows = [
    { prompt: "Q", chosen: "a", rejected: "b" },
    { prompt: "Q", chosen: "a", rejected: "b" },
    { prompt: "R", chosen: "c", rejected: "d" },
  ];
  const ids = async (values: readonly unknown[], at: number) =>
    (await read(values, { now: at })).entries.map(({ id }) => id);

  it("gives the same ids whenever it is done, and each row its own", async () => {
    const first = await ids(rows, now);
    expect(new Set(first).size).toBe(5); // two tasks, three judgements
    expect(await ids(rows, now + 1e9)).toEqual(first);
    expect((await ids([...rows, { prompt: "S", chosen: "e", rejected: "f" }], now)).slice(0, 5)).toEqual(first);
  });

  it("names each bad row, and takes nothing of it", async () => {
    const { entries, bad } = await read(
      [
        ...["text", { prompt: "Q" }, { prompt: "Q", completions: ["a", "b"], ranks: [1] }],
        ...[
          { prompt: "Q", completions: ["a", 2], ranks: [1, 2] },
          { prompt: "", completions: [] },
        ],
      ],
      { format: "ranking" },
    );
    expect(entries).toEqual([]);
    expect(bad.map(({ line, message }) => `${line} ${message.split("\n")[0]}`)).toEqual([
      "1 the row: Invalid input: expected object, received string",
      "2 completions: Invalid input: expected array, received undefined",
      "3 1 ranks for 2 completions",
      "4 completions.1: Invalid input",
      "5 completions: Too small: expected array to have >=1 items",
    ]);
    expect(bad.map(({ code, where, values }) => [code, where, values])).toMatchObject([
      ["invalid_type", undefined, { expected: "object" }],
      ["invalid_type", "completions", { expected: "array" }],
      ["ranks-length", undefined, { ranks: 1, completions: 2 }],
      ["invalid_union", "completions.1", {}],
      ["too_small", "completions", { minimum: 1 }],
    ]);
  });

  it("does not know everything", async () => {
    const { bad, took } = await read([{ question: "Q", answer: "A" }]);
    expect([took, bad]).toEqual([[], [{ line: 1, code: "unlike-any", message: "is of no format that is known here" }]]);
  });
});
