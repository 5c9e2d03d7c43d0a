/** `plaudit rl` with networks, for real. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readMetrics } from "../../src/run/index.ts";
import { plaudit } from "./tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-deep-rl-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Learnt {
  steps: number;
  return: { mean: number; episodes: number };
  kept?: { timesteps: number; mean: number; last: number };
  run: string;
}
async function learnt(line: string): Promise<Learnt> {
  const { code, json, err } = await plaudit(folder, `${line} --json`.split(" "));
  expect(code, err).toBe(0);
  return json<Learnt>()[0]!;
}

describe("the best policy on the way", () => {
  it("is what is kept and judged, and the log says how each one did", async () => {
    const few = "--total-timesteps 1200 --log-interval 200 --evaluation-episodes 3 --learning-rate 0.02 --seed 4";
    const { kept, run } = await learnt(`rl dqn --env CartPole-v1 ${few} --eval-freq 400 --n-eval-episodes 3`);
    const found = readMetrics(join(folder, run)).filter((row) => row["eval/mean_reward"] !== undefined);
    expect(found.map((row) => row["time/total_timesteps"])).toEqual([400, 800, 1200]);
    const means = found.map((row) => row["eval/mean_reward"]!);
    expect(kept).toEqual({
      timesteps: 400 * (1 + means.indexOf(Math.max(...means))),
      mean: Math.max(...means),
      last: means.at(-1),
    });
    expect(JSON.parse(readFileSync(join(folder, run, "model", "config.json"), "utf8")).algorithm).toBe("dqn");
  });

  it("is kept off-policy with zoo's settings, unless a flag says no", async () => {
    const few = "rl sac --env Pendulum-v1 --preset zoo --total-timesteps 110 --evaluation-episodes 1";
    expect((await learnt(few)).kept?.timesteps).toBe(110);
    expect(await learnt(`${few} --eval-freq 0`)).not.toHaveProperty("kept");
  });
});
