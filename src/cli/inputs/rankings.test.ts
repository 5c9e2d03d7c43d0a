import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { jsonl, tinyModel } from "../../../test/e2e/tiny.ts";
import { readRankings, tokenizeRankings } from "./rankings.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-rankings-"));
afterAll(() => rmSync(folder, { recursive: true }));
const model = tinyModel({ chat: false });
const { encode, special } = model.tokenizer;

async function ranked(name: string, content: string, options = {}) {
  const file = join(folder, name);
  writeFileSync(file, content);
  return tokenizeRankings(await readRankings(file, options), model, options).items;
}
const pair = { prompt: "The shop", chosen: " opens.", rejected: " sleeps." };
const tokens = (prompt: string, answer: string) => [...encode(prompt), ...encode(answer), special.eos];

describe("what people preferred", () => {
  it("becomes rankings of whole answers, the better of a pair first", async () => {
    const [row] = await ranked("pairs.jsonl", jsonl([{ ...pair, margin: 2 }]));
    expect(row).toMatchObject({ ranks: [1, 2], margin: 2, prompt: "The shop", cut: 0 });
    expect(row!.completions).toEqual([tokens("The shop", " opens."), tokens("The shop", " sleeps.")]);
  });

  it("in feedback.csv is told by the index of the better text", async () => {
    const [first, second] = await ranked("feedback.csv", "Title1,Title2,Label\nA b,C d,1\nE f,E g,0\n");
    expect(first!.completions).toEqual([tokens("", "C d"), tokens("", "A b")]);
    // What both begin with is their prompt, and rows of one prompt stay together.
    expect([first!.prompt, second!.prompt]).toEqual([["C d", "A b"], "E"]);
  });

  it("is of no use where the answers differ only beyond the context", async () => {
    const long = "The shop opens at eight. ".repeat(40);
    const rows = jsonl([pair, { ...pair, chosen: `${long}a`, rejected: `${long}b` }]);
    await expect(ranked("long.jsonl", rows)).rejects.toMatchObject({
      problems: [{ code: "equal-pair", where: expect.stringMatching(/long\.jsonl:2$/) }],
    });
    expect(await ranked("long.jsonl", rows, { skipBadRows: true })).toHaveLength(1);
  });

  it("is refused when it is not of the kind that was named", async () => {
    const three = { prompt: "a", completions: ["b", "c", "d"], ranks: [1, 2, 3] };
    await expect(ranked("three.jsonl", jsonl([three]), { kind: "pairwise" })).rejects.toMatchObject({
      code: "wrong-kind",
    });
    await expect(ranked("two.jsonl", jsonl([pair]), { kind: "ranking" })).rejects.toMatchObject({ code: "wrong-kind" });
    expect(await ranked("two.jsonl", jsonl([pair]), { kind: "pairwise" })).toHaveLength(1);
  });
});
