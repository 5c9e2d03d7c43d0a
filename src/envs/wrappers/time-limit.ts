import { UsageError } from "../../base/index.ts";
import type { Env, EnvSpec } from "../env.ts";
import { episodeOver } from "./order-enforcing.ts";
import { wrap } from "./wrap.ts";

/**
 * Truncates an episode after so many steps (gymnasium/wrappers/common.py). The observation is then no end of the process:
 * its value still counts. `terminated` stays what it is; `spec` says the new limit.
 *
 * @throws UsageError `bad-env-option` unless the limit is a positive integer.
 */
export function timeLimit<E extends Env>(env: E, maxEpisodeSteps: number): E {
  checkLimit(maxEpisodeSteps);
  let elapsed = 0;
  const limited = wrap(env, "TimeLimit", {
    reset(how) {
      const result = env.reset(how);
      elapsed = 0;
      return result;
    },
    step(action) {
      if (elapsed >= maxEpisodeSteps) throw episodeOver(env);
      const result = env.step(action);
      elapsed++;
      if (elapsed >= maxEpisodeSteps) result[3] = true;
      return result;
    },
    save: () => elapsed,
    load(saved) {
      elapsed = saved as number;
    },
  });
  const known: EnvSpec = env.spec ?? { id: env.name ?? "Env" };
  return Object.assign(limited, { spec: { ...known, maxEpisodeSteps } });
}

/** @throws UsageError `bad-env-option` */
export function checkLimit(maxEpisodeSteps: number): void {
  if (Number.isSafeInteger(maxEpisodeSteps) && maxEpisodeSteps > 0) return;
  throw new UsageError(`wanted a time limit of a positive number of steps, got ${maxEpisodeSteps}`, {
    code: "bad-env-option",
    help: "maxEpisodeSteps: null makes an environment without a limit",
  });
}
