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
  assert(x.length === y.length, `kendallTauB compares lists of one length, got ${x.length} and ${y.length}`);
  let [difference, untiedX, untiedY] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const [dx, dy] = [Math.sign(x[i]! - x[j]!), Math.sign(y[i]! - y[j]!)];
      difference += dx * dy;
      untiedX += Math.abs(dx);
      untiedY += Math.abs(dy);
    }
  }
  return difference / Math.sqrt(untiedX * untiedY);
}
