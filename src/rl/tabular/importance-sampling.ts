/**
 * Importance sampling (Sutton & Barto 2018, §5.5): the mean under one distribution from samples of another, each weighted by
 * ρ = target probability / probability it was drawn with.
 */
export interface WeightedMean {
  /** Σ ρ x / n: unbiased, of any variance. */
  readonly ordinary: number;
  /** Σ ρ x / Σ ρ: biased, and never outside the samples. 0 while no sample has a weight. */
  readonly weighted: number;
  /** (Σ ρ)²/Σ ρ²: how many unweighted samples say as much (Kong 1992). */
  readonly effectiveSamples: number;
}

/** `samples[i]` was drawn with the weight `ratios[i]`. */
export function importanceSampling(samples: ArrayLike<number>, ratios: ArrayLike<number>): WeightedMean {
  let [total, weight, squares] = [0, 0, 0];
  for (let i = 0; i < samples.length; i++) {
    total += ratios[i]! * samples[i]!;
    weight += ratios[i]!;
    squares += ratios[i]! ** 2;
  }
  return {
    ordinary: total / samples.length,
    weighted: weight === 0 ? 0 : total / weight,
    effectiveSamples: squares === 0 ? 0 : weight ** 2 / squares,
  };
}
