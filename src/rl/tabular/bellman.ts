/**
 * Bellman's equations as operators on value functions (Sutton & Barto 2018, eqs. 3.14, 3.19, 4.1; Puterman 1994, §6.2).
 * Both are γ-contractions in the largest difference: applied again and again they lead to V^π and to V*.
 *
 *     (T^π V)(s) = Σₐ π(a|s) Σ p (r + γ V(s′))        (T* V)(s) = maxₐ Σ p (r + γ V(s′))
 */
import type { Outcome } from "../../envs/index.ts";
import { distanceToEnd } from "./ends.ts";
import type { Mdp, Policy } from "./mdp.ts";

/** Σ p (r + γ V(s′)), nothing after an end: one row of P, or one Q(s, a). */
export function backup(outcomes: readonly Outcome[], V: ArrayLike<number>, gamma: number): number {
  let sum = 0;
  for (const [p, next, reward, terminated] of outcomes) sum += p * (terminated ? reward : reward + gamma * V[next]!);
  return sum;
}

/** Q(s, a) of every action of one state under V. */
export const actionValues = ({ transitions, gamma }: Mdp, V: ArrayLike<number>, s: number): number[] =>
  transitions[s]!.map((outcomes) => backup(outcomes, V, gamma));

/** (T^π V)(s). */
export function expectation(process: Mdp, policy: Policy, V: ArrayLike<number>, s: number): number {
  const { transitions, gamma } = process;
  return transitions[s]!.reduce((sum, outcomes, a) => sum + policy[s]![a]! * backup(outcomes, V, gamma), 0);
}

/** (T* V)(s); 0 at an end. */
export function optimality({ transitions, gamma }: Mdp, V: ArrayLike<number>, s: number): number {
  const row = transitions[s]!;
  if (row.length === 0) return 0;
  let best = Number.NEGATIVE_INFINITY;
  for (const outcomes of row) best = Math.max(best, backup(outcomes, V, gamma));
  return best;
}

/** Within this, relative to the values' size, two actions are equally good: rounding must not choose. */
const tie = 1e-9;

/** All best actions of each state under V, none at an end. */
export const optimalActions = (process: Mdp, V: ArrayLike<number>): readonly (readonly number[])[] =>
  process.states.map((_, s) => {
    const q = actionValues(process, V, s);
    const best = Math.max(...q);
    return [...q.keys()].filter((a) => q[a]! >= best - tie * Math.max(1, Math.abs(best)));
  });

/**
 * A best action of each state, the lowest of equal ones; −1 at an end. With γ = 1 standing still may be as good as going
 * on, for ever: then of equal actions the first one counts that leads nearer to an end.
 */
export function greedy(process: Mdp, V: ArrayLike<number>): Int32Array {
  const best = optimalActions(process, V);
  if (process.gamma < 1) return Int32Array.from(best, (actions) => actions[0] ?? -1);
  return approaching(process, best);
}

/** Of the allowed actions of each state the first that may lead nearer to an end; the first one where none does. */
export function approaching({ transitions }: Mdp, allowed: readonly (readonly number[])[]): Int32Array {
  const distance = distanceToEnd(transitions.map((row, s) => allowed[s]!.map((a) => row[a]!)));
  return Int32Array.from(allowed, (actions, s) => {
    const nearer = actions.find((a) =>
      transitions[s]![a]!.some(([p, next, , terminated]) => p > 0 && (terminated || distance[next]! < distance[s]!)),
    );
    return nearer ?? actions[0] ?? -1;
  });
}

/** The largest |a − b|. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}
