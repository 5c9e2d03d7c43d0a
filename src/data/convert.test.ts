import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { convertFile, pairsOf, type Rows, type Source } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-convert-"));
afterAll(() => rmSync(folder, { recursive: true }));
const convert = (source: Source, value: unknown, options = {}) => {
  const path = join(folder, "rows.jsonl");
  writeFileSync(path, JSON.stringify(value));
  return convertFile(path, source, options);
};
const user = (content: string) => ({ role: "user", content });
const assistant = (content: string) => ({ role: "assistant", content });

describe("converting published datasets", () => {
  it("hh: the prompt ends before the last shared Assistant turn", async () => {
    const shared = "\n\nHuman: hi\n\nAssistant: hello\n\nHuman: how?\n\nAssistant:";
    const { kind, rows } = await convert("hh", { chosen: `${shared} so.`, rejected: `${shared} no\n\nreally` });
    expect(kind).toBe("preference");
    expect(rows).toEqual([
      {
        prompt: [user("hi"), assistant("hello"), user("how?")],
        chosen: [assistant("so.")],
        rejected: [assistant("no\n\nreally")],
      },
    ]);
  });

  it("oasst: rankings at every depth, deleted and unranked replies left out", async () => {
    const reply = (text: string, rank: number | null, more = {}) => ({ text, role: "assistant", rank, ...more });
    const tree = {
      prompt: {
        text: "q",
        role: "prompter",
        replies: [
          reply("good", 0, {
            replies: [{ text: "more?", role: "prompter", replies: [reply("only", null)] }],
          }),
          reply("bad", 1),
          reply("gone", 2, { deleted: true }),
          reply("unranked", null),
        ],
      },
    };
    expect((await convert("oasst", tree)).rows).toEqual([
      { prompt: [user("q")], completions: [[assistant("good")], [assistant("bad")]], ranks: [1, 2] },
    ]);
    expect((await convert("oasst", tree, { kind: "prompt-completion" })).rows).toEqual([
      { prompt: [user("q")], completion: [assistant("good")] },
      { prompt: [user("q"), assistant("good"), user("more?")], completion: [assistant("only")] },
    ]);
  });

  it("demonstrations: input after the instruction, calculator marks taken out", async () => {
    const instances = [
      { input: "", output: "x" },
      { input: "in", output: "y" },
    ];
    expect((await convert("self-instruct", { instruction: "do", instances })).rows).toEqual([
      { prompt: [user("do")], completion: [assistant("x")] },
      { prompt: [user("do\n\nin")], completion: [assistant("y")] },
    ]);
    const sum = { question: "1+1?", answer: "It is <<1+1=2>>2.\n#### 2" };
    expect((await convert("gsm8k", sum)).rows).toEqual([
      { prompt: [user("1+1?")], completion: [assistant("It is 2.\n#### 2")] },
    ]);
  });

  it("sharegpt: conversations, and pairs after them", async () => {
    const conversations = [
      { from: "system", value: "s" },
      { from: "human", value: "h" },
    ];
    const [chosen, rejected] = ["a", "b"].map((value) => ({ from: "gpt", value }));
    const system = { role: "system", content: "s" };
    expect((await convert("sharegpt", { conversations })).rows).toEqual([{ messages: [system, user("h")] }]);
    expect((await convert("sharegpt", { conversations, chosen, rejected }, { kind: "preference" })).rows).toEqual([
      { prompt: [system, user("h")], chosen: [assistant("a")], rejected: [assistant("b")] },
    ]);
  });

  it("lists values of another form, and refuses a kind that a source cannot become", async () => {
    await expect(convert("alpaca", { instruction: "x" })).rejects.toMatchObject({
      code: "bad-rows",
      problems: [{ code: "bad-row", message: expect.stringContaining("output"), where: expect.stringMatching(/:1$/) }],
    });
    await expect(convert("hh", { chosen: "a", rejected: "b" })).rejects.toMatchObject({ code: "bad-rows" });
    await expect(convert("gsm8k", {}, { kind: "ranking" })).rejects.toMatchObject({
      code: "cannot-convert",
      help: "it can become prompt-completion",
    });
  });
});

const data = fileURLToPath(new URL("../../../shared/data", import.meta.url));
describe.skipIf(!existsSync(data))("the real files (skipped: ../shared/data is not here)", () => {
  it("oasst: 212 prompts with 2 to 9 ranked replies", async () => {
    const { rows } = await convertFile(`${data}/preferences/oasst-en-100-trees.jsonl.gz`, "oasst");
    const rankings = rows as readonly Rows["ranking"][];
    const replies = rankings.map(({ ranks }) => ranks.length);
    expect([rankings.length, Math.min(...replies), Math.max(...replies)]).toEqual([212, 2, 9]);
    expect(rankings.every((row) => pairsOf(row).length > 0)).toBe(true);
  });

  it("hh: 2,312 pairs that end in the assistant's turns", async () => {
    const path = `${data}/preferences/harmless-base-test.jsonl.gz`;
    const { rows, skipped } = await convertFile(path, "hh", { skipBadRows: true });
    expect(rows.length + skipped.length).toBe(2312);
    expect(skipped.length).toBeLessThan(30);
    for (const { prompt, chosen } of rows as readonly Rows["preference"][]) {
      expect((prompt as { role: string }[]).at(-1)!.role).toBe("user");
      expect((chosen as { role: string }[])[0]!.role).toBe("assistant");
    }
  });

  it.each([
    ["demonstrations/self-instruct-seed-tasks.jsonl.gz", "self-instruct", 175],
    ["demonstrations/self-instruct-user-oriented.jsonl.gz", "self-instruct", 252],
    ["demonstrations/zh-qa.jsonl.gz", "alpaca", 1009],
    ["gsm8k/test.jsonl.gz", "gsm8k", 1319],
  ] as const)("%s", async (file, source, count) => {
    const { rows, kind } = await convertFile(`${data}/${file}`, source);
    expect([kind, rows.length]).toEqual(["prompt-completion", count]);
  });

  it("LLaMA-Factory's Chinese pairs", async () => {
    const path = `${data}/preferences/llamafactory-dpo-zh-demo.jsonl.gz`;
    expect(
      (await convertFile(path, "sharegpt", { kind: "preference", skipBadRows: true })).rows.length,
    ).toBeGreaterThan(290);
  });
});
