import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { jsonl, plauditHere as plaudit } from "./tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-exchange-"));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, content: string) => writeFileSync(join(folder, name), content);
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const data = (...words: string[]) => plaudit(folder, ["data", ...words]);

const rankings = [
  { prompt: "小店几点开门？", completions: ["八点", "不知道", "九点"], ranks: [1, 2, 2], annotator: "小林" },
  { prompt: "小店几点开门？", completions: ["八点", "不知道", "九点"], ranks: [1, 3, 2], annotator: "Greta" },
  { prompt: "Q", completions: ["yes 🙂", "no"], ranks: [2, 1], annotator: "Greta" },
];
write("rankings.jsonl", jsonl(rankings));

describe("plaudit data import and export", () => {
  it("bring rankings into a project once, and out again as what a reward model learns from", async () => {
    const counts = { rows: 3, tasks: 2, judgements: 3, demonstrations: 0, skipped: 0 };
    const first = await data("import", "rankings.jsonl", "--project", "shop", "--json");
    expect(first.json()).toEqual([{ project: "shop", file: "rankings.jsonl", format: "ranking", ...counts, known: 0 }]);
    const journal = read("shop/journal.jsonl");
    const again = await data("import", "rankings.jsonl", "--project", "shop", "--json");
    expect(again.json<{ known: number }>()[0]!.known).toBe(5);
    expect(read("shop/journal.jsonl")).toBe(journal);

    await data("export", "shop", "--to", "rankings", "--out", "named.jsonl", "--names");
    expect(read("named.jsonl")).toBe(jsonl(rankings));
    const { json } = await data("export", "shop", "--to", "preference", "--out", "out/pairs.jsonl", "--card", "--json");
    expect(json()).toEqual([{ out: "out/pairs.jsonl", format: "preference", rows: 6, card: "out/README.md" }]);
    expect(read("out/README.md")).toContain("path: pairs.jsonl");
    expect((await data("check", "out/pairs.jsonl", "--kind", "preference")).code).toBe(0);
    await data("export", "shop", "--to", "preference", "--out", "pairs.parquet", "--min-agreement", "0.9");
    const checked = await data("check", "pairs.parquet", "--json");
    expect(checked.json()).toMatchObject([{ kind: "preference", rows: 5, problems: [] }]);
  });

  it("copy a whole project, to the byte", async () => {
    await data("export", "shop", "--to", "all", "--names", "--out", "all.jsonl");
    expect(read("all.jsonl")).toBe(read("shop/journal.jsonl"));
    await data("import", "all.jsonl", "--project", "copy");
    await data("export", "copy", "--to", "all", "--names", "--out", "again.jsonl");
    expect(read("again.jsonl")).toBe(read("all.jsonl"));
    await data("export", "copy", "--to", "all", "--out", "nameless.jsonl");
    expect(read("nameless.jsonl")).not.toMatch(/Greta|小林/);
  });

  it("write nothing while a row is bad, unless told to go on without", async () => {
    write("mixed.jsonl", `${jsonl([rankings[0], { ...rankings[1], ranks: [1] }])}{"prompt": "torn`);
    const refused = await data("import", "mixed.jsonl", "--project", "mixed", "--json");
    expect(refused.code).toBe(3);
    const [{ error }] = refused.json<{ error: { code: string; problems: { where: string }[] } }>() as [never];
    expect(error).toMatchObject({ code: "bad-rows", message: "mixed.jsonl: 2 of 3 rows cannot be used" });
    expect(JSON.stringify(error)).toContain("mixed.jsonl:3");
    expect(existsSync(join(folder, "mixed"))).toBe(false);
    const taken = await data("import", "mixed.jsonl", "--project", "mixed", "--skip-bad-rows", "--json");
    expect(taken.json()).toMatchObject([{ judgements: 1, skipped: 2 }]);
  });

  it("list every bad row in a file where there are more than a screen takes", async () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({
      ...rankings[2],
      prompt: `Q${i}`,
      ranks: i % 2 ? [1] : [1, 2],
    }));
    write("many.jsonl", jsonl(rows));
    const refused = await data("import", "many.jsonl", "--project", "many", "--bad-rows", "bad.jsonl");
    expect(refused.err).toContain("30 of 60 rows cannot be used");
    expect(refused.err.match(/many\.jsonl:\d+/g)).toHaveLength(20);
    expect(refused.err).toContain("--bad-rows FILE lists all");
    const listed = read("bad.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(listed.map(({ line }) => line)).toEqual(Array.from({ length: 30 }, (_, i) => 2 * i + 2));
    expect(listed[0].message).toBe("1 ranks for 2 completions");
  });

  it("say how far they are, and killed half way they go on without doubling anything", async () => {
    const rows = Array.from({ length: 12_000 }, (_, i) => ({ ...rankings[2], prompt: `Q${i}` }));
    write("large.jsonl", jsonl(rows));
    const program = fileURLToPath(new URL("../../bin/plaudit.js", import.meta.url));
    const words = ["data", "import", "large.jsonl", "--project", "large"];
    const child = spawn(process.execPath, [program, ...words], { cwd: folder });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
    const ended = new Promise((resolve) => child.on("close", resolve));
    const journal = join(folder, "large", "journal.jsonl");
    await expect.poll(() => existsSync(journal) && statSync(journal).size, { timeout: 60_000 }).toBeGreaterThan(0);
    child.kill("SIGKILL");
    await ended;
    expect(said).toMatch(/^checking {2}500\n/);
    expect(said).toMatch(/^importing {2}500\/12000 {2}4%/m);
    const again = await data("import", "large.jsonl", "--project", "large", "--json");
    const [{ judgements, known }] = again.json<{ judgements: number; known: number }>() as [never];
    expect(judgements).toBe(12_000);
    expect(known).toBeGreaterThan(0);
    expect(known).toBeLessThan(24_000);
    const ids = read("large/journal.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).id);
    expect([ids.length, new Set(ids).size]).toEqual([24_000, 24_000]);
  });

  it("name what is wrong with a call, and what to do", async () => {
    await data("import", "rankings.jsonl", "--project", "shop");
    write("strange.jsonl", jsonl([{ question: "Q", reply: "A" }]));
    write("empty.jsonl", "");
    const cases: [string[], number, RegExp][] = [
      [["import", "strange.jsonl", "--project", "new"], 2, /unknown-format[\s\S]*--from: all, ranking, trl/],
      [["import", "empty.jsonl", "--project", "new"], 3, /empty-file/],
      [["import", "rankings.json", "--project", "new"], 2, /missing-file/],
      [["export", "nowhere", "--to", "rankings", "--out", "x.jsonl"], 2, /no-project/],
      [["export", "shop", "--to", "rankings", "--out", "x.txt"], 2, /unknown-format/],
      [["export", "shop", "--to", "all", "--out", "x.parquet"], 2, /cannot-convert/],
      [["export", "shop", "--to", "sft", "--out", "x.jsonl"], 3, /nothing-to-export/],
      [["export", "shop", "--to", "rankings", "--out", "rankings.jsonl"], 2, /file-exists/],
    ];
    for (const [words, code, message] of cases) {
      const result = await data(...words);
      expect([words.join(" "), result.code]).toEqual([words.join(" "), code]);
      expect(`${result.out}${result.err}`).toMatch(message);
    }
    expect(existsSync(join(folder, "new"))).toBe(false);
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
  });
});
