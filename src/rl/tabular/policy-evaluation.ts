/**
 * Iterative policy evaluation (Sutton & Barto 2018, §4.1): V ← T^π V, sweep after sweep, until it stays.
 */
import { expectation, largestDifference } from "./bellman.ts";
import { expectEnd } from "./ends.ts";
import { type Mdp, mrpOf, notConverged, type Policy } from "./mdp.ts";
import { enough, type Sweeping } from "./sweeping.ts";

export interface Evaluation {
  readonly values: Float64Array;
  readonly sweeps: number;
}

/**
 * V^π. `sweeps` asks for exactly so many synchronous sweeps from 0, as the book's figure 4.1 shows them; without it, for
 * as many as `tolerance` needs.
 *
 * @throws DataError `endless-chain` when γ = 1 and π never ends, UsageError `no-convergence`.
 */
export function policyEvaluation(
  process: Mdp,
  policy: Policy,
  { sweeps, ...how }: Sweeping & { readonly sweeps?: number } = {},
): Evaluation {
  if (sweeps === undefined) {
    const chain = mrpOf(process, policy).outcomes.map((row) => (row.length === 0 ? [] : [row]));
    expectEnd(chain, process.gamma, process.states);
  }
  const { tolerance, maxSweeps } = enough(process.gamma, how);
  let V = new Float64Array(process.states.length);
  for (let k = 1; k <= (sweeps ?? maxSweeps); k++) {
    const next = V.map((_, s) => expectation(process, policy, V, s));
    const done = sweeps === undefined && largestDifference(next, V) <= tolerance(next);
    V = next;
    if (done) return { values: V, sweeps: k };
  }
  if (sweeps === undefined) notConverged("policy evaluation", maxSweeps);
  return { values: V, sweeps };
}
