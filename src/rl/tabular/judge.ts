/** Knows what learnt policies are worth, where the environment says how it works. */
import { bestReturn, exactReturn } from "./evaluate.ts";
import { mdpFromEnv, tabularOf } from "./from-env.ts";
import type { TabularEnv } from "./learning.ts";
import type { Policy } from "./mdp.ts";

/** Undefined where the environment gives no transitions, or other states than it shows. `horizon`: when episodes are cut. */
export function judgeOf(env: TabularEnv, observations: number, horizon: number) {
  const table = tabularOf(env);
  const shown = table && shownAs(table.name, table.transitions.length, observations);
  if (shown === undefined) return undefined;
  const process = mdpFromEnv(env);
  const optimum = bestReturn(process, horizon);
  /** A policy of what is observed as one of states. */
  const ofStates = (policy: Policy): Policy => Array.from(shown, (observation) => policy[observation]!);
  return {
    /** The process, if every state is observed as it is. */
    process: shown.length === observations ? process : undefined,
    metrics(policy: Policy) {
      const { mean } = exactReturn(process, ofStates(policy), horizon);
      return { "eval/mean_reward": mean, "eval/regret": optimum - mean };
    },
    result(policy: Policy) {
      const exact = exactReturn(process, ofStates(policy), horizon);
      return { exact, optimum, regret: optimum - exact.mean };
    },
  };
}

/**
 * As which observation each state is seen. Mostly a state is its own observation; blackjack's table tells naturals (704 +
 * the dealer's card) from other hands of 21 with an ace, and has an end (the last state).
 */
function shownAs(name: string | undefined, states: number, observations: number): Int32Array | undefined {
  if (states === observations) return Int32Array.from({ length: states }, (_, s) => s);
  if (name !== "BlackjackEnv") return undefined;
  const dealt = (dealer: number) => (21 * 11 + dealer) * 2 + 1;
  return Int32Array.from({ length: states }, (_, s) => (s < observations ? s : dealt(Math.min(s - observations, 10))));
}
