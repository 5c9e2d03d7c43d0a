// What a training does when its environment, its checkpoint or its settings are not what they should be: a clear refusal,
// and what was saved before stays good. What an environment refuses by itself is tested beside it (envs/wrappers, envs/vector).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { corridor, together } from "../../test/fixtures/small-envs.ts";
import { type Env, make, makeVec, threadVector, type VectorEnv } from "../envs/index.ts";
import { type Checkpoint, latestCheckpoint, openRun, record, type Trainer } from "../run/index.ts";
import { a3c } from "./a3c/a3c.ts";
import { evaluate } from "./evaluate.ts";
import { dqn } from "./off-policy/dqn.ts";
import { sac } from "./off-policy/sac.ts";
import { a2c } from "./on-policy/a2c.ts";
import { ppo } from "./on-policy/ppo.ts";
import { reinforce } from "./on-policy/reinforce.ts";
import { openPolicy } from "./policy.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-rl-bad-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sameStep = { autoreset: "same-step" } as const;
const cartPoles = (n = 2) => makeVec("CartPole-v1", n, sameStep);
const small = { totalTimesteps: 400, netArch: [8], seed: 1 };
const rollouts = { ...small, nSteps: 16 };
const memories = { ...small, bufferSize: 300, batchSize: 8, learningStarts: 20, logInterval: 40 };

type Resume = { readonly from?: Checkpoint | undefined };
const trainers: Readonly<Record<string, (env: VectorEnv, how?: Resume) => Trainer>> = {
  ppo: (env, how) => ppo({ env, ...rollouts, batchSize: 16 }, how),
  a2c: (env, how) => a2c({ env, ...rollouts }, how),
  reinforce: (env, how) => reinforce({ env, ...small, nEpisodes: 2 }, how),
  dqn: (env, how) => dqn({ env, ...memories }, how),
};

const drain = async (trainer: Trainer) => {
  for await (const _ of trainer);
};
const stopped = async (trainer: Trainer): Promise<Checkpoint> => {
  const { value } = await trainer.next();
  return structuredClone((value as { snapshot(): Checkpoint }).snapshot());
};

/** CartPole whose 150th step does something else. */
function faulty(fault: (env: Env, action: never) => unknown): () => Env {
  let steps = 0;
  return () => {
    const env: Env = make("CartPole-v1");
    return { ...env, step: (action: never) => (++steps === 150 ? fault(env, action) : env.step(action)) } as Env;
  };
}
const faults: readonly (readonly [string, (env: Env, action: never) => unknown, string, RegExp])[] = [
  [
    "throws",
    () => {
      throw new Error("the pole broke");
    },
    "env-threw",
    /step threw: the pole broke$/,
  ],
  [
    "pays NaN",
    (env, action) => env.step(action).with(1, Number.NaN),
    "bad-env-result",
    /the reward NaN, wanted a finite number/,
  ],
  ["says 1 for true", (env, action) => env.step(action).with(2, 1), "bad-env-result", /terminated 1, wanted a boolean/],
  [
    "sees too little",
    (env, action) => env.step(action).with(0, Float32Array.of(1, 2)),
    "bad-env-result",
    /2 numbers instead of 4/,
  ],
  ["is asynchronous", async (env, action) => env.step(action), "bad-env-result", /step gave a promise/],
];

