import { expect, it } from "vitest";
import { finish } from "../../../test/fixtures/finish.ts";
import { stream } from "../../base/index.ts";
import { box, type Env, makeVec, multiBinary, multiDiscrete, type Space } from "../../envs/index.ts";
import { rmsprop } from "../../optim/index.ts";
import type { Checkpoint } from "../../run/index.ts";
import { evaluate } from "../evaluate.ts";
import { openPolicy, policyFiles } from "../policy.ts";
import { a2c } from "./a2c.ts";
import { ppo } from "./ppo.ts";

const cartPole = (n = 4) => makeVec("CartPole-v1", n, { autoreset: "same-step", copy: false });
const short = { totalTimesteps: 640, nSteps: 16, batchSize: 32, nEpochs: 2, seed: 3 } as const;

/** What a checkpoint is after it was on a disk: its own memory, JSON read anew. */
const stored = ({ step, files }: Checkpoint): Checkpoint => ({
  step,
  files: Object.fromEntries(
    Object.entries(files).map(([name, file]) => [
      name,
      file instanceof Map ? structuredClone(file) : JSON.parse(JSON.stringify(file)),
    ]),
  ),
});

it("A2C is PPO with one epoch over one batch: the same weights, bit for bit (arXiv:2205.09123)", async () => {
  const same = {
    seed: 7,
    totalTimesteps: 2000,
    nSteps: 5,
    gaeLambda: 1,
    learningRate: 7e-4,
    maxGradNorm: 0.5,
  } as const;
  const optimizer = rmsprop({ alpha: 0.99, epsilon: 1e-5 });
  const one = await finish(a2c({ env: cartPole(), ...same }));
  const once = { batchSize: 20, nEpochs: 1, normalizeAdvantage: false } as const;
  const other = await finish(ppo({ env: cartPole(), ...same, ...once, optimizer }));
  expect(other.policy.weights.flat).toEqual(one.policy.weights.flat);
  expect(other.rows.map((row) => row["train/approx_kl"])).toEqual(one.rows.map(() => 0)); // the ratio is exactly 1
});

it.each([
  [
    "PPO with normalised observations",
    (from?: Checkpoint) => ppo({ env: cartPole(), ...short, normalize: true }, { from }),
  ],
  [
    "PPO with an adaptive price on the divergence",
    (from?: Checkpoint) => ppo({ env: cartPole(), ...short, lossType: "kl", klTarget: 0.01 }, { from }),
  ],
  ["A2C", (from?: Checkpoint) => a2c({ env: cartPole(), seed: 3, totalTimesteps: 640 }, { from })],
  [
    "PPO with noise that depends on the state",
    (from?: Checkpoint) =>
      ppo(
        { env: makeVec("Pendulum-v1", 4, { autoreset: "same-step" }), ...short, useSde: true, sdeSampleFreq: 4 },
        { from },
      ),
  ],
])("%s goes on from a checkpoint as if it had never stopped", async (_, start) => {
  const whole = await finish(start());
  const half = start();
  let saved: Checkpoint | undefined;
  for await (const { step, snapshot } of half) {
    if (step < 4) continue;
    saved = stored(snapshot());
    break;
  }
  const rest = await finish(start(saved));
  expect(rest.policy.weights.flat).toEqual(whole.policy.weights.flat);
  expect(rest.rows).toEqual(whole.rows.slice(4));
  expect(rest.result).toEqual(whole.result);
});

it("a rollout is left before the policy has gone too far", async () => {
  const long = { ...short, nEpochs: 20, learningRate: 3e-3 };
  const [free, held] = [
    await finish(ppo({ env: cartPole(), ...long })),
    await finish(ppo({ env: cartPole(), ...long, targetKl: 0.005 })),
  ];
  expect(held.rows.at(-1)!["train/n_updates"]).toBeLessThan(free.rows.at(-1)!["train/n_updates"]! / 2);
});

it("a price that adapts rises while the policy moves too far and falls while it hardly moves", async () => {
  const run = (klTarget: number) =>
    finish(ppo({ env: cartPole(), ...short, nEpochs: 8, learningRate: 1e-3, lossType: "kl", klTarget }));
  expect((await run(1e-6)).rows.at(-1)!["train/kl_coef"]).toBeGreaterThan(100);
  expect((await run(1)).rows.at(-1)!["train/kl_coef"]).toBeLessThan(0.01);
});

/** Episodes of one step: how many parts of the action are what the observation's sign asks for. */
function signs<A extends Space>(actionSpace: A, score: (action: ArrayLike<number>, isPlus: boolean) => number): Env {
  const rng = stream(0, "signs");
  let isPlus = true;
  return {
    observationSpace: box(-1, 1, [1]),
    actionSpace,
    reset() {
      isPlus = rng.uniform() < 0.5;
      return [Float32Array.of(isPlus ? 1 : -1), {}];
    },
    step: (action) => [Float32Array.of(0), score(action as ArrayLike<number>, isPlus), true, false, {}],
    snapshot: () => null,
  };
}

it.each([
  [
    "several choices at once",
    multiDiscrete([3, 2]),
    (a: ArrayLike<number>, plus: boolean) => Number(a[0] === (plus ? 2 : 0)) + a[1]!,
  ],
  ["bits", multiBinary(2), (a: ArrayLike<number>, plus: boolean) => Number(a[0] === Number(plus)) + a[1]!],
  ["continuous actions", box(-1, 1, [2]), (a: ArrayLike<number>, plus: boolean) => (plus ? a[0]! : -a[0]!) + a[1]!],
])("learns %s, and the saved policy does as well", async (_, space, score) => {
  const env = () => makeVec(() => signs(space as Space, score), 8, { autoreset: "same-step" });
  const learning = {
    seed: 1,
    normalize: true,
    totalTimesteps: 6000,
    nSteps: 16,
    batchSize: 64,
    nEpochs: 8,
    learningRate: 3e-3,
  };
  const { policy } = await finish(ppo({ env: env(), ...learning }));
  const again = openPolicy(policyFiles(policy));
  expect(evaluate(again, { env: env(), episodes: 64 }).mean).toBeGreaterThan(1.9);
});

it("an environment that resets later, and one of which no state can be kept, are refused by name", async () => {
  const nextStep = ppo({ env: makeVec("CartPole-v1", 2), ...short });
  await expect(nextStep.next()).rejects.toMatchObject({ code: "bad-autoreset" });
  const { snapshot: _, ...forgetful } = signs(multiBinary(1), () => 0);
  const first = await ppo({ env: makeVec(() => forgetful, 2, { autoreset: "same-step" }), ...short }).next();
  expect(() => first.value && "snapshot" in first.value && first.value.snapshot()).toThrow(/cannot be saved/);
});
