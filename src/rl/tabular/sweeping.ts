/** When sweeps over all states are enough. */
export interface Sweeping {
  /** How far the result may be from the limit. Default 1e-10. */
  readonly tolerance?: number | undefined;
  /** Default 1,000,000. */
  readonly maxSweeps?: number | undefined;
}

/**
 * The change of a sweep below which the limit is near: |V − V*| ≤ γ/(1 − γ) · change (Puterman 1994, thm 6.3.1), but not
 * below what rounding changes anyway. Without discount there is no such bound, and the change itself has to vanish.
 */
export function enough(gamma: number, { tolerance = 1e-10, maxSweeps = 1e6 }: Sweeping) {
  const change = gamma === 0 ? tolerance : gamma < 1 ? (tolerance * (1 - gamma)) / gamma : tolerance * 1e-4;
  return {
    maxSweeps,
    tolerance: (V: Float64Array): number =>
      Math.max(change, 4 * Number.EPSILON * V.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)),
  };
}
