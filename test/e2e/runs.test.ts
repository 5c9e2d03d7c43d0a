import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonl, plauditHere as plaudit, tinyFolder } from "./tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-runs-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...parts: string[]) => join(folder, ...parts);
const run = (line: string) => plaudit(folder, line.split(" "));
const errorOf = async (line: string) => {
  const { code, json } = await run(`${line} --json`);
  return { exit: code, ...json<{ error: { code: string; message: string; help?: string } }>()[0]!.error };
};

/** As a kill at step 3 leaves a run: its newest checkpoint is that of step 2. */
function breakOff(name: string): void {
  const info = JSON.parse(readFileSync(at("runs", name, "run.json"), "utf8"));
  const { result: _, weights: __, ...rest } = info;
  writeFileSync(at("runs", name, "run.json"), JSON.stringify({ ...rest, status: "running", step: 2 }));
  for (const later of ["model", "checkpoints/step-00000004"]) rmSync(at("runs", name, later), { recursive: true });
}
const weights = (name: string) => readFileSync(at("runs", name, "model", "model.safetensors"));

beforeAll(async () => {
  tinyFolder(at("base"));
  const questions = Array.from({ length: 16 }, (_, i) => `The shop ${i}:`);
  const demonstrations = questions.map((prompt) => ({ prompt, completion: " opens at eight." }));
  const rankings = questions.map((prompt) => ({ prompt, completions: [" opens at eight.", " no"], ranks: [1, 2] }));
  writeFileSync(at("demos.jsonl"), jsonl(demonstrations));
  writeFileSync(at("rankings.jsonl"), jsonl(rankings));
  writeFileSync(at("prompts.jsonl"), jsonl(questions.map((prompt) => ({ prompt }))));
  const steps = "--batch-size 4 --max-steps 4 --save-steps 2";
  const lines = [
    `sft --model base --data demos.jsonl ${steps} --sample-steps 2 --out runs/sft-001`,
    `sft --model base --data demos.jsonl ${steps} --learning-rate 1e-3 --out runs/sft-002`,
    `reward --model runs/sft-001 --data rankings.jsonl ${steps} --out runs/reward-001`,
    `ppo --policy runs/sft-001 --reward runs/reward-001 --prompts prompts.jsonl --rollout-size 4 --max-steps 2 --max-completion-length 6 --out runs/ppo-001`,
  ];
  for (const line of lines) {
    const { code, err } = await run(line);
    if (code !== 0) throw new Error(`plaudit ${line} ended with ${code}:\n${err}`);
  }
});

describe("the page of a run", () => {
  it.each([
    ["sft-001", ["Before and after", "wanted", "after step 4", "loss"]],
    ["reward-001", ["Rankings and scores", "Better than a guess?"]],
    ["ppo-001", ["√KL", "Token by token", "Last samples", "policy: sft-001", "reward: reward-001", "demos.jsonl"]],
  ])("%s is one file that needs no other and tells what was run", (name, texts) => {
    const html = readFileSync(at("runs", name, "report.html"), "utf8");
    for (const text of [...texts, "Everything else that was measured", `plaudit ${name.split("-")[0]} --`]) {
      expect(html).toContain(text);
    }
    expect(html).not.toMatch(/<script|https?:|src=/);
    expect(html).not.toContain(folder);
  });
});

describe("plaudit runs compare", () => {
  it("tells what differs and what came of it, also as JSON and as a page", async () => {
    const { code, json } = await run("runs compare sft-001 sft-002 --out compare.html --json");
    const [compared] = json<{ settings: { name: string; values: unknown[] }[]; metrics: { name: string }[] }>();
    expect(code).toBe(0);
    expect(compared!.settings).toEqual([
      { name: "--learning-rate", values: [0.0005, 0.001] },
      { name: "--sample-steps", values: [2, 500] },
    ]);
    expect(compared!.metrics[0]).toMatchObject({ name: "loss", best: [expect.any(Number), expect.any(Number)] });
    expect(readFileSync(at("compare.html"), "utf8")).toContain("sft-001, sft-002: compared");
    expect(await errorOf("runs compare sft-001 sft-002 --out compare.html")).toMatchObject({ code: "file-exists" });
    expect((await run("runs compare sft-001 sft-002")).out).toMatch(/--learning-rate +0\.0005 +0\.001/);
  });

  it("wants two runs and names the nearest to one that is not there", async () => {
    expect(await errorOf("runs compare sft-001")).toMatchObject({ exit: 2, code: "missing-flag" });
    const error = await errorOf("runs compare sft-001 sfft-002");
    expect(error).toMatchObject({ exit: 2, code: "missing-run", help: "did you mean sft-002?" });
  });
});

describe("plaudit runs resume", () => {
  it("goes on with the command that began the run, to the same bytes", async () => {
    const [before, samples] = [weights("sft-001"), readFileSync(at("runs/sft-001/samples.jsonl"), "utf8")];
    breakOff("sft-001");
    const { code, err, json } = await run("runs resume --json");
    expect({ code, result: json()[0] }).toMatchObject({ code: 0, result: { steps: 4, run: join("runs", "sft-001") } });
    expect(err).toContain("after step 2");
    expect(weights("sft-001").equals(before)).toBe(true);
    expect(readFileSync(at("runs/sft-001/samples.jsonl"), "utf8")).toBe(samples);
  });

  it("says when there is nothing to go on with, or no command to do it", async () => {
    expect(await errorOf("runs resume")).toMatchObject({ exit: 2, code: "nothing-to-resume" });
    expect(await errorOf("runs resume sft-01")).toMatchObject({ code: "missing-run", help: "did you mean sft-001?" });
    const info = JSON.parse(readFileSync(at("runs/sft-002/run.json"), "utf8"));
    writeFileSync(at("runs/sft-002/run.json"), JSON.stringify({ ...info, command: "train", status: "interrupted" }));
    expect(await errorOf("runs resume sft-002")).toMatchObject({ exit: 2, code: "not-resumable" });
  });
});

describe("plaudit runs delete", () => {
  it("deletes nothing without --yes where nobody can be asked", async () => {
    expect(await errorOf("runs delete sft-002")).toMatchObject({ exit: 2, code: "needs-yes" });
    expect(existsSync(at("runs/sft-002/run.json"))).toBe(true);
  });

  it("refuses a run that others were made from, and one that a process works in", async () => {
    const error = await errorOf("runs delete sft-001 --yes");
    expect(error).toMatchObject({ exit: 2, code: "run-has-children" });
    expect(error.message).toMatch(/reward-001.* were made from/);
    const { lock } = await import("../../src/files/index.ts");
    const held = lock(at("runs/sft-002/.lock"));
    const locked = await errorOf("runs delete sft-002 nope --yes --force");
    held.release();
    expect(locked).toMatchObject({ code: "several-problems" });
    expect(readdirSync(at("runs"))).toHaveLength(4);
  });

  it("says what it frees; a run may go together with those made from it, or alone with --force", async () => {
    const [freed] = (await run("runs delete ppo-001 reward-001 --yes --json")).json<{ run: string; bytes: number }>();
    expect(freed).toMatchObject({ run: join("runs", "ppo-001"), bytes: expect.any(Number) });
    expect(freed!.bytes).toBeGreaterThan(10_000);
    expect((await run("runs delete sft-001 --yes --force")).out).toMatch(/deleted .*sft-001: .* freed/);
    expect(readdirSync(at("runs"))).toEqual(["sft-002"]);
  });
});
