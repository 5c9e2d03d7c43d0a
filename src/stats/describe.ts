import { assert } from "../base/index.ts";

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Arithmetic mean; NaN for no values, so that a missing measurement never looks like a zero. */
export const mean = (values: readonly number[]): number => sum(values) / values.length;

/** Standard deviation; `ddof` 1 (default) estimates it from a sample, 0 describes a whole population. */
export function std(values: readonly number[], ddof: 0 | 1 = 1): number {
  const centre = mean(values);
  return Math.sqrt(sum(values.map((value) => (value - centre) ** 2)) / (values.length - ddof));
}

/**
 * 1 − Var(R − V) / Var(R) of values V that are to predict returns R, biased variances: 1 is perfect, 0 no better than a
 * constant, NaN when the returns do not vary.
 *
 * @param mask entries that count are not 0; default all
 */
export function explainedVariance(
  values: ArrayLike<number>,
  returns: ArrayLike<number>,
  mask?: ArrayLike<number>,
): number {
  const spread = (entry: (i: number) => number) => {
    let [n, centre, squares] = [0, 0, 0];
    for (let i = 0; i < returns.length; i++) {
      if (mask?.[i] === 0) continue;
      n++;
      const delta = entry(i) - centre;
      centre += delta / n;
      squares += delta * (entry(i) - centre);
    }
    return squares / n;
  };
  const all = spread((i) => returns[i]!);
  return all === 0 ? Number.NaN : 1 - spread((i) => returns[i]! - values[i]!) / all;
}

/** The value below which the share `q` in [0, 1] lies, linear between neighbours (NumPy's default, Hyndman & Fan 7). */
export function quantile(values: readonly number[], q: number): number {
  assert(q >= 0 && q <= 1, `quantile must lie in [0, 1], got ${q}`);
  const sorted = Float64Array.from(values).sort();
  const position = (sorted.length - 1) * q;
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  return low + (high - low) * (position - Math.floor(position));
}
