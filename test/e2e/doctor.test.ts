// The doctor beside the trainers: what it stops, what it only warns of, and that it is silent on what is sound.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readMetrics, readRun } from "../../src/run/index.ts";
import { jsonl, plauditHere as plaudit, tinyFolder } from "./tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-doctor-"));
const at = (...parts: string[]) => join(folder, ...parts);
const file = (name: string, content: string) => writeFileSync(at(name), content);
afterAll(() => rmSync(folder, { recursive: true }));

const run = (line: string) => plaudit(folder, line.split(" "));
const found = (name: string) => readRun(at(name)).info.findings?.map(({ code, level }) => `${level} ${code}`);

beforeAll(() => {
  tinyFolder(at("model"), { chat: false });
  const demonstrations = Array.from({ length: 12 }, (_, i) => ({
    prompt: `The shop ${i}:`,
    completion: " opens at eight.",
  }));
  file("demos.jsonl", jsonl(demonstrations));
  file("prompts.jsonl", jsonl([{ prompt: "The shop" }]));
  // Which of two answers is better changes from row to row: there is nothing in them to learn.
  const rankings = Array.from({ length: 160 }, (_, i) => ({
    prompt: `Shop ${i}`,
    completions: [" opens.", " closes."],
    ranks: (i * 7919) % 13 < 6 ? [1, 2] : [2, 1],
  }));
  file("guesses.jsonl", jsonl(rankings));
  file("flat.ts", "export const flat = ({ completions }: { completions: string[] }) => completions.map(() => 1);");
});

describe("the doctor stops with exit code 5", () => {
  it("before the first step, when no answer comes to its end, and leaves no folder", async () => {
    const line = "sft --model model --data demos.jsonl --max-length 16 --out cut";
    const { code, out, err } = await run(`${line} --json`);
    expect(code, err).toBe(5);
    expect(JSON.parse(out).error).toMatchObject({
      code: "eos-never-trained",
      help: expect.stringContaining("--max-length"),
    });
    expect(err).toContain("100.0 % of the texts (12 of 12) are cut at 16 tokens, the first in row 1 [truncated-rows]");
    expect(existsSync(at("cut"))).toBe(false);
    expect((await run(`${line} --dry-run`)).code).toBe(5);
    const examined = await run("doctor data demos.jsonl --model model --max-length 16 --json");
    expect(examined.code).toBe(5);
    const [{ findings }] = examined.json<{ findings: { code: string }[] }>() as [{ findings: { code: string }[] }];
    expect(findings.map(({ code }) => code)).toEqual(["eos-never-trained", "truncated-rows"]);
  });

  it("in the middle of a run, with a checkpoint from which it can be gone on with", async () => {
    const line = "ppo --policy model --prompts prompts.jsonl --reward ./flat.ts#flat";
    const { code, err } = await run(`${line} --rollout-size 4 --max-completion-length 4 --max-steps 12 --out flat`);
    expect(code, err).toBe(5);
    expect(err.match(/warning .*\[zero-variance-rewards\]/g)).toHaveLength(1);
    expect(err).toContain("[zero-variance-rewards]\n  at flat");
    const { info } = readRun(at("flat"));
    expect(info).toMatchObject({ status: "failed", step: 10, error: { code: "zero-variance-rewards" } });
    expect(found("flat")).toContain("stop zero-variance-rewards");
    expect(readdirSync(at("flat", "checkpoints"))).toEqual(["step-00000010"]);
    const page = readFileSync(at("flat", "report.html"), "utf8");
    expect(page).toContain("failed after step 10");
    expect(page).toContain("step 10: all completions of a rollout got the same score");

    const { code: again, err: said } = await run("ppo --resume flat");
    expect(again, said).toBe(0);
    expect(said).not.toContain("warning");
    expect(readMetrics(at("flat"))).toHaveLength(12);
    expect((await run("doctor run flat")).out).toContain(
      "step 10: stop all completions of a rollout got the same score",
    );
  });

  it("when a number is no longer finite", async () => {
    const { code, err } = await run(
      "sft --model model --data demos.jsonl --max-steps 3 --learning-rate 1e30 --out nan",
    );
    expect(code, err).toBe(5);
    expect(err).toContain("[non-finite]");
    expect(readRun(at("nan")).info).toMatchObject({ status: "failed", error: { code: "non-finite" } });
    expect(found("nan")).toEqual(["stop non-finite"]);
  });
});

describe("the doctor warns", () => {
  it("of a reward model that learnt nothing, on the screen and in run.json, and lets it finish", async () => {
    const { code, err } = await run("reward --model model --data guesses.jsonl --validation-share 0.3 --out guess");
    expect(code, err).toBe(0);
    expect(err).toMatch(/warning the reward model is right in .* of pairs that it has not seen.*\[reward-at-chance\]/);
    expect(readRun(at("guess")).status).toBe("finished");
    expect(found("guess")).toEqual(["warn reward-at-chance"]);
    expect(readFileSync(at("guess", "report.html"), "utf8")).toContain("[reward-at-chance]");
  });

  it("of nothing where everything is sound", async () => {
    const { code, err } = await run("sft --model model --data demos.jsonl --max-steps 3 --out sound");
    expect(code, err).toBe(0);
    expect(err).not.toContain("warning");
    expect(found("sound")).toBeUndefined();
    expect((await run("doctor model sound")).out).toBe("sound: nothing found\n");
  });
});
