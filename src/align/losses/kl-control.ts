/**
 * The coefficient of the KL penalty for the next rollout, from the present one, the KL measured and the number of
 * episodes it was measured on. The coefficient is all the state there is.
 */
export type KlController = (coefficient: number, kl: number, episodes: number) => number;

export const fixedKl: KlController = (coefficient) => coefficient;

export interface AdaptiveKlOptions {
  /** The KL per sequence that is aimed at, in nats. */
  readonly target: number;
  /** Episodes over which an error of 1 would change the coefficient e-fold. */
  readonly horizon: number;
}

/** A proportional controller in log space, its error clipped to ±20 % (Ziegler et al. 2019, section 2.2). */
export const adaptiveKl =
  ({ target, horizon }: AdaptiveKlOptions): KlController =>
  (coefficient, kl, episodes) => {
    const error = Math.min(0.2, Math.max(-0.2, kl / target - 1));
    return coefficient * (1 + (error * episodes) / horizon);
  };
