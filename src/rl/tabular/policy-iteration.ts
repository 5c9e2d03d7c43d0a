/**
 * Policy iteration (Howard 1960; Sutton & Barto 2018, §4.3): evaluate the policy exactly, act greedily on its values, until
 * nothing changes. By the policy improvement theorem no round makes any state worse.
 *
 * With γ = 1 a policy that never ends has no value, so the first one is chosen to lead to an end, and an action is left
 * only for a better one, never for an equal one: all later ones then end too.
 */
import { actionValues, approaching } from "./bellman.ts";
import { closedForm } from "./closed-form.ts";
import { expectEnd } from "./ends.ts";
import { deterministic, type Mdp, mrpOf, notConverged, type Plan } from "./mdp.ts";

export interface PolicyIteration extends Plan {
  /** V of each policy that was evaluated, in order: no state of any is worth less than in the one before. */
  readonly history: readonly Float64Array[];
}

/** How much better an action must be: less is rounding. */
const better = 1e-10;
const mostRounds = 10_000;

/**
 * `rounds` counts the evaluations, the one that confirmed the policy included. The first policy is action 0 everywhere, or
 * with γ = 1 whatever leads to an end.
 *
 * @throws DataError `endless-chain`.
 */
export function policyIteration(process: Mdp): PolicyIteration {
  const { transitions, gamma, states } = process;
  expectEnd(transitions, gamma, states);
  const all = transitions.map((row) => [...row.keys()]);
  let policy = gamma < 1 ? Int32Array.from(all, ([first]) => first ?? -1) : approaching(process, all);
  const history: Float64Array[] = [];
  for (let rounds = 1; rounds <= mostRounds; rounds++) {
    const values = closedForm(mrpOf(process, deterministic(process, policy)));
    history.push(values);
    const next = policy.map((a, s) => improved(actionValues(process, values, s), a));
    if (next.every((a, s) => a === policy[s])) return { values, policy, rounds, history };
    policy = next;
  }
  return notConverged("policy iteration", mostRounds);
}

/** The best action, or the present one where none is better. */
function improved(q: readonly number[], present: number): number {
  if (q.length === 0) return -1;
  const best = q.indexOf(Math.max(...q));
  return q[best]! > q[present]! + better * Math.max(1, Math.abs(q[present]!)) ? best : present;
}
