import type { Message } from "../text/index.ts";

/** What a reward looks at: parallel lists, one entry per completion. */
export interface RewardInput {
  readonly prompts: readonly (string | readonly Message[])[];
  readonly completions: readonly string[];
  /** Tokens of the prompt as the policy read it, and of the completion with its end token if it has one. */
  readonly promptIds: readonly (readonly number[])[];
  readonly completionIds: readonly (readonly number[])[];
}

/** One number per completion; the same signature for a function of one's own and for a learned model. */
export type RewardFunction = (input: RewardInput) => readonly number[] | Promise<readonly number[]>;

/** Several rewards as one: Σ weightᵢ · rewardᵢ, weights 1 when absent. */
export const weightedRewards =
  (rewards: readonly RewardFunction[], weights: readonly number[] = rewards.map(() => 1)): RewardFunction =>
  async (input) => {
    const parts = await Promise.all(rewards.map((reward) => reward(input)));
    return input.completions.map((_, i) => parts.reduce((sum, part, k) => sum + weights[k]! * part[i]!, 0));
  };
