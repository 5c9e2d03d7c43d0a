/**
 * PPO with a memory (Huang et al. 2022, details 32–36; sb3-contrib's RecurrentPPO): an LSTM before the actor's layers and one
 * before the critic's, for environments that do not show their whole state. What is remembered is 0 at an episode's start;
 * learning takes sequences of steps of one environment, in their order, from what was remembered when they were played.
 *
 * All of PPO's settings hold. Departs from sb3-contrib: sequences have one length and are shuffled, where it cuts a rollout of
 * environments one after the other anywhere and fills up with zeros; the LSTMs are smaller (there 256) and begin
 * orthogonal, as in openai/baselines (`--no-ortho-init`: as PyTorch's, which is theirs); there is one layer of them.
 *
 * Run it: plaudit rl recurrent-ppo --env CartPoleNoVelocity-v1 --preset zoo     Results: docs/algorithms/rl-ppo.md
 */
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { adam } from "../../optim/index.ts";
import type { Checkpoint, Trainer } from "../../run/index.ts";
import { lstmCritics } from "../networks/actor-critic.ts";
import { type OnPolicyOptions, onPolicy, type Trained } from "./on-policy.ts";
import { PpoConfig, ppoLearning } from "./ppo.ts";

const { nSteps, batchSize } = PpoConfig.shape;

export const RecurrentPpoConfig = PpoConfig.extend({
  nSteps: nSteps.default(128),
  batchSize: batchSize.default(128),
  lstmHiddenSize: z.int().positive().default(64).describe("numbers that come out of the LSTM"),
  lstmCritic: z
    .enum(lstmCritics)
    .default("own")
    .describe("the critic has an LSTM of its own, reads the actor's without teaching it, or has no memory"),
  sequenceLength: z.int().positive().default(16).describe("steps through which gradients go back; divides --n-steps"),
});
export type RecurrentPpoConfig = z.infer<typeof RecurrentPpoConfig>;

export interface RecurrentPpoOptions extends z.input<typeof RecurrentPpoConfig>, OnPolicyOptions {}

/** @throws UsageError `bad-settings` when sequences do not fill a rollout */
export function recurrentPpo(
  options: RecurrentPpoOptions,
  { from }: { readonly from?: Checkpoint | undefined } = {},
): Trainer<Trained> {
  const config = RecurrentPpoConfig.parse(options);
  const { nSteps: T, sequenceLength: L, lstmHiddenSize: hiddenSize, lstmCritic: critic } = config;
  if (T % L !== 0) {
    throw new UsageError(`rollouts of ${T} steps are not made up of sequences of ${L}`, {
      code: "bad-settings",
      help: `give a sequence length that divides ${T}`,
    });
  }
  const settings = { ...config, lstm: { hiddenSize, critic } };
  const optimizer = adam({ epsilon: config.adamEpsilon });
  return onPolicy("recurrent-ppo", options, settings, optimizer, (agent) => ppoLearning(agent, config, L), from);
}
