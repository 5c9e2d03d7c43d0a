import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { checkRow } from "../../data/index.ts";
import type { Judgement } from "../entry.ts";
import {
  datasetCard,
  type ExportOptions,
  type ExportRow,
  exportRows,
  forms,
  type TaskData,
  type WordEntry,
} from "../index.ts";
import { parquetOf } from "./parquet.ts";

const given = { seconds: 1, ui: "studio" };
const at = "2026-03-01T10:00:00Z";
const word = (by: string, data: Partial<Judgement>, when = at): WordEntry => {
  const completions = data.completions ?? ["a", "b", "c"];
  const order = completions.map((_, i) => i);
  const whole = { task: "t", prompt: "Q", completions, groups: [], order, ...given, ...data };
  return { format: 1, id: `${by}${whole.task}`, at: when, by, kind: "judgement", data: whole };
};
const written = (by: string, prompt: string): WordEntry => ({
  ...{ format: 1, id: by, at, by, kind: "demonstration", data: { task: "d", prompt, completion: "A", ...given } },
});
const rows = (words: WordEntry[], options: ExportOptions, tasks: TaskData[] = []) => [
  ...exportRows(words, tasks, options),
];

describe("an export", () => {
  const ranked = word("Anna", { groups: [[2], [0], [1]] });
  const tied = word("Bert", { groups: [[1], [0, 2]] });

  it("as rankings has one row a judgement, under pseudonyms unless names are asked for", () => {
    const even = word("Carl", { groups: [[0, 1, 2]] });
    const partial = word("Anna", { task: "u", groups: [[1], [0]] });
    expect(rows([ranked, even, tied, partial], { format: "rankings" })).toEqual([
      { prompt: "Q", completions: ["a", "b", "c"], ranks: [2, 3, 1], annotator: "person-1" },
      { prompt: "Q", completions: ["a", "b", "c"], ranks: [2, 1, 2], annotator: "person-3" },
      { prompt: "Q", completions: ["a", "b", "c"], ranks: [2, 1, null], annotator: "person-1" },
    ]);
    expect(rows([tied], { format: "rankings", names: true })[0]).toMatchObject({ annotator: "Bert" });
  });

  it("as preferences has all C(K, 2) pairs, and none of a tie", () => {
    expect(rows([ranked, tied], { format: "preference" })).toEqual([
      { prompt: "Q", chosen: "c", rejected: "a" },
      { prompt: "Q", chosen: "c", rejected: "b" },
      { prompt: "Q", chosen: "a", rejected: "b" },
      { prompt: "Q", chosen: "b", rejected: "a" },
      { prompt: "Q", chosen: "b", rejected: "c" },
    ]);
  });

  it("has a margin in every row if somebody said how much better", () => {
    const strong = word("Dora", { task: "u", completions: ["x", "y"], groups: [[1], [0]], strength: 4 });
    const plain = word("Dora", { task: "v", completions: ["x", "y"], groups: [[0], [1]] });
    expect(rows([strong, plain], { format: "preference" }).map(({ margin }) => margin)).toEqual([4, 0]);
  });

  it("can have the prompt in both answers", () => {
    const chat = [{ role: "user", content: "Q" }];
    const talk = (content: string) => [{ role: "assistant", content }];
    const turn = word("Anna", { prompt: chat, completions: [talk("no"), talk("yes")], groups: [[1], [0]] });
    const plain = word("Anna", { prompt: "The sky is", completions: [" blue.", " green."], groups: [[0], [1]] });
    const options = { format: "preference", prompt: "implicit" } as const;
    expect(rows([turn], options)).toEqual([{ chosen: [...chat, ...talk("yes")], rejected: [...chat, ...talk("no")] }]);
    expect(rows([plain], options)).toEqual([{ chosen: "The sky is blue.", rejected: "The sky is green." }]);
  });

  it("is all conversations as soon as one is", () => {
    const chat = word("Anna", { task: "u", prompt: [{ role: "user", content: "hi" }], groups: [[0], [1], [2]] });
    const made = rows([ranked, chat], { format: "preference" });
    expect(made[0]).toEqual({
      prompt: [{ role: "user", content: "Q" }],
      chosen: [{ role: "assistant", content: "c" }],
      rejected: [{ role: "assistant", content: "a" }],
    });
    for (const row of made) expect(checkRow("preference", row)).toHaveProperty("row");
  });

  it("as unpaired calls the best good and the worst bad, and what was judged by itself what it was called", () => {
    const labels = (words: WordEntry[]) =>
      rows(words, { format: "unpaired" }).map(({ completion, label }) => [completion, label]);
    expect(labels([ranked])).toEqual([
      ["b", false],
      ["c", true],
    ]);
    const pair = ["x", "y"];
    expect(labels([word("A", { completions: pair, groups: [[0, 1]], labels: { bothBad: true } })])).toEqual([
      ["x", false],
      ["y", false],
    ]);
    expect(labels([word("A", { completions: pair, groups: [[0, 1]] })])).toEqual([]);
    expect(labels([word("A", { completions: ["x"], flags: { good: [true] } })])).toEqual([["x", true]]);
  });

  it("as demonstrations or sft has what people wrote", () => {
    const words = [ranked, written("Anna", "Q")];
    expect(rows(words, { format: "demonstrations" })).toEqual([{ prompt: "Q", completion: "A" }]);
    expect(rows(words, { format: "sft" })).toEqual([
      {
        messages: [
          ...[
            { role: "user", content: "Q" },
            { role: "assistant", content: "A" },
          ],
        ],
      },
    ]);
  });
});

