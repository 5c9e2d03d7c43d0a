import { assert, DataError } from "../base/index.ts";

export interface Strengths {
  /** Natural logarithms, centred on 0. */
  readonly logStrengths: readonly number[];
  /** Of the centred log-strengths, from the curvature at the maximum. */
  readonly standardErrors: readonly number[];
  /** Negative log-likelihood of the games, without the penalty. */
  readonly nll: number;
}

/**
 * Strengths that explain who beat whom: P(i beats j) = σ(zᵢ − zⱼ) (Bradley & Terry 1952), fitted by Newton's method.
 *
 * @param wins `wins[i][j]` = how often i beat j; a tie is half a win for both
 * @param options.l2 penalty l2/2 · Σ z²; above 0 there is a fit even if somebody never wins
 * @throws DataError `no-strengths` when l2 is 0 and some never won against the others, directly or over third ones: the
 *   likelihood then has no maximum (Ford 1957)
 */
export function bradleyTerry(
  wins: readonly (readonly number[])[],
  { l2 = 0 }: { readonly l2?: number } = {},
): Strengths {
  const n = wins.length;
  for (const row of wins)
    assert(row.length === n, `bradleyTerry needs a square table, got ${n} rows, one of ${row.length}`);
  if (l2 === 0) assertComparable(wins);

  let z: readonly number[] = new Array(n).fill(0);
  let value = penalised(wins, z, l2);
  for (let iteration = 0; iteration < 100; iteration++) {
    const { gradient, curvature } = derivatives(wins, z, l2);
    if (Math.max(...gradient.map(Math.abs)) < 1e-11) break;
    const step = solve(curvature, [gradient])[0]!;
    // Newton's step overshoots far from the maximum: halve it until it helps.
    let size = 1;
    let next = z;
    let nextValue = Number.POSITIVE_INFINITY;
    while (size > 1e-12) {
      next = z.map((x, i) => x - size * step[i]!);
      nextValue = penalised(wins, next, l2);
      if (nextValue <= value) break;
      size /= 2;
    }
    if (nextValue > value) break; // as near as rounding allows
    [z, value] = [next, nextValue];
  }

  const unit = (i: number) => Array.from({ length: n }, (_, j) => Number(i === j));
  const inverse = solve(
    derivatives(wins, z, l2).curvature,
    Array.from({ length: n }, (_, i) => unit(i)),
  );
  // The direction in which all strengths rise together was given a curvature of l2 + 1; centred, it does not vary.
  const standardErrors = inverse.map((column, i) => Math.sqrt(Math.max(0, column[i]! - 1 / (n * (l2 + 1)))));
  return { logStrengths: z, standardErrors, nll: penalised(wins, z, 0) };
}

/** P(i beats j) for all i and j. */
export const winProbabilities = (logStrengths: readonly number[]): number[][] =>
  logStrengths.map((a) => logStrengths.map((b) => sigmoid(a - b)));

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** log(1 + eˣ) without overflow. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

function penalised(wins: readonly (readonly number[])[], z: readonly number[], l2: number): number {
  let total = 0;
  for (let i = 0; i < z.length; i++) {
    total += (l2 / 2) * z[i]! ** 2;
    for (let j = 0; j < z.length; j++) if (i !== j) total += wins[i]![j]! * softplus(z[j]! - z[i]!);
  }
  return total;
}

/** Gradient and Hessian; 1/n is added to every entry of the latter, which holds the mean where it is. */
function derivatives(wins: readonly (readonly number[])[], z: readonly number[], l2: number) {
  const n = z.length;
  const gradient = z.map((x) => l2 * x);
  const curvature = z.map((_, i) => z.map((_, j) => 1 / n + (i === j ? l2 : 0)));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i === j) continue;
      const p = sigmoid(z[i]! - z[j]!);
      gradient[i]! += wins[j]![i]! * p - wins[i]![j]! * (1 - p);
      const bend = (wins[i]![j]! + wins[j]![i]!) * p * (1 - p);
      curvature[i]![i]! += bend;
      curvature[i]![j]! -= bend;
    }
  }
  return { gradient, curvature };
}

/** Solves A x = b for several b, A symmetric and positive definite, by Cholesky's factors. */
function solve(a: readonly (readonly number[])[], rightSides: readonly (readonly number[])[]): number[][] {
  const n = a.length;
  const l = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = a[i]![j]!;
      for (let k = 0; k < j; k++) rest -= l[i]![k]! * l[j]![k]!;
      l[i]![j] = i === j ? Math.sqrt(rest) : rest / l[j]![j]!;
    }
  }
  return rightSides.map((b) => {
    const x = [...b];
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++) x[i]! -= l[i]![k]! * x[k]!;
      x[i]! /= l[i]![i]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) x[i]! -= l[k]![i]! * x[k]!;
      x[i]! /= l[i]![i]!;
    }
    return x;
  });
}

/** Everybody must have beaten everybody else, if only by way of others. */
function assertComparable(wins: readonly (readonly number[])[]): void {
  const reaches = (edge: (i: number, j: number) => number) => {
    const seen = new Set([0]);
    for (const i of seen) for (let j = 0; j < wins.length; j++) if (edge(i, j) > 0) seen.add(j);
    return seen;
  };
  const [below, above] = [reaches((i, j) => wins[i]![j]!), reaches((i, j) => wins[j]![i]!)];
  const alone = wins.findIndex((_, i) => !below.has(i) || !above.has(i));
  if (alone === -1) return;
  throw new DataError(`the games do not compare all: nothing links 0 and ${alone} in both directions`, {
    code: "no-strengths",
    help: "a penalty (l2 above 0) gives strengths in any case",
  });
}
