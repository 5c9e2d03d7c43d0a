import { expect, it } from "vitest";
import { finish } from "../../../test/fixtures/finish.ts";
import { makeVec } from "../../envs/index.ts";
import type { Checkpoint } from "../../run/index.ts";
import { a2c } from "../on-policy/a2c.ts";
import { type A3cOptions, a3c } from "./a3c.ts";
import type { EnvModule } from "./env-source.ts";

const cartPole = { id: "CartPole-v1" } as const;
const fixture = (name: string): EnvModule => ({
  module: new URL("../../../test/fixtures/environments.ts", import.meta.url).href,
  export: name,
});
const inTurn = { workers: 2, schedule: "round-robin", totalTimesteps: 600, logSteps: 100, seed: 3 } as const;

async function stopped(options: A3cOptions, after: number): Promise<Checkpoint> {
  for await (const { step, snapshot } of a3c(options)) if (step === after) return structuredClone(snapshot());
  throw new Error("it ended before");
}

it.each([
  ["", "CartPole-v1", {}],
  [" with noise that depends on the state", "Pendulum-v1", { useSde: true, sdeSampleFreq: 2 }],
] as const)(
  "one thread in turn is A2C with RMSProp's ε under the root%s: the same weights, bit for bit",
  async (...how) => {
    const [, id, more] = how;
    const same = {
      seed: 5,
      totalTimesteps: 400,
      learningRate: 7e-4,
      entCoef: 0.01,
      maxGradNorm: 0.5,
      ...more,
    } as const;
    const one = await finish(a3c({ env: { id }, workers: 1, schedule: "round-robin", ...same }));
    const env = makeVec(id, 1, { autoreset: "same-step" });
    const two = await finish(a2c({ env, optimizer: "rmsprop-tf", lrSchedulerType: "linear", ...same }));
    expect(one.policy.weights.flat).toEqual(two.policy.weights.flat);
  },
);

it("gives the same weights for the same seed when threads take turns", async () => {
  const run = () => finish(a3c({ env: cartPole, ...inTurn }));
  const [first, second] = [await run(), await run()];
  expect(second.policy.weights.flat).toEqual(first.policy.weights.flat);
});

it("goes on from a checkpoint as if it had never stopped when threads take turns", async () => {
  const options = { env: cartPole, ...inTurn, logSteps: 105 }; // an odd number of turns a round
  const whole = await finish(a3c(options));
  const from = await stopped(options, 3);
  const rest = await finish(a3c(options, { from }));
  expect(rest.policy.weights.flat).toEqual(whole.policy.weights.flat);
  expect(rest.result).toEqual(whole.result);
});

it("goes on from a checkpoint without locks, too: at the step it had come to, with the weights it had", async () => {
  const options = {
    env: fixture("middle"),
    totalTimesteps: 2000,
    logSteps: 500,
    learningRate: 0,
    lrSchedulerType: "constant",
  } as const;
  const from = await stopped(options, 2);
  const { policy, result } = await finish(a3c(options, { from }));
  expect(result.steps).toBeGreaterThanOrEqual(2000);
  expect(result.steps).toBeLessThan(2100);
  const saved = (from.files["model.safetensors"] as Map<string, { data: Float32Array }>).get("action_net.weight")!;
  expect(policy.weights.arrays.get("action_net.weight")!.data).toEqual(saved.data);
});

it("learns to balance a pole with two threads at once", { timeout: 300_000 }, async () => {
  const { result } = await finish(a3c({ env: cartPole, seed: 1, totalTimesteps: 60_000, learningRate: 2e-3 }));
  expect(result.trainReturn).toBeGreaterThan(80); // by chance it stays up for 20 steps
});

it("learns an environment that a module makes", { timeout: 120_000 }, async () => {
  const { result } = await finish(a3c({ env: fixture("middle"), seed: 1, totalTimesteps: 10_000, learningRate: 2e-3 }));
  expect(result.trainReturn).toBeGreaterThan(15); // of 20; by chance 10
});

it.each([
  [
    "throws",
    "throwing",
    { code: "env-threw", exitCode: 3, message: expect.stringMatching(/^thread \d of 2: .*the joint came off/) },
  ],
  [
    "ends its thread",
    "exiting",
    { code: "worker-died", message: expect.stringMatching(/^thread \d of 2 ended \(exit code 3\)$/) },
  ],
  [
    "hangs",
    "hanging",
    { code: "env-hangs", exitCode: 3, message: expect.stringMatching(/^thread \d of 2 has taken no step for 3 s/) },
  ],
])(
  "an environment that %s ends the run with an error that names the thread; what was saved before still is good",
  async (_, name, error) => {
    const options = { totalTimesteps: 5000, logSteps: 50, seed: 1, timeoutMs: 3000 };
    const trainer = a3c({ env: fixture(name), ...options });
    const first = await trainer.next();
    const from: Checkpoint = structuredClone((first.value as { snapshot(): Checkpoint }).snapshot());
    await expect(finish(trainer)).rejects.toMatchObject(error);
    const { result } = await finish(a3c({ env: fixture("middle"), ...options, totalTimesteps: 500 }, { from }));
    expect(result.steps).toBeGreaterThanOrEqual(500);
  },
);

it("refuses a module without such a function, and a checkpoint of another number of threads", async () => {
  const begin = (env: EnvModule) => a3c({ env }).next();
  await expect(begin(fixture("notAFunction"))).rejects.toMatchObject({ code: "bad-env-module" });
  await expect(begin({ module: "file:///nowhere.js" })).rejects.toMatchObject({ code: "bad-env-module" });
  const from = await stopped({ env: cartPole, ...inTurn }, 1);
  await expect(a3c({ env: cartPole, ...inTurn, workers: 3 }, { from }).next()).rejects.toMatchObject({
    code: "bad-settings",
  });
});
