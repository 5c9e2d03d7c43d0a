import { describe, expect, it } from "vitest";
import { finish } from "../../test/fixtures/finish.ts";
import { stream } from "../base/index.ts";
import {
  box,
  discrete,
  type Env,
  type Json,
  makeVec,
  maskedObservation,
  multiDiscrete,
  type Space,
} from "../envs/index.ts";
import type { Checkpoint, Finished, Trainer } from "../run/index.ts";
import { evaluate } from "./evaluate.ts";
import type { ActingNetwork } from "./networks/acting-network.ts";
import { dqn } from "./off-policy/dqn.ts";
import { a2c } from "./on-policy/a2c.ts";
import { ppo } from "./on-policy/ppo.ts";
import { reinforce } from "./on-policy/reinforce.ts";
import { trpo } from "./on-policy/trpo.ts";
import { openPolicy, type Policy, policyFiles } from "./policy.ts";

/**
 * Three steps an episode; of each of the choices two actions are possible, which ones is drawn anew each step and seen only in
 * the mask. The higher of them pays 1. An impossible action is an error.
 */
function trap(actionSpace: Space): Env {
  const choices = actionSpace.kind === "multi-discrete" ? actionSpace.nvec : [(actionSpace as { n: number }).n];
  let draws = 0;
  let steps = 0;
  let possible: readonly (readonly number[])[] = [];
  const look = () => {
    const rng = stream(7, "trap", draws++);
    possible = choices.map((n) => [...rng.permutation(n).subarray(0, 2)]);
    const actionMask = choices.flatMap((n, i) =>
      Array.from({ length: n }, (_, a) => (possible[i]!.includes(a) ? 1 : 0)),
    );
    return { actionMask };
  };
  return {
    observationSpace: box(-1, 1, [1]),
    actionSpace,
    reset() {
      steps = 0;
      return [Float32Array.of(0.5), look()];
    },
    step(action) {
      const chosen = typeof action === "number" ? [action] : [...(action as Int32Array)];
      let reward = 0;
      for (const [i, a] of chosen.entries()) {
        if (!possible[i]!.includes(a)) throw new Error(`action ${a} was impossible`);
        if (a === Math.max(...possible[i]!)) reward += 1 / chosen.length;
      }
      return [Float32Array.of(0.5), reward, ++steps === 3, false, look()];
    },
    snapshot: (): Json => ({ draws, steps, possible: possible.map((pair) => [...pair]) }),
    restore(saved) {
      ({ draws, steps, possible } = saved as { draws: number; steps: number; possible: number[][] });
    },
  };
}

const world = (n: number, actions: Space = discrete(6)) =>
  makeVec(() => trap(actions), n, { autoreset: "same-step", wrappers: [maskedObservation] });

/** What they have in common. */
interface Learnt extends Finished {
  readonly policy: Policy<ActingNetwork>;
}
const few = { seed: 1, totalTimesteps: 2400, nSteps: 16 } as const;
const quick = { ...few, batchSize: 64, nEpochs: 6, learningRate: 5e-3, gamma: 0 } as const;

describe("no impossible action is ever taken, while learning and after", () => {
  it.each([
    ["PPO", () => ppo({ env: world(8), ...quick })],
    ["PPO with several choices", () => ppo({ env: world(8, multiDiscrete([4, 5])), ...quick })],
    ["PPO on normalised observations", () => ppo({ env: world(8), ...quick, normalize: true })],
    ["A2C", () => a2c({ env: world(8), ...few, nSteps: 5 })],
    ["TRPO", () => trpo({ env: world(8), ...few })],
    ["REINFORCE", () => reinforce({ env: world(4), seed: 1, totalTimesteps: 600 })],
    [
      "DQN",
      () =>
        dqn({
          env: world(2),
          seed: 1,
          totalTimesteps: 1200,
          learningStarts: 200,
          gamma: 0.5,
          learningRate: 3e-3,
          double: true,
        }),
    ],
    [
      "DQN that explores by values",
      () => dqn({ env: world(2), seed: 1, totalTimesteps: 600, learningStarts: 100, exploration: "boltzmann" }),
    ],
  ] as readonly (readonly [string, () => Trainer<Learnt>])[])("%s", async (name, start) => {
    const { policy } = await finish(start());
    const again = openPolicy(policyFiles(policy));
    const { mean } = evaluate(again, {
      env: world(4, name.includes("several") ? multiDiscrete([4, 5]) : discrete(6)),
      episodes: 40,
    });
    if (name.startsWith("PPO")) expect(mean).toBeGreaterThan(2.5); // 1.5 by chance
    evaluate(again, { env: world(4, policy.actions), episodes: 40, sampling: stream(1, "sampling") });
  });
});

it("the entropy is that of the possible actions alone: log 2 for two of six", async () => {
  const { rows } = await finish(ppo({ env: world(8), ...quick, learningRate: 0, totalTimesteps: 128 }));
  expect(rows[0]!["train/entropy_loss"]).toBeCloseTo(-Math.log(2), 3);
  expect(rows[0]!["train/approx_kl"]).toBeCloseTo(0, 6);
});

it("a run with masks goes on from a checkpoint as if it had never stopped", async () => {
  const start = (from?: Checkpoint) => ppo({ env: world(4), ...quick, totalTimesteps: 512, normalize: true }, { from });
  const whole = await finish(start());
  const half = start();
  let saved: Checkpoint | undefined;
  for await (const { step, snapshot } of half) {
    if (step < 3) continue;
    saved = structuredClone(snapshot());
    break;
  }
  const rest = await finish(start(saved));
  expect(rest.policy.weights.flat).toEqual(whole.policy.weights.flat);
});
