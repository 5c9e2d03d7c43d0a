/** `plaudit clips` for real. Killed and resumed it is in resume.test.ts. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { plaudit } from "./tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-clips-"));
afterAll(() => rmSync(folder, { recursive: true }));
const run = (line: string) => plaudit(folder, line.split(" "));
const errorOf = async (line: string) => {
  const { code, json } = await run(`${line} --json`);
  const [{ error }] = json<{ error: { code: string; help?: string } }>() as [
    { error: { code: string; help?: string } },
  ];
  return { exit: code, ...error };
};

describe("plaudit clips", () => {
  it("learns from answers, and says what the policy is worth in truth", async () => {
    const settings = "--total-timesteps 12288 --labels 60 --rounds 3 --clip-seconds 0.5 --evaluation-episodes 10";
    const { code, err, json } = await run(`clips --env Pendulum-v1 ${settings} --seed 1 --out swing --json`);
    expect(code, err).toBe(0);
    expect(json()[0]).toMatchObject({
      ...{ steps: 16_288, asked: 60, answered: 60, run: "swing" },
      return: { mean: expect.any(Number), std: expect.any(Number), episodes: 10 },
    });
    const rows = readFileSync(join(folder, "swing/metrics.jsonl"), "utf8").trim().split("\n");
    const last = JSON.parse(rows.at(-2)!);
    expect(last["clips/accuracy"]).toBeGreaterThan(0.6); // a coin has 0.5
    expect(last["clips/reward_correlation"]).toBeGreaterThan(0.5);
    expect(existsSync(join(folder, "swing/model/config.json"))).toBe(true);
    expect(JSON.parse(readFileSync(join(folder, "swing/run.json"), "utf8")).config).toMatchObject({ useSde: true });
  });

  it("asks the people of a project without waiting for them, and takes back at its end what nobody has answered", async () => {
    expect((await run("init people")).code).toBe(0);
    const settings = "--total-timesteps 256 --labels 4 --initial-steps 200 --start-share 0 --evaluation-episodes 2";
    const { code, err, json } = await run(
      `clips --env Pendulum-v1 --labeller studio --project people ${settings} --n-steps 16 --json`,
    );
    expect(code, err).toBe(0);
    expect(json()[0]).toMatchObject({ asked: 4, answered: 0, run: join("people", "runs", "clips-001") });
    const journal = readFileSync(join(folder, "people/journal.jsonl"), "utf8").trim().split("\n");
    const entries = journal.map((line) => JSON.parse(line));
    const ofKind = (wanted: string) => entries.filter(({ kind }) => kind === wanted);
    const tasks = ofKind("task");
    expect(tasks).toHaveLength(4);
    expect(ofKind("close").map(({ data }) => data.task)).toEqual(tasks.map(({ data }) => data.task));
    expect(tasks[0].data).toMatchObject({ type: "clips", source: "clips-001" });
  });

  it.each([
    ["clips --env CartPole-v1", 2, "variable-horizon"],
    ["clips --env Nowhere-v1", 2, "unknown-env"],
    ["clips --env Pendulum-v1 --agent a2c --clip-range 0.1", 2, "bad-flag"],
    ["clips --env Pendulum-v1 --labeller studio", 2, "missing-flag"],
    ["clips --env Pendulum-v1 --labeller studio --project nowhere", 2, "no-project"],
    ["clips --env Pendulum-v1 --labeller terminal", 2, "needs-terminal"],
    ["clips --env Pendulum-v1 --rounds 1", 2, "bad-flag"],
  ])("%s ends with %i [%s], and leaves no folder", async (line, exit, code) => {
    expect(await errorOf(`${line} --out never`)).toMatchObject({ exit, code });
    expect(existsSync(join(folder, "never"))).toBe(false);
  });
});
