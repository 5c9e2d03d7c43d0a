/**
 * Value iteration (Bellman 1957; Sutton & Barto 2018, §4.4): V ← T* V until it stays; its greedy policy is optimal. The
 * Gauss–Seidel order updates in place, so that later states of a sweep already see the new values of earlier ones.
 */
import { greedy, largestDifference, optimality } from "./bellman.ts";
import { expectEnd } from "./ends.ts";
import { type Mdp, notConverged, type Plan } from "./mdp.ts";
import { enough, type Sweeping } from "./sweeping.ts";

/**
 * `rounds` counts the sweeps.
 *
 * @throws DataError `endless-chain` when γ = 1 and some state has no way to an end; UsageError `no-convergence`.
 */
export function valueIteration(
  process: Mdp,
  { order = "synchronous", ...how }: Sweeping & { readonly order?: "synchronous" | "gauss-seidel" } = {},
): Plan {
  expectEnd(process.transitions, process.gamma, process.states);
  const { tolerance, maxSweeps } = enough(process.gamma, how);
  let V = new Float64Array(process.states.length);
  for (let rounds = 1; rounds <= maxSweeps; rounds++) {
    const next = V.slice();
    const seen = order === "synchronous" ? V : next;
    for (let s = 0; s < V.length; s++) next[s] = optimality(process, seen, s);
    const change = largestDifference(next, V);
    V = next;
    if (change <= tolerance(V)) return { values: V, policy: greedy(process, V), rounds };
  }
  return notConverged("value iteration", maxSweeps);
}
