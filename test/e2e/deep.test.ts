/** `plaudit rl` with networks, for real: what a policy leaves behind, masks, tables, plans. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { plaudit } from "./tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-deep-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...parts: string[]) => join(folder, ...parts);
const run = (...words: string[]) => plaudit(folder, words);
const line = (words: string) => run(...words.split(" "));
const result = async <T>(words: string, ...more: string[]): Promise<T> => {
  const { code, json, err } = await run(...words.split(" "), ...more, "--json");
  expect(code, err).toBe(0);
  return json<T>()[0]!;
};
const errorOf = async (words: string) => {
  const { code, json } = await line(`${words} --json`);
  return { exit: code, ...json<{ error: { code: string; message: string } }>()[0]!.error };
};
const short = "--total-timesteps 512 --n-steps 64 --num-envs 2 --evaluation-episodes 4";

describe("plaudit rl export", () => {
  it("writes the policy of a run, and of nothing else; never over a file unasked", async () => {
    await result(`rl ppo --env CartPole-v1 ${short} --out runs/cart`);
    const { bytes } = await result<{ bytes: number }>("rl export cart --out cart.onnx");
    expect(readFileSync(at("cart.onnx"))).toHaveLength(bytes);
    expect(await errorOf("rl export cart --out cart.onnx")).toMatchObject({ exit: 2, code: "file-exists" });
    expect((await line("rl export cart --out cart.onnx --overwrite")).code).toBe(0);
    expect(await errorOf("rl export nowhere --out x.onnx")).toMatchObject({ exit: 2, code: "missing-model" });
    await result("rl q-learning --env CliffWalking-v1 --episodes 20 --out runs/table");
    expect(await errorOf("rl export table --out x.onnx")).toMatchObject({ exit: 3, code: "bad-policy" });
    expect(existsSync(at("x.onnx"))).toBe(false);
  });
});

describe("plaudit rl with masks and with memory", () => {
  it("--use-masking holds a policy to what Taxi allows, and is refused where no mask is said", async () => {
    const { return: got } = await result<{ return: { mean: number } }>(
      `rl ppo --env Taxi-v4 --use-masking ${short} --out runs/taxi`,
    );
    expect(got.mean).toBeGreaterThanOrEqual(-200); // −1 a step at worst: nothing in vain costs 10
    expect(
      JSON.parse(readFileSync(at("runs", "taxi", "model", "config.json"), "utf8")).observation_space,
    ).toMatchObject({
      kind: "masked",
      actions: 6,
    });
    expect(await errorOf(`rl ppo --env CartPole-v1 --use-masking ${short}`)).toMatchObject({
      exit: 2,
      code: "bad-action-mask",
    });
  });

  it("recurrent-ppo teaches a policy that is exported with its memory", async () => {
    await result(`rl recurrent-ppo --env CartPoleNoVelocity-v1 ${short} --lstm-hidden-size 8 --out runs/memory`);
    const { bytes } = await result<{ bytes: number }>("rl export memory --out memory.onnx");
    expect(bytes).toBeGreaterThan(1000);
  });
});

it("an environment that never ends by itself is played for 10,000 steps, not for ever", async () => {
  const { return: got } = await result<{ return: { mean: number; episodes: number } }>(
    `rl ppo --env CliffWalking-v1 ${short} --out runs/circles`,
  );
  expect(got.episodes).toBe(4);
  expect(got.mean).toBeLessThanOrEqual(-10_000); // so far from the goal it goes in circles
});

describe("plaudit rl dqn --ablate", () => {
  const flags = "--env CartPole-v1 --total-timesteps 200 --log-interval 100 --net-arch 8 --evaluation-episodes 4";
  const rows = ["--rows", "dqn", "--rows", "rainbow - noisy", "--seeds", "1", "--seeds", "2"];

  it("prints a row a case and keeps the curves", async () => {
    const { out, code, err } = await run(
      ..."rl dqn --ablate --out runs/table-of-tips".split(" "),
      ...flags.split(" "),
      ...rows,
    );
    expect(code, err).toBe(0);
    expect(out).toMatch(/seed 1 +seed 2 +mean\ndqn .*\nrainbow - noisy /);
    const saved = JSON.parse(readFileSync(at("runs", "table-of-tips", "model", "ablation.json"), "utf8"));
    expect(saved.map(({ name, seed }: { name: string; seed: number }) => `${name} ${seed}`)).toEqual([
      "dqn 1",
      "dqn 2",
      "rainbow - noisy 1",
      "rainbow - noisy 2",
    ]);
    const again = await run("rl", "dqn", "--resume", "runs/table-of-tips", "--json");
    expect(again.json<{ rows: object[] }>()[0]!.rows).toHaveLength(4);
  });

  it("knows its rows, and means nothing without --ablate", async () => {
    const { code, json } = await run("rl", "dqn", ...flags.split(" "), "--ablate", "--rows", "luck", "--json");
    expect([code, json<{ error: { code: string } }>()[0]!.error.code]).toEqual([2, "bad-row"]);
    expect(await errorOf(`rl dqn ${flags} --seeds 1`)).toMatchObject({ exit: 2, code: "bad-flag" });
  });
});

describe("plaudit rl a2c --log-interval", () => {
  const flags = "--env CartPole-v1 --total-timesteps 2000 --num-envs 2 --evaluation-episodes 2";
  const read = (name: string, file: string) => readFileSync(at("runs", name, file), "utf8");

  it("writes a line for so many rollouts, 100 unless told, and learns the same", async () => {
    await result(`rl a2c ${flags} --out runs/lines`);
    await result(`rl a2c ${flags} --log-interval 70 --out runs/fewer`);
    const steps = (name: string) =>
      [...read(name, "metrics.jsonl").matchAll(/"time\/total_timesteps":(\d+)/g)].map(([, n]) => Number(n));
    expect(steps("lines")).toEqual([1000, 2000]);
    expect(steps("fewer")).toEqual([700, 1400, 2000]);
    expect(JSON.parse(read("fewer", "run.json"))).toMatchObject({ step: 3, total: 3 });
    expect(read("fewer", "model/model.safetensors")).toBe(read("lines", "model/model.safetensors"));
  });
});

describe("plaudit rl … --dry-run", () => {
  interface Plan {
    parameters: number;
    steps: number;
    updates: number | null;
  }
  it("counts parameters, steps and updates, and writes nothing", async () => {
    const plan = await result<Plan>("rl ppo --env CartPole-v1 --preset zoo --dry-run --out runs/none");
    // Two networks of 4-64-64, with 2 and 1 outputs; 391 rollouts of 256 steps, each one batch, 20 times.
    expect(plan).toMatchObject({
      parameters: 2 * (4 * 64 + 64 + 64 * 64 + 64) + 130 + 65,
      steps: 100_000,
      updates: 391 * 20,
    });
    expect(existsSync(at("runs", "none"))).toBe(false);
    const zoo = await result<Plan>("rl dqn --env CartPole-v1 --preset zoo --dry-run");
    expect(zoo).toMatchObject({ steps: 50_000, updates: Math.floor(49_000 / 256) * 128 });
    const a2c = await result<Plan>("rl a2c --env Acrobot-v1 --preset zoo --dry-run"); // 62 lines and a half
    expect(a2c).toMatchObject({ steps: 500_000, updates: 500_000 / 80 });
    expect(await result<Plan>("rl reinforce --env CartPole-v1 --dry-run")).toMatchObject({ updates: null });
    expect(await errorOf("rl dqn --env Pendulum-v1 --dry-run")).toMatchObject({ code: "unsupported-space" });
  });
});
