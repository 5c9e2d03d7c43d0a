/**
 * Markov decision processes as data (Sutton & Barto 2018, chapter 3): states, the actions of each, what may follow, and
 * the discount γ. A Markov reward process is what remains of one when a policy has chosen.
 *
 * A state without actions is an end: its value is 0. So is whatever stands behind an outcome that `terminated`.
 */
import { DataError, type Problem, UsageError } from "../../base/index.ts";
import type { Outcome, Transitions } from "../../envs/index.ts";

export interface Mdp {
  readonly states: readonly string[];
  /** Names of the actions of each state. The one action of a state where nothing is chosen has the name "". */
  readonly actions: readonly (readonly string[])[];
  /** transitions[s][a] = what may follow: [p, s′, reward, terminated]. */
  readonly transitions: Transitions;
  /** γ in [0, 1]. */
  readonly gamma: number;
  /** Probability of each state at the start. */
  readonly initial: Float64Array;
}

export interface Mrp {
  readonly states: readonly string[];
  /** outcomes[s] = what may follow: [p, s′, reward, terminated]; none at an end. */
  readonly outcomes: readonly (readonly Outcome[])[];
  readonly gamma: number;
}

/** π(a|s) in a row for each state, as long as the state has actions. */
export type Policy = readonly ArrayLike<number>[];

/** What planning returns. */
export interface Plan {
  /** V(s). */
  readonly values: Float64Array;
  /** The action of each state by its index, −1 at an end. */
  readonly policy: Int32Array;
  /** Sweeps, rounds or backups that it took: each algorithm says which. */
  readonly rounds: number;
}

/** How far the probabilities of a row may be from 1 together. */
const roundingOfSum = 1e-9;

/**
 * Checks and freezes.
 *
 * @throws DataError `bad-mdp`, `probability-sum` or `unknown-state`, with every problem of every row.
 */
export function mdp(given: Mdp): Mdp {
  const { states, actions, transitions, gamma, initial } = given;
  if (!(gamma >= 0 && gamma <= 1)) {
    throw new DataError(`the discount must lie between 0 and 1, got ${gamma}`, { code: "bad-mdp", where: "gamma" });
  }
  if (transitions.length !== states.length || actions.length !== states.length || initial.length !== states.length) {
    throw new DataError(
      `${states.length} states, but rows for ${transitions.length}, actions for ${actions.length} and ${initial.length} chances to start`,
      { code: "bad-mdp" },
    );
  }
  const problems = transitions.flatMap((row, s) =>
    row.flatMap((outcomes, a) => {
      const name = actions[s]![a];
      const where = name ? `${states[s]}, ${name}` : states[s]!;
      return outcomeProblems(outcomes, states.length, where);
    }),
  );
  if (problems.length > 0) throw problemsError(problems);
  return Object.freeze({ states, actions, transitions, gamma, initial });
}

/** What is wrong with one row of P. `where` names it. */
export function outcomeProblems(outcomes: readonly Outcome[], states: number, where: string): Problem[] {
  const problems: Problem[] = [];
  let sum = 0;
  for (const [p, next, reward] of outcomes) {
    sum += p;
    if (!(p >= 0 && p <= 1 + roundingOfSum)) {
      problems.push({ code: "bad-mdp", message: `a probability must lie between 0 and 1, got ${p}`, where });
    }
    if (!Number.isFinite(reward)) {
      problems.push({ code: "bad-mdp", message: `a reward must be a finite number, got ${reward}`, where });
    }
    if (!(Number.isInteger(next) && next >= 0 && next < states)) {
      problems.push({ code: "unknown-state", message: `leads to state ${next} of ${states}`, where });
    }
  }
  // One problem a row: what is no probability cannot add up either.
  if (problems.length === 0 && !(Math.abs(sum - 1) <= roundingOfSum)) {
    problems.push({
      code: "probability-sum",
      message: `the probabilities sum to ${Number(sum.toPrecision(12))}, not to 1`,
      where,
      help: "thirds may be written as 1/3",
    });
  }
  return problems;
}

/** One problem as it is, several as a list. */
export function problemsError(problems: readonly Problem[]): DataError {
  const [first] = problems;
  if (problems.length === 1 && first) return new DataError(first.message, first);
  return new DataError(`${problems.length} problems in the process`, { code: first!.code, problems });
}

/** The Markov reward process of an agent that acts by π: P(s′|s) = Σₐ π(a|s) P(s′|s, a). */
export function mrpOf({ states, transitions, gamma }: Mdp, policy: Policy): Mrp {
  const outcomes = transitions.map((row, s) =>
    row.flatMap((choices, a) => {
      const chance = policy[s]![a]!;
      return chance === 0 ? [] : choices.map(([p, next, reward, end]): Outcome => [chance * p, next, reward, end]);
    }),
  );
  return { states, outcomes, gamma };
}

/** Every action of a state alike. */
export const uniformPolicy = ({ transitions }: Mdp): Policy =>
  transitions.map((row) => new Float64Array(row.length).fill(1 / row.length));

/** The policy that takes these actions (by index, −1 where there is none). */
export const deterministic = ({ transitions }: Mdp, actions: ArrayLike<number>): Policy =>
  transitions.map((row, s) => row.map((_, a) => Number(a === actions[s])));

/** ε/n for each action, and the rest for the greedy one. */
export const softened = (policy: Policy, epsilon: number): Policy =>
  policy.map((row) => Array.from(row, (p) => (1 - epsilon) * p + epsilon / row.length));

/** Σ ρ(s) V(s): what an episode is worth before its start is known. */
export const startValue = ({ initial }: Mdp, values: ArrayLike<number>): number =>
  initial.reduce((sum, p, s) => (p === 0 ? sum : sum + p * values[s]!), 0);

/** @throws UsageError `no-convergence`. */
export function notConverged(what: string, rounds: number): never {
  throw new UsageError(`${what} has not converged in ${rounds} rounds`, {
    code: "no-convergence",
    help: "with γ = 1 a loop that pays has no finite value: give a discount below 1, or a horizon",
  });
}
