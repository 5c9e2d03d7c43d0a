import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { readMetrics, readRun } from "../../src/run/index.ts";
import { plaudit } from "./tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-formats-"));
afterAll(() => rmSync(folder, { recursive: true }));
cpSync(fileURLToPath(new URL("../formats/v1/", import.meta.url)), folder, { recursive: true });

describe("what an older version left behind can be gone on with:", () => {
  it.each(["sft", "ppo"])("an interrupted run of %s", async (name) => {
    const logs = readFileSync(join(folder, name, "metrics.jsonl"), "utf8");
    const { step } = readRun(join(folder, name)).info;
    const words = [name, "--resume", name, "--max-steps", `${step + 2}`, "--json"];
    const { code, err, json } = await plaudit(folder, words);
    expect(code, err).toBe(0);
    expect(err).toContain(`after step ${step}`);
    expect(json()[0]).toMatchObject({ steps: step + 2, run: name });
    expect(readMetrics(join(folder, name)).map((row) => row.step)).toEqual(
      Array.from({ length: step + 2 }, (_, i) => i + 1),
    );
    expect(readFileSync(join(folder, name, "metrics.jsonl"), "utf8").startsWith(logs)).toBe(true);
  });

  it("a journal in which all is said already", async () => {
    const line = "label tasks.jsonl --simulate 2 --overlap 1 --seed 1 --export again.jsonl --json";
    const { code, err, json } = await plaudit(folder, line.split(" "));
    expect(code, err).toBe(0);
    expect(json()[0]).toMatchObject({ judged: 0, left: 0 });
    expect(readFileSync(join(folder, "again.jsonl"), "utf8")).toBe(
      readFileSync(join(folder, "rankings.jsonl"), "utf8"),
    );
  });

  it("rankings, with the model of such a run", async () => {
    const line = "reward --model sft --data rankings.jsonl --max-steps 1 --threads 1 --json";
    const { code, err, json } = await plaudit(folder, line.split(" "));
    expect(code, err).toBe(0);
    expect(json()[0]).toMatchObject({ steps: 1 });
  });
});
