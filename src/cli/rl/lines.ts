export interface LogPlan {
  /** How many lines the log of a run will have; 0 where nobody knows, since episodes decide (REINFORCE). */
  readonly lines: number;
  /** Environment steps that will be taken: those that were asked for, and the rest of what is always taken together. */
  readonly timesteps: number;
}

/** @param rollouts of those that learn from their own rollouts: how many make a line */
export function logPlan(settings: Readonly<Record<string, unknown>>, numEnvs: number, rollouts: number): LogPlan {
  const { nSteps, trainFreq, logInterval, logSteps, nEpisodes, ...rest } = settings as Readonly<
    Record<string, number | undefined>
  >;
  const totalTimesteps = rest.totalTimesteps!;
  if (nEpisodes !== undefined) return { lines: 0, timesteps: totalTimesteps };
  const together = (nSteps ?? trainFreq!) * numEnvs;
  const whole = (steps: number) => together * Math.ceil(steps / together);
  const line = whole(logInterval ?? logSteps ?? rollouts * together);
  return { lines: Math.ceil(totalTimesteps / line), timesteps: whole(totalTimesteps) };
}
