import { expect, it } from "vitest";
import { logPlan } from "./lines.ts";

it.each([
  ["a line for each rollout, the last one whole", { totalTimesteps: 1000, nSteps: 32 }, 8, 1, 4, 1024],
  ["a hundred rollouts for each", { totalTimesteps: 500_000, nSteps: 5 }, 8, 100, 125],
  ["a line begun", { totalTimesteps: 500_001, nSteps: 5 }, 8, 100, 126, 500_040],
  ["off-policy", { totalTimesteps: 50_000, trainFreq: 256, logInterval: 1000 }, 1, 1, 49, 50_176],
  ["of threads", { totalTimesteps: 10_000, nSteps: 5, logSteps: 2000 }, 1, 1, 5],
  ["not known of episodes", { totalTimesteps: 10_000, nEpisodes: 8 }, 1, 1, 0],
])("lines of the log: %s", (_, settings, numEnvs, rollouts, lines, timesteps = settings.totalTimesteps) => {
  expect(logPlan(settings, numEnvs, rollouts)).toEqual({ lines, timesteps });
});
