/**
 * Where a process ends. Without discount a value is a finite sum only if the end is reached with certainty, and that is
 * the case from everywhere exactly when from everywhere there is some way to it.
 */
import { DataError } from "../../base/index.ts";
import type { Transitions } from "../../envs/index.ts";

/**
 * Steps that each state is away from an end at best, ∞ where there is no way. An end is a state without actions, one with
 * an outcome that terminates, or one of a set that is never left and pays nothing (how textbooks draw an end: a loop of
 * reward 0).
 */
export function distanceToEnd(transitions: Transitions): Float64Array {
  const quiet = silent(transitions);
  const isEnd = (s: number) =>
    transitions[s]!.length === 0 ||
    quiet[s] === 1 ||
    transitions[s]!.some((outcomes) => outcomes.some(([p, , , terminated]) => terminated && p > 0));
  const before: number[][] = transitions.map(() => []);
  transitions.forEach((row, s) => {
    for (const outcomes of row) for (const [p, next] of outcomes) if (p > 0) before[next]!.push(s);
  });
  const distance = new Float64Array(transitions.length).fill(Number.POSITIVE_INFINITY);
  let border = [...transitions.keys()].filter(isEnd);
  for (let steps = 0; border.length > 0; steps++) {
    for (const s of border) distance[s] = steps;
    border = [...new Set(border.flatMap((s) => before[s]!))].filter((s) => distance[s] === Number.POSITIVE_INFINITY);
  }
  return distance;
}

/** 1 for states from which, whatever is done, nothing but zeros follows. */
export function silent(transitions: Transitions): Uint8Array {
  const quiet = new Uint8Array(transitions.length).fill(1);
  for (let changed = true; changed; ) {
    changed = false;
    transitions.forEach((row, s) => {
      const pays = row.some((outcomes) =>
        outcomes.some(([p, next, reward, terminated]) => p > 0 && (reward !== 0 || (!terminated && quiet[next] === 0))),
      );
      if (quiet[s] === 1 && pays) {
        quiet[s] = 0;
        changed = true;
      }
    });
  }
  return quiet;
}

/** @throws DataError `endless-chain` when γ = 1 and some state has no way to an end: its value is an infinite sum. */
export function expectEnd(transitions: Transitions, gamma: number, states: readonly string[]): void {
  if (gamma < 1) return;
  const distance = distanceToEnd(transitions);
  const trapped = states.filter((_, s) => distance[s] === Number.POSITIVE_INFINITY);
  if (trapped.length === 0) return;
  const shown = trapped.slice(0, 5).join(", ") + (trapped.length > 5 ? `, … (${trapped.length})` : "");
  throw new DataError(`γ = 1 and no way leads from ${shown} to an end: the sum of rewards is infinite`, {
    code: "endless-chain",
    help: "give a discount below 1 (--gamma 0.9), a horizon (--horizon 100), or a way to an end",
  });
}
