import { type Preset, preset, zooEnvironments } from "../presets.ts";

export const agentNames = ["ppo", "a2c", "trpo"] as const;
export type AgentName = (typeof agentNames)[number];

/**
 * rl-zoo's settings are for episodes that end, and stop too early for those that stand still: most steps show a fallen pole.
 * Our own, tried with the true reward.
 */
const own: Readonly<Record<string, Partial<Record<AgentName, Preset>>>> = {
  "CartPoleFixedHorizon-v1": {
    ppo: {
      ...{ numEnvs: 8, totalTimesteps: 300_000, nSteps: 256, batchSize: 256, nEpochs: 10, learningRate: 1e-3 },
      ...{ gamma: 0.98, gaeLambda: 0.8 },
    },
  },
};
const usual: Preset = { numEnvs: 8, totalTimesteps: 100_000 };

/** Settings of an agent on an environment: ours, rl-zoo's of the same one with ends, or the algorithm's own defaults. */
export function agentPreset(agent: AgentName, env: string): Preset {
  const like = env.replace("FixedHorizon", "");
  return own[env]?.[agent] ?? (zooEnvironments(agent).includes(like) ? preset("zoo", agent, like) : usual);
}
