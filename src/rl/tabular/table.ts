/** A number for each state and action, Q(s, a) or a count, and what is done with a row of them. */
import type { Rng } from "../../base/index.ts";

export interface Table {
  readonly states: number;
  readonly actions: number;
  /** [states × actions], row by row. */
  readonly values: Float64Array;
}

export const table = (states: number, actions: number, initial = 0): Table => ({
  states,
  actions,
  values: new Float64Array(states * actions).fill(initial),
});

/** maxₐ Q(s, a). */
export function highest({ actions, values }: Table, s: number): number {
  let best = values[s * actions]!;
  for (let i = s * actions + 1; i < (s + 1) * actions; i++) if (values[i]! > best) best = values[i]!;
  return best;
}

/** argmaxₐ Q(s, a), the lowest of equal ones: how a policy acts that has been learnt. */
export function best({ actions, values }: Table, s: number): number {
  let winner = 0;
  for (let a = 1; a < actions; a++) if (values[s * actions + a]! > values[s * actions + winner]!) winner = a;
  return winner;
}

/** argmaxₐ Q(s, a), one of equal ones at random: with the first of them an unlearnt table would try nothing else. */
export function bestAtRandom({ actions, values }: Table, s: number, rng: Rng): number {
  let winner = 0;
  let equals = 1;
  for (let a = 1; a < actions; a++) {
    const difference = values[s * actions + a]! - values[s * actions + winner]!;
    if (difference > 0) [winner, equals] = [a, 1];
    else if (difference === 0 && rng.integer(++equals) === 0) winner = a;
  }
  return winner;
}

/** Any action with probability ε, else a best one. */
export const epsilonGreedy = (Q: Table, s: number, epsilon: number, rng: Rng): number =>
  rng.uniform() < epsilon ? rng.integer(Q.actions) : bestAtRandom(Q, s, rng);

/** π(a|s) of `epsilonGreedy`: equal best actions share. [actions] */
export function epsilonGreedyChances(Q: Table, s: number, epsilon: number): Float64Array {
  const row = Q.values.subarray(s * Q.actions, (s + 1) * Q.actions);
  const top = highest(Q, s);
  const winners = row.reduce((count, value) => count + Number(value === top), 0);
  return row.map((value) => epsilon / Q.actions + (value === top ? (1 - epsilon) / winners : 0));
}

/** Σ π(a|s) Q(s, a) of the ε-greedy policy: ε · mean + (1 − ε) · max. */
export function expectedValue(Q: Table, s: number, epsilon: number): number {
  let sum = 0;
  for (let i = s * Q.actions; i < (s + 1) * Q.actions; i++) sum += Q.values[i]!;
  return (epsilon * sum) / Q.actions + (1 - epsilon) * highest(Q, s);
}

/** The policy that takes the best action of each state. */
export const greedyPolicy = (Q: Table): Float64Array[] =>
  Array.from({ length: Q.states }, (_, s) => {
    const row = new Float64Array(Q.actions);
    row[best(Q, s)] = 1;
    return row;
  });

type Saved = Readonly<Record<string, unknown>>;

/** Tables as JSON, a list for each state; and back into the same tables. */
export const storing = (tables: Readonly<Record<string, Table>>) => ({
  save: (): Record<string, number[][]> =>
    Object.fromEntries(
      Object.entries(tables).map(([name, { states, actions, values }]) => [
        name,
        Array.from({ length: states }, (_, s) => Array.from(values.subarray(s * actions, (s + 1) * actions))),
      ]),
    ),
  load(saved: Saved): void {
    for (const [name, { values }] of Object.entries(tables)) values.set((saved[name] as number[][]).flat());
  },
});
