import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byteCharacters, splitWords, toByteCharacters } from "./byte-level.ts";
import { trainBpe } from "./train-bpe.ts";

/** The definition, slowly: count all pairs anew before each merge. */
function slowTwin(texts: readonly string[], vocabSize: number, minFrequency: number): [string, string][] {
  const tokens = byteCharacters.toSorted();
  let words = texts.flatMap((text) => splitWords(text).map((word) => [...toByteCharacters(word)]));
  const merges: [string, string][] = [];
  while (tokens.length < vocabSize) {
    const counts = new Map<string, { pair: [string, string]; count: number }>();
    for (const word of words) {
      for (let i = 0; i + 1 < word.length; i++) {
        const pair: [string, string] = [word[i]!, word[i + 1]!];
        const entry = counts.get(pair.join(" ")) ?? { pair, count: 0 };
        entry.count++;
        counts.set(pair.join(" "), entry);
      }
    }
    const id = (token: string) => tokens.indexOf(token);
    const [best] = [...counts.values()].sort(
      (a, b) => b.count - a.count || id(a.pair[0]) - id(b.pair[0]) || id(a.pair[1]) - id(b.pair[1]),
    );
    if (best === undefined || best.count < minFrequency) break;
    const [left, right] = best.pair;
    tokens.push(left + right);
    merges.push([left, right]);
    words = words.map((word) => {
      const out: string[] = [];
      for (let i = 0; i < word.length; i++) {
        const here = word[i] === left && word[i + 1] === right;
        out.push(here ? left + right : word[i]!);
        if (here) i++;
      }
      return out;
    });
  }
  return merges;
}

describe("trainBpe", () => {
  it("merges the most frequent pair first, ties by the smaller ids", () => {
    const { merges } = trainBpe(["low lower lowest newest widest"], { vocabSize: 260, minFrequency: 2 });
    expect(merges).toEqual(slowTwin(["low lower lowest newest widest"], 260, 2));
    expect(merges[0]).toEqual(["e", "s"]);
  });

  it("equals a trainer that counts anew before each merge", () => {
    const unit = fc.constantFrom("a", "b", "c", " ", "é", "好");
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit, maxLength: 30 }), { maxLength: 8 }),
        fc.nat({ max: 3 }),
        (texts, least) => {
          const { merges } = trainBpe(texts, { vocabSize: 275, minFrequency: least });
          expect(merges).toEqual(slowTwin(texts, 275, Math.max(least, 1)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("gives the same vocabulary for the same texts, and stops when no pair repeats", () => {
    const { vocab, merges } = trainBpe(["abcd"], { vocabSize: 1000, specialTokens: ["<|pad|>"] });
    expect(merges).toEqual([]);
    expect(vocab.size).toBe(257);
    expect(vocab.get("<|pad|>")).toBe(0);
    expect(vocab.get("!")).toBe(1);
  });
});
