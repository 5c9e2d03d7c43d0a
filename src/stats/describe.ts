import { assert } from "../base/index.ts";

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Arithmetic mean; NaN for no values, so that a missing measurement never looks like a zero. */
export const mean = (values: readonly number[]): number => sum(values) / values.length;

/** Standard deviation; `ddof` 1 (default) estimates it from a sample, 0 describes a whole population. */
export function std(values: readonly number[], ddof: 0 | 1 = 1): number {
  const centre = mean(values);
  return Math.sqrt(sum(values.map((value) => (value - centre) ** 2)) / (values.length - ddof));
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
