// `sft --kind classification`, as a person would: topics of sentences in two languages, pairs, and multiple choice.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel } from "../../src/models/index.ts";
import { jsonl, plauditHere as plaudit, tinyFolder } from "./tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-classes-"));
const at = (...parts: string[]) => join(folder, ...parts);
const rows = (name: string, list: readonly unknown[]) => writeFileSync(at(name), jsonl(list));
afterAll(() => rmSync(folder, { recursive: true }));

const topics = {
  food: ["bread", "rice", "米饭", "面包", "figs", "soup"],
  tools: ["hammer", "saw", "锤子", "锯子", "nails", "rope"],
};
const sentences = ["", "Do you have ", "I want ", "Here is ", "我要", "这里有"].flatMap((before) =>
  [".", "?", " now.", "，谢谢。"].map((after) => `${before}X${after}`),
);
const things = Object.entries(topics).flatMap(([label, words]) => words.map((word) => ({ label, word })));
const said = things.flatMap(({ label, word }) => sentences.map((s) => ({ text: s.replace("X", word), label })));

beforeAll(() => {
  tinyFolder(at("model"), { context: 48 });
  rows("topics.jsonl", said);
  rows(
    "pairs.jsonl",
    things.flatMap((a) => things.map((b) => ({ text: a.word, text2: b.word, label: a.label === b.label }))),
  );
  rows(
    "choices.jsonl",
    sentences.slice(0, 8).flatMap((s, i) =>
      topics.food.map((word, k) => {
        const wrong = topics.tools[(i + k) % 6]!;
        return { text: s.replace("X", "food"), choices: (i + k) % 2 ? [word, wrong] : [wrong, word], label: word };
      }),
    ),
  );
  rows(
    "one-class.jsonl",
    said.filter(({ label }) => label === "food"),
  );
  rows("unknown.jsonl", [...said.slice(0, 3), { text: "The moon", label: "sky" }]);
  rows("mixed.jsonl", [
    { text: "a", choices: ["b", "c"], label: 0 },
    { text: "a", choices: ["b", "c", "d"], label: 2 },
    { text: "a", label: "b" },
  ]);
  rows("no-choice.jsonl", [
    { text: "a", choices: ["b", "c"], label: 0 },
    { text: "a", choices: ["b", "c"], label: 2 },
  ]);
  rows("demos.jsonl", [{ prompt: "a", completion: "b" }]);
});

const tune = "sft --kind classification --model model --batch-size 8 --learning-rate 1e-2";

/** Runs a command line that must succeed; the objects it printed. */
async function run(line: string) {
  const { code, out, json, err } = await plaudit(folder, [...line.split(" "), "--json"]);
  expect(code, err + out).toBe(0);
  return { results: json(), err };
}

