import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { jsonl, plauditHere as plaudit, tinyFolder } from "./tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-data-"));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const data = (...words: string[]) => plaudit(folder, ["data", ...words]);

tinyFolder(join(folder, "lm"));
const good = [
  { prompt: "小店几点开门？", completions: ["八点", "不知道", "九点"], ranks: [1, 2, 2] },
  { prompt: "Q", completions: ["yes 🙂", "no"], ranks: [2, 1] },
];
write("good.jsonl", jsonl(good));
write("demonstrations.jsonl", jsonl([{ prompt: [{ role: "user", content: "门" }], completion: "开🙂" }]));
mkdirSync(join(folder, "folder"));

describe("plaudit data check", () => {
  it("lists every bad row of every file, more than twenty of them, and says what is good", async () => {
    const ties = Array.from({ length: 25 }, () => ({ prompt: "Q", completions: ["a", "b"], ranks: [1, 1] }));
    const rows = [
      ...good,
      ...ties,
      { prompt: "Q", completions: ["a", "b"], ranks: [1] },
      { prompt: "Q", completions: ["a"] },
    ];
    write("bad.jsonl", `${jsonl(rows)}{"prompt": "torn`);
    const { code, json } = await data("check", "good.jsonl", "bad.jsonl", "--json");
    const [first, second, error] = json<{
      rows: number;
      problems: { code: string; where: string }[];
      error: unknown;
    }>();
    expect(code).toBe(3);
    expect(first).toMatchObject({ file: "good.jsonl", kind: "ranking", rows: 2, problems: [] });
    const { problems } = second!;
    expect(problems.filter((problem) => problem.code === "all-ties")).toHaveLength(25);
    expect(problems.map(({ where }) => where)).toEqual(expect.arrayContaining(["bad.jsonl:3", "bad.jsonl:30"]));
    expect(new Set(problems.map((problem) => problem.code))).toEqual(
      new Set(["all-ties", "ranks-length", "bad-row", "bad-json"]),
    );
    expect(error).toMatchObject({ error: { code: "bad-rows" } });
  });

  it("finds what is too long for a model", async () => {
    write("long.jsonl", jsonl([{ prompt: "好".repeat(60), completion: "a" }]));
    const { code, out } = await data("check", "long.jsonl", "--model", "lm");
    expect(code).toBe(3);
    expect(out).toMatch(/long.jsonl:1: the prompt has \d+ tokens.*\[prompt-too-long\]/);
  });

  it("names what is no dataset, with what to do", async () => {
    write("empty.jsonl", "");
    write("column.jsonl", jsonl([{ prompt: "a", chozen: "b", rejected: "c" }]));
    write("gb.jsonl", new Uint8Array([...Buffer.from('{"text":"'), 0xd0, 0xa1, 0xb5, 0xea, ...Buffer.from('"}\n')]));
    const cases: [string[], number, RegExp][] = [
      [["empty.jsonl"], 3, /is empty \[empty-file\]/],
      [
        ["column.jsonl", "--kind", "preference"],
        3,
        /no column "chosen"; found .*\[missing-column\]\n.*"chozen" may be meant/,
      ],
      [["gb.jsonl"], 3, /gb.jsonl:1: .*\[bad-encoding\]\n.*--encoding gb18030/],
      [["goood.jsonl"], 2, /did you mean good.jsonl\?/],
      [["folder"], 2, /folder/],
    ];
    const ended = await Promise.all(cases.map(([words]) => data("check", ...words)));
    for (const [i, { code, out, err }] of ended.entries()) {
      expect(code, cases[i]![0].join(" ")).toBe(cases[i]![1]);
      expect(out + err).toMatch(cases[i]![2]);
    }
  });
});

describe("plaudit data convert", () => {
  it("makes pairs of rankings, and CSV that Excel reads and that comes back the same", async () => {
    expect((await data("convert", "good.jsonl", "--to", "preference", "--out", "pairs.csv")).code).toBe(0);
    expect(read("pairs.csv").charCodeAt(0)).toBe(0xfeff);
    expect((await data("convert", "pairs.csv", "--out", "pairs.jsonl")).code).toBe(0);
    const pairs = read("pairs.jsonl").trim().split("\n");
    expect(pairs.map((line) => JSON.parse(line))).toEqual([
      { prompt: "小店几点开门？", chosen: "八点", rejected: "不知道" },
      { prompt: "小店几点开门？", chosen: "八点", rejected: "九点" },
      { prompt: "Q", chosen: "no", rejected: "yes 🙂" },
    ]);
  });

  it("reads published forms, refuses what a CSV file cannot hold, and overwrites only when told", async () => {
    write("alpaca.json", JSON.stringify([{ instruction: "Say hi", input: "", output: "hi" }]));
    const words = ["convert", "alpaca.json", "--from", "alpaca", "--out"];
    expect((await data(...words, "messages.csv")).err).toMatch(/cannot tell from text \[cannot-convert\]/);
    expect((await data(...words, "messages.jsonl")).code).toBe(0);
    const before = read("messages.jsonl");
    const again = await data(...words, "messages.jsonl");
    expect([again.code, again.err.includes("[file-exists]"), read("messages.jsonl")]).toEqual([2, true, before]);
    expect((await data(...words, "messages.jsonl", "--overwrite")).code).toBe(0);
    const { code, err } = await data("convert", "good.jsonl", "--to", "text", "--out", "new.jsonl");
    expect([code, /ranking rows cannot become text/.test(err)]).toEqual([3, true]);
  });
});

describe("plaudit data stats and tokens", () => {
  it("counts rows, duplicates, scripts and tokens", async () => {
    write("twice.jsonl", jsonl([...good, good[0]]));
    const { json } = await data("stats", "twice.jsonl", "--model", "lm", "--json");
    const [stats] = json<{ tokens: Record<string, { max: number }>; totalTokens: number }>();
    expect(stats).toMatchObject({ kind: "ranking", rows: 3, duplicates: 1, scripts: { han: 2 / 3 } });
    expect(stats!.totalTokens).toBeGreaterThan(stats!.tokens.completions!.max);
  });

  it("shows which tokens are learnt: the answer and the end of its turn, half characters as bytes", async () => {
    const [shown, raw] = await Promise.all([
      data("tokens", "demonstrations.jsonl", "--model", "lm"),
      data("tokens", "demonstrations.jsonl", "--model", "lm", "--json"),
    ]);
    expect(shown.out).toMatch(/│·.*\[<f0>\]·\[<9f>\].*\[<\|im_end\|>\]/);
    const [row] = raw.json<{ ids: number[]; mask: number[]; completionStart: number; tokens: string[] }>();
    expect(row!.mask.indexOf(1)).toBe(row!.completionStart);
    expect(row!.mask.slice(row!.completionStart)).not.toContain(0);
    expect(row!.tokens.at(-1)).toBe("<|im_end|>");
    expect(row!.ids).toHaveLength(row!.mask.length);
  });

  it("wants a file or a text", async () => {
    const { code, err } = await data("tokens", "--model", "lm");
    expect([code, err.includes("[missing-flag]")]).toEqual([2, true]);
  });
});
