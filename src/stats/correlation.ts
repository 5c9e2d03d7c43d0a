import { assert } from "../base/index.ts";
import { mean, sum } from "./describe.ts";

/** Ranks from 1 (smallest); equal values share the mean of the ranks that they cover. */
export function midRanks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const ranks = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (const i of order.slice(start, end)) ranks[i] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/** Pearson's r; NaN when one side is constant. */
export function pearson(x: readonly number[], y: readonly number[]): number {
  assert(x.length === y.length, `pearson compares lists of one length, got ${x.length} and ${y.length}`);
  const [meanX, meanY] = [mean(x), mean(y)];
  const covariance = sum(x.map((value, i) => (value - meanX) * (y[i]! - meanY)));
  const [varianceX, varianceY] = [sum(x.map((v) => (v - meanX) ** 2)), sum(y.map((v) => (v - meanY) ** 2))];
  return covariance / Math.sqrt(varianceX * varianceY);
}

/** Spearman's ρ: Pearson's r of the mid-ranks. */
export const spearman = (x: readonly number[], y: readonly number[]): number => pearson(midRanks(x), midRanks(y));

/**
 * Kendall's τ-b (Kendall 1945): concordant minus discordant pairs over the geometric mean of the pairs untied in x and
 * in y. NaN when one side is constant. O(n²): the rankings of people are short.
 */
export function kendallTauB(x: readonly number[], y: readonly number[]): number {
  const { difference, untiedX, untiedY } = comparedPairs("kendallTauB", x, y);
  return difference / Math.sqrt(untiedX * untiedY);
}

/** Kendall's τ-c (Stuart 1953): like τ-b for tables whose sides have different numbers of values. */
export function kendallTauC(x: readonly number[], y: readonly number[]): number {
  const { difference } = comparedPairs("kendallTauC", x, y);
  const fewest = Math.min(new Set(x).size, new Set(y).size);
  return (2 * difference * fewest) / (x.length ** 2 * (fewest - 1));
}

/** Concordant minus discordant pairs, and the pairs that x and y each do not tie. */
function comparedPairs(name: string, x: readonly number[], y: readonly number[]) {
  assert(x.length === y.length, `${name} compares lists of one length, got ${x.length} and ${y.length}`);
  let [difference, untiedX, untiedY] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const dx = Math.sign(x[i]! - x[j]!);
      const dy = Math.sign(y[i]! - y[j]!);
      difference += dx * dy;
      untiedX += Math.abs(dx);
      untiedY += Math.abs(dy);
    }
  }
  return { difference, untiedX, untiedY };
}

export interface Concordance {
  /** Kendall's W: 1 = all raters rank alike, 0 = their ranks cancel out. */
  readonly w: number;
  /** The same where ties, which keep W from reaching 1, are allowed for. NaN when every rater ties everything. */
  readonly tieCorrected: number;
  /** Friedman's χ² with (items − 1) degrees of freedom. */
  readonly friedman: number;
}

/** Kendall's coefficient of concordance (1939) of several raters who each rated all items: `ratings[rater][item]`. */
export function kendallW(ratings: readonly (readonly number[])[]): Concordance {
  const [m, n] = [ratings.length, ratings[0]?.length ?? 0];
  for (const row of ratings) assert(row.length === n, `raters have ${n} and ${row.length} items`);
  const ranks = ratings.map(midRanks);
  const totals = ranks[0]?.map((_, item) => sum(ranks.map((row) => row[item]!))) ?? [];
  const spread = sum(totals.map((total) => (total - (m * (n + 1)) / 2) ** 2));
  const ties = sum(ranks.flatMap(tieSizes).map((t) => t ** 3 - t));
  const most = (m ** 2 * (n ** 3 - n)) / 12;
  const tieCorrected = spread / (most - (m * ties) / 12);
  return { w: spread / most, tieCorrected, friedman: m * (n - 1) * tieCorrected };
}

/** Sizes of the groups of equal values, of those with more than one. */
export function tieSizes(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1);
}
