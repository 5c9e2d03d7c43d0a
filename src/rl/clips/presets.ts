import { type Preset, preset, zooEnvironments } from "../presets.ts";

export const agentNames = ["ppo", "a2c", "trpo"] as const;
export type AgentName = (typeof agentNames)[number];

/**
 * Our own, tried with the true reward. rl-zoo's settings for CartPole are for episodes that end, and stop too early for
 * those that stand still: most steps show a fallen pole. Pendulum's are zoo's with a rate that falls to 0: predicted rewards
 * are smaller than true ones, so that the same rate moves the policy further, and its last update is a lottery.
 */
const own: Readonly<Record<string, Partial<Record<AgentName, Preset>>>> = {
  "Pendulum-v1": {
    ppo: { ...preset("zoo", "ppo", "Pendulum-v1"), lrSchedulerType: "linear" },
  },
  "CartPoleFixedHorizon-v1": {
    ppo: {
      ...{ numEnvs: 8, totalTimesteps: 300_000, nSteps: 256, batchSize: 256, nEpochs: 10, learningRate: 1e-3 },
      ...{ gamma: 0.98, gaeLambda: 0.8, rewardTanh: true },
    },
  },
};
const usual: Preset = { numEnvs: 8, totalTimesteps: 100_000 };

/**
 * Settings of an agent on an environment: ours, with what predictors need there, rl-zoo's of the same one with ends, or the
 * algorithm's own defaults.
 */
export function agentPreset(agent: AgentName, env: string): Preset {
  const like = env.replace("FixedHorizon", "");
  return own[env]?.[agent] ?? (zooEnvironments(agent).includes(like) ? preset("zoo", agent, like) : usual);
}