describe("filters", () => {
  const first = word("Anna", { groups: [[0], [1], [2]] }, "2026-03-01T10:00:00Z");
  const alike = word("Bert", { groups: [[0], [2], [1]] }, "2026-03-02T10:00:00Z"); // 2 of 3 pairs as Anna
  const alone = word("Anna", { task: "u", groups: [[0], [1], [2]] }, "2026-03-03T10:00:00Z");
  const who = (filter: Partial<ExportOptions>, tasks: TaskData[] = [], words = [first, alike, alone]) =>
    rows(words, { format: "rankings", names: true, ...filter }, tasks).map(({ annotator }) => annotator);

  it("take people and a span of time, its end excluded", () => {
    expect(who({ by: ["Bert"] })).toEqual(["Bert"]);
    expect(who({ since: "2026-03-02T10:00:00Z" })).toEqual(["Bert", "Anna"]);
    expect(who({ since: "2026-03-02", until: "2026-03-03T10:00:00Z" })).toEqual(["Bert"]);
  });

  it("take tasks on which people agree enough, and none that one person judged", () => {
    expect(who({ minAgreement: 0.6 })).toEqual(["Anna", "Bert"]);
    expect(who({ minAgreement: 0.7 })).toEqual([]);
  });

  it("leave out what somebody flagged, for everybody", () => {
    const harmful = word("Cora", { groups: [[0], [1], [2]], flags: { harm: [false, true, null] } });
    const ranks = (words: WordEntry[], withoutFlags: string[]) =>
      rows(words, { format: "rankings", withoutFlags }).map((row: ExportRow) => row.ranks);
    expect(ranks([first, harmful], ["harm"])).toEqual([
      [1, null, 2],
      [1, null, 2],
    ]);
    expect(ranks([first, harmful], ["violent"])).toHaveLength(2);
    expect(ranks([first, word("D", { labels: { sexual: true } })], ["sexual"])).toEqual([]);
  });

  it("leave out the qualification test", () => {
    const test: TaskData = { task: "t", type: "compare", prompt: "Q", completions: [], qualification: true };
    expect(who({}, [test])).toEqual(["Anna"]);
  });
});

describe("a Parquet file", () => {
  it("holds the rows, conversations and gaps as they are", async () => {
    const messages = [{ role: "user", content: "小店几点开门？" }];
    const made = [
      {
        prompt: messages,
        completions: [messages, messages],
        ranks: [1, null],
        annotator: "person-1",
        margin: 2,
        good: true,
      },
      {
        prompt: [...messages, ...messages],
        completions: [messages],
        ranks: [2],
        annotator: "🙂",
        margin: 0.5,
        good: false,
      },
    ];
    const bytes = await parquetOf(made);
    const read = await parquetReadObjects({ file: bytes.buffer as ArrayBuffer });
    const plain = JSON.parse(JSON.stringify(read, (_, value) => (typeof value === "bigint" ? Number(value) : value)));
    expect(plain).toEqual(made);
  });

  it("is not made of nothing", async () => {
    await expect(parquetOf([])).rejects.toMatchObject({ code: "nothing-to-export" });
  });
});

it("the dataset card has a header that the hub reads, and says what was asked", async () => {
  const card = await datasetCard({
    ...{ title: "书店: answers", format: "preference", file: "pairs.jsonl", rows: 1200, people: 3, tasks: 400 },
    agreement: { pairs: { value: 0.734, low: 0.7, high: 0.76, n: 120 }, alpha: null },
    ...{ form: forms.instructgpt, languages: ["en", "zh"] },
  });
  const header = parse(card.split("---\n")[1]!);
  expect(header).toMatchObject({
    ...{ license: null, pretty_name: "书店: answers", language: ["en", "zh"], size_categories: ["1K<n<10K"] },
    configs: [{ config_name: "preference", data_files: [{ split: "train", path: "pairs.jsonl" }] }],
  });
  expect(card).toContain("0.734 (0.700 to 0.760, 120 tasks)");
  expect(card).toContain("- about each answer: Overall quality (1 to 7)");
  expect(card.match(/^- about/gm)).toHaveLength(24);
});
