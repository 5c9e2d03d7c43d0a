import { assert } from "../base/index.ts";
import { midRanks, tieSizes } from "./correlation.ts";
import { mean, std, sum } from "./describe.ts";
import type { Interval } from "./interval.ts";
import { normalCdf } from "./proportion.ts";
import { betaQuantile, logGamma, studentTwoSided } from "./special.ts";

/** A test's statistic and its two-sided p-value: how often chance alone gives one as extreme. */
export interface Tested {
  readonly statistic: number;
  readonly p: number;
}

/** Student's t of the differences of pairs: is their mean 0? (1908) */
export function pairedT(x: readonly number[], y: readonly number[]): Tested {
  const differences = differencesOf(x, y);
  const statistic = mean(differences) / (std(differences) / Math.sqrt(differences.length));
  return { statistic, p: studentTwoSided(statistic, differences.length - 1) };
}

/** Welch's t (1947): do two samples, whose spreads may differ, have one mean? */
export function welchT(x: readonly number[], y: readonly number[]): Tested {
  const [a, b] = [std(x) ** 2 / x.length, std(y) ** 2 / y.length];
  const statistic = (mean(x) - mean(y)) / Math.sqrt(a + b);
  const degrees = (a + b) ** 2 / (a ** 2 / (x.length - 1) + b ** 2 / (y.length - 1));
  return { statistic, p: studentTwoSided(statistic, degrees) };
}

/**
 * Wilcoxon's signed-rank test (1945): are the differences of pairs symmetric about 0? Differences of 0 are left out; the
 * statistic is the smaller of the two sums of ranks. Exact for up to 50 differences without ties, and for up to 13 with;
 * beyond, the normal approximation corrected for ties.
 */
export function wilcoxonSignedRank(x: readonly number[], y: readonly number[]): Tested {
  const all = differencesOf(x, y);
  const differences = all.filter((d) => d !== 0);
  const n = differences.length;
  const ranks = midRanks(differences.map(Math.abs));
  const plus = sum(ranks.filter((_, i) => differences[i]! > 0));
  const statistic = Math.min(plus, (n * (n + 1)) / 2 - plus);
  const ties = tieSizes(ranks);
  if (n <= (ties.length > 0 || all.length > n ? 13 : 50)) {
    // Ranks count in halves: each may fall on either side.
    const ways = subsetSums(ranks.map((rank) => 2 * rank));
    const tail = ways.slice(0, Math.round(2 * statistic) + 1).reduce((a, b) => a + b, 0) / 2 ** n;
    return { statistic, p: Math.min(1, 2 * tail) };
  }
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - sum(ties.map((t) => t ** 3 - t)) / 48;
  const z = (statistic - (n * (n + 1)) / 4) / Math.sqrt(variance);
  return { statistic, p: 2 * normalCdf(-Math.abs(z)) };
}

/**
 * Mann & Whitney's U (1947): is a value of x as often above one of y as below? The statistic counts the pairs in which x
 * is above (equal ones half). Exact without ties where a sample has at most 8 values; beyond, the normal approximation
 * with its correction for ties and for continuity.
 */
export function mannWhitneyU(x: readonly number[], y: readonly number[]): Tested {
  const [n, m] = [x.length, y.length];
  const ranks = midRanks([...x, ...y]);
  const statistic = sum(ranks.slice(0, n)) - (n * (n + 1)) / 2;
  const larger = Math.max(statistic, n * m - statistic);
  const ties = tieSizes(ranks);
  if (ties.length === 0 && Math.min(n, m) <= 8) {
    const ways = rankSums(n, m);
    const total = ways.reduce((a, b) => a + b, 0);
    const tail = ways.slice(larger).reduce((a, b) => a + b, 0) / total;
    return { statistic, p: Math.min(1, 2 * tail) };
  }
  const N = n + m;
  const correction = sum(ties.map((t) => t ** 3 - t)) / (N * (N - 1));
  const spread = Math.sqrt(((n * m) / 12) * (N + 1 - correction));
  const z = (larger - (n * m) / 2 - 0.5) / spread;
  return { statistic, p: Math.min(1, 2 * normalCdf(-z)) };
}

/** The exact interval of a share (Clopper & Pearson 1934): never narrower than it should be. */
export function exactInterval(successes: number, trials: number, confidence = 0.95): Interval {
  assert(trials > 0 && successes >= 0 && successes <= trials, `exactInterval: ${successes} of ${trials}`);
  const tail = (1 - confidence) / 2;
  const low = successes === 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1);
  const high = successes === trials ? 1 : betaQuantile(1 - tail, successes + 1, trials - successes);
  return { value: successes / trials, low, high };
}

/** The exact p-value of a fair coin: P(a count as unlikely as this, or more so). A win rate against one half. */
export function signTest(successes: number, trials: number): number {
  const logWays = (k: number) => logGamma(trials + 1) - logGamma(k + 1) - logGamma(trials - k + 1);
  const far = Math.max(successes, trials - successes);
  if (2 * far === trials) return 1;
  let tail = 0;
  for (let k = far; k <= trials; k++) tail += Math.exp(logWays(k) - trials * Math.LN2);
  return Math.min(1, 2 * tail);
}

function differencesOf(x: readonly number[], y: readonly number[]): number[] {
  assert(x.length === y.length, `pairs need lists of one length, got ${x.length} and ${y.length}`);
  return x.map((value, i) => value - y[i]!);
}

/** In how many ways a subset of whole numbers adds up to 0, 1, 2, … */
function subsetSums(numbers: readonly number[]): number[] {
  const ways = new Array<number>(sum([...numbers]) + 1).fill(0);
  ways[0] = 1;
  for (const number of numbers) for (let s = ways.length - 1; s >= number; s--) ways[s]! += ways[s - number]!;
  return ways;
}

/** In how many orders of n and m values U is 0, 1, …, n·m: the coefficients of Gauss' binomial. */
function rankSums(n: number, m: number): number[] {
  let ways = [1];
  for (let i = 1; i <= n; i++) {
    // × (1 − q^(m + i)) / (1 − q^i)
    const next = [...ways, ...new Array<number>(m).fill(0)];
    for (let s = next.length - 1; s >= m + i; s--) next[s]! -= next[s - m - i]!;
    for (let s = i; s < next.length; s++) next[s]! += next[s - i]!;
    ways = next;
  }
  return ways;
}
