/**
 * The value of a Markov reward process as the solution of its Bellman equation: V = r + γ P V, so V = (I − γ P)⁻¹ r.
 * Gaussian elimination, S³/3 multiplications: up to a few thousand states.
 */
import { expectEnd, silent } from "./ends.ts";
import type { Mrp } from "./mdp.ts";

/** V. @throws DataError `endless-chain` when γ = 1 and the process never ends. */
export function closedForm({ states, outcomes, gamma }: Mrp): Float64Array {
  const chain = outcomes.map((row) => (row.length === 0 ? [] : [row]));
  expectEnd(chain, gamma, states);
  const quiet = silent(chain); // their equation is V = V where γ = 1
  const n = states.length;
  const matrix = new Float64Array(n * n); // I − γ P
  const r = new Float64Array(n);
  outcomes.forEach((row, s) => {
    matrix[s * n + s] = 1;
    if (quiet[s] === 1) return;
    for (const [p, next, reward, terminated] of row) {
      r[s]! += p * reward;
      if (!terminated) matrix[s * n + next]! -= gamma * p;
    }
  });
  return solve(matrix, r);
}

/**
 * Where the process is, sooner counting more: d(s) = (1 − γ) Σₜ γᵗ P(Sₜ = s), so d = (1 − γ) (I − γ Pᵀ)⁻¹ ρ. What ended is
 * nowhere any more: only of an endless process d sums to 1. γ < 1.
 */
export function occupancy({ outcomes, gamma }: Mrp, initial: ArrayLike<number>): Float64Array {
  const n = outcomes.length;
  const matrix = new Float64Array(n * n); // I − γ Pᵀ
  outcomes.forEach((row, s) => {
    matrix[s * n + s]! += 1;
    for (const [p, next, , terminated] of row) if (!terminated) matrix[next * n + s]! -= gamma * p;
  });
  return solve(
    matrix,
    Float64Array.from(initial, (p) => (1 - gamma) * p),
  );
}

/** x with A x = b, by elimination with row pivots. A [n × n] and b [n] are used up. */
export function solve(A: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(A[row * n + column]!) > Math.abs(A[pivot * n + column]!)) pivot = row;
    }
    if (pivot !== column) {
      for (let j = column; j < n; j++) {
        [A[column * n + j], A[pivot * n + j]] = [A[pivot * n + j]!, A[column * n + j]!];
      }
      [b[column], b[pivot]] = [b[pivot]!, b[column]!];
    }
    for (let row = column + 1; row < n; row++) {
      const factor = A[row * n + column]! / A[column * n + column]!;
      if (factor === 0) continue;
      for (let j = column; j < n; j++) A[row * n + j]! -= factor * A[column * n + j]!;
      b[row]! -= factor * b[column]!;
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    let sum = b[row]!;
    for (let j = row + 1; j < n; j++) sum -= A[row * n + j]! * b[j]!;
    b[row] = sum / A[row * n + row]!;
  }
  return b;
}
