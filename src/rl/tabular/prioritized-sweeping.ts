/**
 * Prioritized sweeping (Moore & Atkeson 1993; Sutton & Barto 2018, §8.4) with the known model: always the state whose value
 * is furthest from what its Bellman equation says; afterwards only those before it can have come into question.
 */
import { Heap } from "../../base/index.ts";
import { greedy, optimality } from "./bellman.ts";
import { expectEnd } from "./ends.ts";
import { type Mdp, notConverged, type Plan } from "./mdp.ts";
import { enough, type Sweeping } from "./sweeping.ts";

/**
 * `rounds` counts the backups of single states; `maxSweeps` limits them to so many for each state.
 *
 * @throws DataError `endless-chain`, UsageError `no-convergence`.
 */
export function prioritizedSweeping(process: Mdp, how: Sweeping = {}): Plan {
  const { transitions, gamma, states } = process;
  expectEnd(transitions, gamma, states);
  const { tolerance, maxSweeps } = enough(gamma, how);
  const before = predecessors(process);
  const V = new Float64Array(states.length);
  const error = new Float64Array(states.length); // |T* V − V| when it was last looked at
  const queue = new Heap<{ readonly s: number; readonly error: number }>((a, b) => a.error > b.error);
  let negligible = tolerance(V);
  const look = (s: number) => {
    error[s] = Math.abs(optimality(process, V, s) - V[s]!);
    if (error[s]! > negligible) queue.push({ s, error: error[s]! });
  };
  for (let s = 0; s < V.length; s++) look(s);
  for (let rounds = 0; rounds <= maxSweeps * states.length; rounds++) {
    if (rounds % states.length === 0) negligible = tolerance(V);
    let top = queue.pop();
    while (top && top.error !== error[top.s]) top = queue.pop(); // looked at again since
    if (top === undefined) return { values: V, policy: greedy(process, V), rounds };
    V[top.s] = optimality(process, V, top.s);
    error[top.s] = 0;
    for (const s of before[top.s]!) look(s);
  }
  return notConverged("prioritized sweeping", maxSweeps * states.length);
}

/** The states from which each state can be reached in one step. */
function predecessors({ transitions }: Mdp): readonly ReadonlySet<number>[] {
  const before = transitions.map(() => new Set<number>());
  transitions.forEach((row, s) => {
    for (const outcomes of row) for (const [p, next] of outcomes) if (p > 0) before[next]!.add(s);
  });
  return before;
}