describe("a classifier", () => {
  it("learns topics, better than the commonest class, and is saved with its classes' names", async () => {
    const { results, err } = await run(
      `${tune} --data topics.jsonl --num-train-epochs 6 --validation-share 0.25 --out topics`,
    );
    const [result] = results as [Record<string, number>];
    expect(result.accuracy).toBeGreaterThan(0.9);
    expect(result.majorityBaseline).toBeLessThan(0.7);
    expect(result.low).toBeLessThan(result.accuracy!);
    expect(result.trainLoss).toBeLessThan(0.1);
    expect(loadModel(at("topics", "model")).network.labels).toEqual(["food", "tools"]);
    expect(err).toContain("Next: plaudit score --model topics --data topics.jsonl");
  });

  it("gives the probability of each class", async () => {
    const { results } = await run("score --model topics --data topics.jsonl");
    expect(results).toHaveLength(said.length + 1);
    const [first] = results as [{ predicted: string; label: string; probabilities: number[] }];
    expect(first).toMatchObject({ where: "topics.jsonl:1", label: "food", predicted: "food" });
    expect(first.probabilities[0]! + first.probabilities[1]!).toBeCloseTo(1, 6);
    expect(results.at(-1)).toMatchObject({ rows: said.length, accuracy: expect.any(Number) });
    expect(results.at(-1)!.accuracy).toBeGreaterThan(0.9);
  });

  it("goes on with its classes", async () => {
    const line = tune.replace("--model model", "--model topics");
    const { results } = await run(`${line} --data one-class.jsonl --learning-rate 1e-4 --max-steps 2 --out further`);
    expect(results[0]!.trainLoss).toBeLessThan(0.3);
    expect(loadModel(at("further", "model")).network.labels).toEqual(["food", "tools"]);
  });

  it("learns whether two texts belong together, in either order", async () => {
    const { results, err } = await run(`${tune} --data pairs.jsonl --symmetric --num-train-epochs 16 --out pairs`);
    expect(err).toContain("2 classes: false, true");
    const judged = await run("score --model pairs --data pairs.jsonl --symmetric");
    const of = (i: number) => (judged.results[i] as { probabilities: number[] }).probabilities;
    expect(of(1)).toBeCloseToAll(of(12), 1e-4); // the words of row 2 and row 13 are the same, the other way round
    expect(results[0]!.trainLoss).toBeLessThan(0.6);
  });

  it("chooses", async () => {
    const { results } = await run(
      `${tune} --data choices.jsonl --num-train-epochs 20 --validation-share 0.3 --out choices`,
    );
    expect(results[0]!.accuracy).toBeGreaterThan(0.9);
    expect(loadModel(at("choices", "model")).network.labels).toBeUndefined();
    const judged = await run("score --model choices --data choices.jsonl");
    expect(judged.results[0]).toMatchObject({
      predicted: "bread",
      probabilities: [expect.any(Number), expect.any(Number)],
    });
  });

  it("is planned before it is trained", async () => {
    const { results } = await run(`${tune} --data choices.jsonl --dry-run`);
    expect(results[0]).toMatchObject({ steps: 12 }); // 43 of 48 rows, in eights, twice
  });
});

describe("what cannot be meant", () => {
  const score = "score --model topics --data";
  it.each([
    [`${tune} --data one-class.jsonl`, 3, "one-class", ['have the label \\"food\\"']],
    [
      `${tune.replace("--model model", "--model topics")} --data unknown.jsonl`,
      3,
      "bad-label",
      ["unknown.jsonl:4", '\\"sky\\"', "food, tools"],
    ],
    [`${score} unknown.jsonl`, 3, "bad-label", ["unknown.jsonl:4"]],
    [
      `${tune} --data mixed.jsonl`,
      3,
      "bad-row",
      ["mixed.jsonl:2", "3 choices, the first has a text and 2", "mixed.jsonl:3", "one text"],
    ],
    [`${tune} --data no-choice.jsonl`, 3, "bad-label", ["no-choice.jsonl:2", "none of the 2 choices"]],
    [`${tune} --data demos.jsonl`, 3, "missing-column", ['no columns \\"text\\", \\"label\\"']],
    [`${tune} --data topics.jsonl --symmetric`, 3, "wrong-kind", ["no pairs", "text2"]],
    [`${tune} --data topics.jsonl --max-length 2`, 2, "context", ["no room for a text"]],
    [
      `${tune} --data topics.jsonl --preset instructgpt --ptx-coef 1`,
      2,
      "bad-flag",
      ["--ptx-coef, --preset instructgpt is for --kind demonstrations"],
    ],
    ["sft --model model --data demos.jsonl --lm-coef 1", 2, "bad-flag", ["--lm-coef is for --kind classification"]],
    [`${score} choices.jsonl`, 3, "wrong-kind", ["holds choices"]],
    ["score --model choices --data topics.jsonl", 3, "wrong-kind", ["texts with a class"]],
    [
      "ppo --policy model --reward topics --prompts prompts.jsonl",
      2,
      "not-a-reward-model",
      ["classifier (food, tools)"],
    ],
    ["chat --model topics", 2, "not-a-language-model", ["topics is a classifier"]],
  ] as const)("%s", async (line, exit, code, parts) => {
    const before = readdirSync(folder);
    const { code: came, out, err } = await plaudit(folder, [...line.split(" "), "--json"]);
    expect(came, err).toBe(exit);
    for (const part of [code, ...parts]) expect(out).toContain(part);
    expect(readdirSync(folder)).toEqual(before);
  });
});
