import { UsageError } from "../../base/index.ts";
import type { Env } from "../env.ts";
import { describe, unwrapped, wrap } from "./wrap.ts";

type Phase = "new" | "running" | "over";

/**
 * Refuses what has no meaning: a step or a picture before the first reset (as Gymnasium), and a step after an end (there
 * undefined; here an error, because a learner that forgot the reset learns from it in silence).
 */
export function orderEnforcing<E extends Env>(env: E): E {
  let phase: Phase = "new";
  const needsReset = (what: string) => {
    if (phase === "new") throw resetNeeded(describe(unwrapped(env)), what);
  };
  return wrap(env, "OrderEnforcing", {
    reset(how) {
      const result = env.reset(how);
      phase = "running";
      return result;
    },
    step(action) {
      needsReset("step");
      if (phase === "over") throw episodeOver(env);
      const result = env.step(action);
      if (result[2] || result[3]) phase = "over";
      return result;
    },
    ...(env.render === undefined
      ? {}
      : {
          render() {
            needsReset("render");
            return env.render!();
          },
        }),
    save: () => phase,
    load(saved) {
      phase = saved as Phase;
    },
  });
}

export const resetNeeded = (name: string, what: string): UsageError =>
  new UsageError(`${name}: ${what} was called before reset`, {
    code: "reset-needed",
    help: "call env.reset({ seed }) once before the first step",
  });

export const episodeOver = (env: Env): UsageError =>
  new UsageError(`${describe(unwrapped(env))}: step was called after the episode had ended`, {
    code: "episode-over",
    help: "when terminated or truncated is true, call env.reset() before the next step",
  });
