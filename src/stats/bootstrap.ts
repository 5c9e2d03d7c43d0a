import { assert, type Rng } from "../base/index.ts";
import { quantile, sum } from "./describe.ts";
import type { Interval } from "./interval.ts";

export interface BootstrapOptions {
  readonly rng: Rng;
  /** Number of resamples. */
  readonly resamples?: number;
  readonly confidence?: number;
}

/**
 * Percentile bootstrap of a mean whose samples hang together in clusters (Efron & Tibshirani 1993; Cameron et al. 2008):
 * whole clusters are drawn with replacement. Answers about one fact rise and fall together, so resampling single
 * answers would give an interval that is too narrow. A cluster of one value each is the ordinary bootstrap.
 */
export function clusteredBootstrap(clusters: readonly (readonly number[])[], options: BootstrapOptions): Interval {
  const parts = clusters.filter((c) => c.length > 0).map((c) => ({ total: sum(c), n: c.length }));
  assert(parts.length > 0, "the bootstrap needs at least one value");
  const meanOf = (drawn: Readonly<typeof parts>) => {
    let [total, n] = [0, 0];
    for (const part of drawn) {
      total += part.total;
      n += part.n;
    }
    return total / n;
  };
  return bootstrap(parts, meanOf, options);
}

/**
 * Percentile bootstrap of any statistic: items are drawn with replacement. Draws for which it is NaN (an α of equal
 * ratings, say) are left out.
 */
export function bootstrap<T>(
  items: readonly T[],
  statistic: (items: readonly T[]) => number,
  { rng, resamples = 2000, confidence = 0.95 }: BootstrapOptions,
): Interval {
  assert(items.length > 0, "the bootstrap needs at least one item");
  const draws = Array.from({ length: resamples }, () => statistic(items.map(() => rng.pick(items)))).filter(
    (value) => !Number.isNaN(value),
  );
  return {
    value: statistic(items),
    low: quantile(draws, (1 - confidence) / 2),
    high: quantile(draws, (1 + confidence) / 2),
  };
}
