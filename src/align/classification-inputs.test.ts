import { describe, expect, it } from "vitest";
import { trainBpeTokenizer, trainCharacterTokenizer } from "../text/index.ts";
import { classificationInputs, separatorsOf } from "./classification-inputs.ts";

const [start, delimiter, extract] = [1, 3, 2];
const input = { start, delimiter: [delimiter], extract, maxLength: 20 };
const sequences = (...given: Parameters<typeof classificationInputs>) => classificationInputs(...given).sequences;

describe("GPT-1's input transformations", () => {
  it("put one text between start and extract", () => {
    expect(classificationInputs({ text: [10, 11] }, input)).toEqual({ sequences: [[1, 10, 11, 2]], cut: false });
  });

  it("put a delimiter between the texts of a pair", () => {
    expect(sequences({ text: [10], text2: [20, 21] }, input)).toEqual([[1, 10, 3, 20, 21, 2]]);
  });

  it("read a symmetric pair in both orders", () => {
    expect(sequences({ text: [10], text2: [20, 21] }, { ...input, symmetric: true })).toEqual([
      [1, 10, 3, 20, 21, 2],
      [1, 20, 21, 3, 10, 2],
    ]);
  });

  it("give every choice a sequence of its own, with the text before it", () => {
    expect(sequences({ text: [10], choices: [[20], [21], [22, 23]] }, input)).toEqual([
      [1, 10, 3, 20, 2],
      [1, 10, 3, 21, 2],
      [1, 10, 3, 22, 23, 2],
    ]);
  });

  it("cut the longer text, and never the tokens between texts", () => {
    const long = Array.from({ length: 30 }, (_, i) => 100 + i);
    const cases = [
      { text: long },
      { text: long, text2: [20] },
      { text: [10], text2: long },
      { text: long, text2: long },
      { text: long, choices: [[20], long] },
    ];
    for (const ids of cases) {
      const { sequences, cut } = classificationInputs(ids, { ...input, maxLength: 9 });
      expect(cut).toBe(true);
      for (const sequence of sequences) {
        expect(sequence).toHaveLength(9);
        expect([sequence[0], sequence.at(-1)]).toEqual([1, 2]);
        expect(sequence.filter((id) => id === delimiter)).toHaveLength("text2" in ids || "choices" in ids ? 1 : 0);
      }
    }
    expect(sequences({ text: long, text2: [20] }, { ...input, maxLength: 9 })[0]).toEqual([
      1, 100, 101, 102, 103, 104, 3, 20, 2,
    ]);
  });
});

it("leave something of each text, or say that they cannot", () => {
  expect(sequences({ text: [10, 11], text2: [20, 21] }, { ...input, maxLength: 5 })).toEqual([[1, 10, 3, 20, 2]]);
  const short = () => sequences({ text: [10], text2: [20] }, { ...input, maxLength: 4 });
  expect(short).toThrow(expect.objectContaining({ code: "context", message: expect.stringContaining("two texts") }));
});

describe("the tokens between texts", () => {
  it("are the tokenizer's own", () => {
    const tokenizer = trainBpeTokenizer(["a b"], { vocabSize: 261 });
    expect(separatorsOf(tokenizer)).toEqual({ start: 1, delimiter: [3], extract: 2 });
  });

  it("are the end token and a dollar sign where it has no others, as GPT-2's", () => {
    const tokenizer = { ...trainCharacterTokenizer(["a$"]), special: { eos: 2 }, idOf: () => undefined };
    expect(separatorsOf(tokenizer)).toEqual({ start: 2, delimiter: tokenizer.encode("$"), extract: 2 });
  });

  it("cannot do without an end", () => {
    const tokenizer = { ...trainCharacterTokenizer(["a"]), special: {} };
    expect(() => separatorsOf(tokenizer)).toThrow(expect.objectContaining({ code: "no-end-token" }));
  });
});
