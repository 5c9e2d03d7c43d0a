import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { jsonl, plauditHere as plaudit, tinyFolder } from "./tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-score-"));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, content: string) => writeFileSync(join(folder, name), content);
const run = (...words: string[]) => plaudit(folder, words);

tinyFolder(join(folder, "lm"));
tinyFolder(join(folder, "other"), { seed: 2, merges: 10 });
tinyFolder(join(folder, "rm"), { head: "score", seed: 3 });
const prompt = "小店几点开门？";
write("prompts.jsonl", jsonl([{ prompt }, { prompt: "The shop" }, { prompt: [{ role: "user", content: "hi 🙂" }] }]));
write("ranking.jsonl", jsonl([{ prompt, completions: ["八点", "不知道", ""], ranks: [1, 2, null] }]));
write("pair.jsonl", jsonl([{ prompt, chosen: "八点", rejected: "不知道" }]));
write("text.txt", "The shop opens at eight. 小店八点开门。\n".repeat(20));
write("demonstrations.jsonl", jsonl([{ prompt: "The shop", completion: " opens at eight." }]));
write(
  "rewards.ts",
  `export const length = ({ completions }: { completions: string[] }) => completions.map((text) => text.length);
   export const constant = ({ completions }: { completions: string[] }) => completions.map(() => 1);
   export const broken = () => [Number.NaN];`,
);

describe("plaudit score", () => {
  it("gives each completion the same score whichever kind of row it is in", async () => {
    const [ranking, pair] = await Promise.all([
      run("score", "--model", "rm", "--data", "ranking.jsonl", "--json"),
      run("score", "--model", "rm", "--data", "pair.jsonl", "--json"),
    ]);
    const [row, summary] = ranking.json<{ where?: string; scores?: number[]; ranks?: unknown; accuracy?: number }>();
    expect(row).toMatchObject({ where: "ranking.jsonl:1", ranks: [1, 2, null] });
    const [better, worse] = row!.scores as [number, number, number];
    expect(better).not.toBe(worse);
    expect(summary).toMatchObject({ rows: 1, completions: 3, pairs: 1, accuracy: better > worse ? 1 : 0 });
    const pairScores = pair.json<{ scores: number[] }>()[0]!.scores;
    expect(pairScores[0]).toBeCloseTo(better, 5);
    expect(pairScores[1]).toBeCloseTo(worse, 5);
  });

  it("refuses a language model and rows of another kind in one report", async () => {
    const { code, err } = await run("score", "--model", "lm", "--data", "text.txt");
    expect(code).toBe(2);
    expect(err).toMatch(/\[not-a-reward-model\][\s\S]*\[missing-column\]/);
  });
});

describe("plaudit eval", () => {
  it("measures loss and perplexity on text and on demonstrations", async () => {
    const [text, rows] = await Promise.all([
      run("eval", "--model", "lm", "--data", "text.txt", "--json"),
      run("eval", "--model", "lm", "--data", "demonstrations.jsonl", "--json"),
    ]);
    for (const { json } of [text, rows]) {
      const [{ loss, perplexity, accuracy }] = json<Record<string, number>>() as [Record<string, number>];
      expect(loss).toBeGreaterThan(4); // random weights over 281 tokens: ln 281 = 5.6 and more
      expect(perplexity).toBeCloseTo(Math.exp(loss!), 8);
      expect(accuracy).toBeLessThan(0.2);
    }
  });

  it("compares two models of different tokenizers under a function and under a reward model", async () => {
    const words = ["eval", "--model", "lm", "--against", "other", "--prompts", "prompts.jsonl", "--n", "4", "--json"];
    const short = ["--max-new-tokens", "8"];
    const [byLength, mirrored, byModel] = await Promise.all([
      run(...words, ...short, "--judge", "./rewards.ts#length"),
      run(...words, ...short, "--judge", "./rewards.ts#length", "--model", "other", "--against", "lm"),
      run(...words, ...short, "--judge", "rm"),
    ]);
    type Compared = { reward: { value: number }; rewardAgainst: { value: number }; winRate: Record<string, number> };
    const [a, b, c] = [byLength, mirrored, byModel].map(({ json }) => json<Compared>()[0]!) as [
      Compared,
      Compared,
      Compared,
    ];
    expect(a.winRate.prompts).toBe(12);
    expect(a.reward.value).toBe(b.rewardAgainst.value);
    expect(a.winRate.value! + b.winRate.value!).toBeCloseTo(1, 12);
    expect(a.winRate.low!).toBeLessThanOrEqual(a.winRate.value!);
    expect(c.winRate.value).toBeGreaterThanOrEqual(0);
  });

  it("counts ties as half a win: a model against itself", async () => {
    const words = ["--prompts", "prompts.jsonl", "--judge", "./rewards.ts#constant", "--max-new-tokens", "2", "--json"];
    const { json } = await run("eval", "--model", "lm", "--against", "lm", ...words);
    expect(json()[0]).toMatchObject({ winRate: { value: 0.5, low: 0.5, high: 0.5, ties: 3, prompts: 3 } });
  });

  it("says what is missing or wrong before it computes anything", async () => {
    const judge = ["eval", "--model", "lm", "--prompts", "prompts.jsonl", "--max-new-tokens", "2", "--judge"];
    const [nothing, noJudge, misspelt, broken] = await Promise.all([
      run("eval", "--model", "lm"),
      run("eval", "--model", "lm", "--prompts", "prompt.jsonl"),
      run(...judge, "./rewards.ts#lenght"),
      run(...judge, "./rewards.ts#broken"),
    ]);
    expect([nothing.code, noJudge.code, misspelt.code, broken.code]).toEqual([2, 2, 2, 2]);
    expect(nothing.err).toContain("[missing-flag]");
    expect(noJudge.err).toMatch(/eval needs --judge[\s\S]*did you mean prompts.jsonl\?/);
    expect(misspelt.err).toMatch(/exports no function lenght \[not-a-reward\][\s\S]*did you mean .*#length/);
    expect(broken.err).toMatch(/must return 3 finite numbers, got \[null\] \[bad-reward\]/);
  });
});