describe.each(Object.keys(trainers))("%s", (name) => {
  const train = trainers[name]!;

  it.each(faults)(
    "an environment that %s ends the run by name; mended, it goes on from what was saved",
    async (_, fault, code, message) => {
      const out = join(folder, `${name}-${code}-${message.source.length}`);
      const broken = makeVec(faulty(fault), 2, sameStep);
      const running = record(train(broken), out, { saveSteps: 1 });
      await expect(drain(running)).rejects.toMatchObject({
        code,
        exitCode: 3,
        message: expect.stringMatching(message),
      });
      expect(latestCheckpoint(out).checkpoint!.step).toBeGreaterThan(0);
      const run = openRun(out, { resume: true });
      expect(run.state).toBe("resumed");
      const mended = makeVec(() => make("CartPole-v1"), 2, sameStep);
      await drain(record((from) => train(mended, { from }), run));
      expect(run.info).toMatchObject({ status: "finished" });
    },
  );

  it("a checkpoint of another environment, or of another number of them, is refused and changes nothing", async () => {
    const from = await stopped(train(cartPoles()));
    const saved = structuredClone(from);
    const acrobot = makeVec("Acrobot-v1", 2, sameStep);
    await expect(train(acrobot, { from }).next()).rejects.toMatchObject({
      code: "other-environment",
      exitCode: 2,
      message: expect.stringMatching(
        /taught with observations in Box\(.*\(4,\), float32\), this .* \(6,\), float32\)$/,
      ),
    });
    await expect(train(cartPoles(3), { from }).next()).rejects.toMatchObject({
      code: "bad-shape",
      message: "the saved state is one of 2 environments, these are 3",
    });
    expect(from).toEqual(saved);
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53])("the seed %s is refused", async (seed) => {
    const env = cartPoles();
    const { totalTimesteps } = small;
    const begin = { ppo, a2c, reinforce, dqn }[name]!;
    await expect(begin({ env, totalTimesteps, seed }).next()).rejects.toMatchObject({ code: "bad-seed", exitCode: 2 });
  });
});

it("A3C refuses a checkpoint of another environment, and a seed that is none", async () => {
  const options = { totalTimesteps: 200, logSteps: 50, workers: 1, schedule: "round-robin" } as const;
  const from = await stopped(a3c({ env: { id: "CartPole-v1" }, ...options }));
  const other = a3c({ env: { id: "Acrobot-v1" }, ...options }, { from });
  await expect(other.next()).rejects.toMatchObject({ code: "other-environment" });
  const unseeded = a3c({ env: { id: "CartPole-v1" }, ...options, seed: -1 });
  await expect(unseeded.next()).rejects.toMatchObject({ code: "bad-seed", exitCode: 2 });
});

it("an environment that hangs in a thread ends the run by name", async () => {
  const module = new URL("../../test/fixtures/faulty-env.js", import.meta.url).href;
  const env = await threadVector({ module, options: { fault: "hang" } }, 2, { ...sameStep, timeoutMs: 1000 });
  await expect(drain(ppo({ env, ...rollouts }))).rejects.toMatchObject({ code: "env-hangs", exitCode: 3 });
  env.close!();
});

it.each(["ppo", "dqn"])("%s: a NaN reward of an environment that nobody checks ends the run", async (name) => {
  const env = together(
    { ...corridor(3), step: () => ({ state: 0, reward: Number.NaN, terminated: true, truncated: false }) },
    2,
  );
  await expect(drain(trainers[name]!(env))).rejects.toMatchObject({
    code: "non-finite",
    message: expect.stringMatching(/gradient of update 1 is not finite/),
  });
});

it("learning that is to begin at once waits until something is remembered", async () => {
  const settings = { ...memories, totalTimesteps: 40, learningStarts: 0 };
  await drain(dqn({ env: cartPoles(), ...settings, nStep: 5 }));
});

it("a batch larger than the memory is refused before the environments are reset", async () => {
  const env: VectorEnv = { ...cartPoles(), reset: () => expect.unreachable() };
  await expect(dqn({ env, ...memories, bufferSize: 7 }).next()).rejects.toMatchObject({
    code: "replay-batch",
    message: expect.stringMatching(/8 rows .* \(7\)/),
  });
});

it("a policy is not asked about another environment, and one of NaN does not act", async () => {
  const pendulum = () => makeVec("Pendulum-v1", 2, sameStep);
  const { files } = await stopped(sac({ env: pendulum(), ...memories }));
  const policy = openPolicy(files);
  const elsewhere = () => evaluate(policy, { env: cartPoles() });
  expect(elsewhere).toThrow(expect.objectContaining({ code: "other-environment", exitCode: 2 }));
  policy.weights.flat.fill(Number.NaN);
  const env = pendulum();
  expect(() => evaluate(policy, { env })).toThrow(
    expect.objectContaining({ code: "bad-action", message: expect.stringMatching(/NaN for environment 0/) }),
  );
});
