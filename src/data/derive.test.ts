import { describe, expect, it } from "vitest";
import { demonstrationsOf, pairsOf, preferenceOf, rankingOf, unpairedOf, withPrompt } from "./index.ts";

const user = { role: "user", content: "q" };
const say = (content: string) => ({ role: "assistant", content });

describe("derivations", () => {
  it("a ranking gives a pair for each difference, none for ties and unjudged answers", () => {
    const pairs = pairsOf({ prompt: "p", completions: ["d", "b", "a", "x", "c"], ranks: [4, 2, 1, null, 2] });
    expect(pairs.map(({ chosen, rejected }) => `${chosen}>${rejected}`)).toEqual(["a>b", "a>c", "a>d", "b>d", "c>d"]);
  });

  it("a pair is a ranking of two, and comes back from it", () => {
    const pair = { prompt: "p", chosen: "a", rejected: "b" };
    expect(pairsOf(rankingOf(pair))).toEqual([pair]);
  });

  it("a pair is two judged answers, and good answers are demonstrations", () => {
    const judged = unpairedOf({ prompt: "p", chosen: "a", rejected: "b" });
    expect(judged.map(({ completion, label }) => [completion, label])).toEqual([
      ["a", true],
      ["b", false],
    ]);
    expect(demonstrationsOf(judged)).toEqual([{ prompt: "p", completion: "a" }]);
  });

  it("feedback's label is the index of the better text", () => {
    expect(preferenceOf({ Title1: "a", Title2: "b", Label: 0 })).toEqual({ chosen: "a", rejected: "b" });
    expect(preferenceOf({ Title1: "a", Title2: "b", Label: 1 })).toEqual({ chosen: "b", rejected: "a" });
  });

  it("finds an implicit prompt as TRL does: the common beginning, without its last space", () => {
    const row = withPrompt({ chosen: "The sky is blue.", rejected: "The sky is green.", margin: 1 });
    expect(row).toEqual({ prompt: "The sky is", chosen: " blue.", rejected: " green.", margin: 1 });
    expect(withPrompt({ chosen: "🙂x", rejected: "🙃x" })).toEqual({ prompt: "", chosen: "🙂x", rejected: "🙃x" });
    expect(withPrompt({ chosen: [user, say("a")], rejected: [user, say("b")] })).toEqual({
      prompt: [user],
      chosen: [say("a")],
      rejected: [say("b")],
    });
    const explicit = { prompt: "p", chosen: "same a", rejected: "same b" };
    expect(withPrompt(explicit)).toEqual(explicit);
  });
});
