// The quickstart at a small scale: it shows that the pipeline holds together, not that anything was learnt.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { QuickstartResult } from "../../src/cli/quickstart/evaluate.ts";
import { plaudit } from "./tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-quickstart-"));
const at = (...parts: string[]) => join(folder, ...parts);
afterAll(() => rmSync(folder, { recursive: true }));

const words = ["quickstart", "--scale", "0.03", "--language", "zh", "--seed", "3", "--out", "town"];

describe("the quickstart", () => {
  let ran: Awaited<ReturnType<typeof plaudit>>;
  let lines: string[][];
  beforeAll(async () => {
    const dry = await plaudit(folder, [...words, "--dry-run"]);
    lines = dry.out
      .split("\n")
      .filter((line) => line.startsWith("plaudit "))
      .map((line) => line.split(" ").slice(1));
    ran = await plaudit(folder, [...words, "--json"]);
  });

  it("goes through all stages and prints what the judge found", () => {
    expect(ran.code, ran.err).toBe(0);
    const [result] = ran.json<unknown>();
    expect(QuickstartResult.safeParse(result).error).toBeUndefined();
    expect(lines.map(([command]) => command)).toEqual([
      "world",
      "pretrain",
      "sft",
      "sample",
      "world",
      "reward",
      "ppo",
      "world",
      "reward",
      "ppo",
    ]);
  });

  it("leaves a report in the language asked for that needs nothing from elsewhere", () => {
    const html = readFileSync(at("town", "report.html"), "utf8");
    expect(html).toContain('<html lang="zh-CN">');
    expect(html).toContain("语言模型从反馈中学习");
    expect(html).not.toMatch(/(src|href)="https?:/);
  });

  // A main stage, and a control, which has run in a thread of its own.
  it.each(["reward", "shuffled-reward"])("is its command lines: %s run alone gives the same weights", async (stage) => {
    const run = `town/${stage}`;
    const line = lines.find((words) => words[0] === "reward" && words.includes(run))!;
    const alone = line.map((word) => (word === run ? `alone-${stage}` : word));
    expect((await plaudit(folder, alone)).code).toBe(0);
    const weights = (folder: string) => readFileSync(at(folder, "model", "model.safetensors"));
    expect(weights(`alone-${stage}`).equals(weights(run))).toBe(true);
  });

  it("prints the result again when it is finished, and is listed among the runs", async () => {
    const again = await plaudit(folder, ["quickstart", "--resume", "town", "--json"]);
    expect(again.json()).toEqual(ran.json());
    const { json } = await plaudit(folder, ["runs", "list", "--dir", ".", "--json"]);
    expect(json<{ name: string; status: string }>()).toContainEqual(
      expect.objectContaining({ name: "town", status: "finished" }),
    );
  });
});
