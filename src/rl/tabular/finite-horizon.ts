/**
 * Dynamic programming backwards from a last step (Puterman 1994, §4.5). With few steps left the best action may be another
 * than with many, so the policy is one for each number of steps.
 */
import { expectation, optimalActions, optimality } from "./bellman.ts";
import type { Mdp, Policy } from "./mdp.ts";

export interface HorizonPlan {
  /** V with all steps left. */
  readonly values: Float64Array;
  /** policy[k − 1][s]: the action with k steps left (the lowest of equal ones, −1 at an end). */
  readonly policy: readonly Int32Array[];
}

/** The best that can be had in `horizon` steps. Any discount will do, 1 too: every sum is finite. */
export function finiteHorizon(process: Mdp, horizon: number): HorizonPlan {
  const policy: Int32Array[] = [];
  let V = new Float64Array(process.states.length);
  for (let k = 1; k <= horizon; k++) {
    policy.push(Int32Array.from(optimalActions(process, V), ([first]) => first ?? -1));
    V = V.map((_, s) => optimality(process, V, s));
  }
  return { values: V, policy };
}

/** What a policy that does not look at the clock is worth in `horizon` steps. */
export function valueWithin(process: Mdp, policy: Policy, horizon: number): Float64Array {
  return repeat(horizon, process.states.length, (V, s) => expectation(process, policy, V, s));
}

/** What is at best worth `horizon` steps: `finiteHorizon` without its policies. */
export function bestWithin(process: Mdp, horizon: number): Float64Array {
  return repeat(horizon, process.states.length, (V, s) => optimality(process, V, s));
}

/** An operator, so many times from 0; fewer when it has arrived at a fixed point. */
function repeat(times: number, states: number, operator: (V: Float64Array, s: number) => number): Float64Array {
  let V = new Float64Array(states);
  for (let k = 0; k < times; k++) {
    const next = V.map((_, s) => operator(V, s));
    if (next.every((value, s) => value === V[s])) return V;
    V = next;
  }
  return V;
}
