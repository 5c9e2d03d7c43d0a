/**
 * DDPG (Lillicrap et al. 2016, arXiv:1509.02971): Q-learning for continuous actions, where a second network learns to say the
 * action that the first one values most. It is TD3 with one critic, no noise on the target's actions and a policy that moves
 * at every update; so stable-baselines3 has it, and so it is here, with its defaults and TD3's noise that explores.
 *
 * Run it: plaudit rl ddpg --env Pendulum-v1 --preset zoo     Results: docs/algorithms/rl-continuous.md
 */
import { z } from "zod";
import type { Checkpoint, Trainer } from "../../run/index.ts";
import { type OffPolicyOptions, type OffPolicyTrained, offPolicy } from "./off-policy.ts";
import { deterministicLearner, deterministicSettings } from "./td3.ts";

export const DdpgConfig = z.object(deterministicSettings);
export type DdpgConfig = z.infer<typeof DdpgConfig>;

export interface DdpgOptions extends z.input<typeof DdpgConfig>, OffPolicyOptions {}

export function ddpg(
  options: DdpgOptions,
  { from }: { readonly from?: Checkpoint | undefined } = {},
): Trainer<OffPolicyTrained> {
  const config = DdpgConfig.parse(options);
  const plain = { nCritics: 1, policyDelay: 1, targetPolicyNoise: 0, targetNoiseClip: 0 };
  return offPolicy(
    "ddpg",
    options,
    config,
    (surroundings) => deterministicLearner(surroundings, { ...config, ...plain }),
    from,
  );
}
