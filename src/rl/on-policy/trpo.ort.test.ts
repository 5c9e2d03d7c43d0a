import { describe, expect, it } from "vitest";
import { finish } from "../../../test/fixtures/finish.ts";
import { makeVec } from "../../envs/index.ts";
import type { Checkpoint } from "../../run/index.ts";
import { type TrpoOptions, trpo } from "./trpo.ts";

const cartPole = () => makeVec("CartPole-v1", 2, { autoreset: "same-step", copy: false });
const pendulum = () => makeVec("Pendulum-v1", 2, { autoreset: "same-step", copy: false });

const short = { seed: 2, totalTimesteps: 2048, nSteps: 256, batchSize: 100 } as const; // 512 rows: the last batch has 12

const once = { ...short, totalTimesteps: 512 };

describe("a step of TRPO", async () => {
  /** In single precision nothing is gained by steps so short. */
  const untouched = await finish(trpo({ env: cartPole(), ...once, nCriticUpdates: 0, targetKl: 1e-18 }));

  it.each([
    ["one of n", cartPole],
    ["continuous", pendulum],
  ])("stays in the trust region and gains, for actions that are %s", async (_, env) => {
    const { rows } = await finish(trpo({ env: env(), ...short }));
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      if (row["train/is_line_search_success"] === 0) continue;
      expect(row["train/kl_divergence_loss"]).toBeGreaterThan(0);
      expect(row["train/kl_divergence_loss"]).toBeLessThan(0.01);
      expect(row["train/policy_objective"]).toBeGreaterThan(1e-3); // normalised advantages: 0 before the step
    }
    expect(rows.filter((row) => row["train/is_line_search_success"] === 1).length).toBeGreaterThan(2);
  });

  it("costs what the damped Fisher matrix says, because the products with it are exact", async () => {
    const [delta, damping] = [1e-5, 1e-3]; // so small that the divergence is quadratic
    const options = { ...once, nCriticUpdates: 0, targetKl: delta, cgDamping: damping };
    const { rows, policy } = await finish(trpo({ env: cartPole(), ...options }));
    const step = policy.weights.flat.map((w, i) => w - untouched.policy.weights.flat[i]!);
    const fraction = rows[0]!["train/line_search_fraction"]!;
    expect(fraction).toBeGreaterThan(0.5);
    // ½ sᵀ (F + λ) s is f² δ by the length that was chosen.
    const expected = fraction ** 2 * delta - 0.5 * damping * step.reduce((sum, s) => sum + s * s, 0);
    expect(expected).toBeGreaterThan(0.2 * delta);
    expect(rows[0]!["train/kl_divergence_loss"]! / expected).toBeCloseTo(1, 1);
  });

  it("moves nothing when no length is good enough", async () => {
    // In single precision nothing is gained by steps so short.
    expect(untouched.rows[0]).toMatchObject({ "train/is_line_search_success": 0, "train/kl_divergence_loss": 0 });
    const still = { ...once, nCriticUpdates: 0, targetKl: 1e-18, totalTimesteps: 1024 };
    expect((await finish(trpo({ env: cartPole(), ...still }))).policy.weights.flat).toEqual(
      untouched.policy.weights.flat,
    );
  });

  it("and the critic's passes touch different weights", async () => {
    const without = (await finish(trpo({ env: cartPole(), ...once, nCriticUpdates: 0 }))).policy.weights.arrays;
    const withPasses = (await finish(trpo({ env: cartPole(), ...once }))).policy.weights.arrays;
    for (const [name, { data }] of without) {
      const isCritic = name.includes("value_net");
      if (isCritic) expect(withPasses.get(name)!.data, name).not.toEqual(data);
      else expect(withPasses.get(name)!.data, name).toEqual(data);
    }
  });
});

it("goes on from a checkpoint as if it had never stopped", async () => {
  const start = (more: Partial<TrpoOptions> = {}, from?: Checkpoint) =>
    trpo({ env: cartPole(), ...short, normalize: true, ...more }, { from });
  const whole = await finish(start());
  let saved: Checkpoint | undefined;
  for await (const { step, snapshot } of start()) {
    if (step < 2) continue;
    saved = structuredClone(snapshot());
    break;
  }
  const rest = await finish(start({}, saved));
  expect(rest.policy.weights.flat).toEqual(whole.policy.weights.flat);
  expect(rest.rows).toEqual(whole.rows.slice(2));
});

it("learns to balance a pole", { timeout: 300_000 }, async () => {
  const { result } = await finish(
    trpo({ env: cartPole(), seed: 1, totalTimesteps: 30_000, nSteps: 512, cgDamping: 1e-3, gaeLambda: 0.98 }),
  );
  expect(result.trainReturn).toBeGreaterThan(120); // by chance it stays up for 20 steps
});
