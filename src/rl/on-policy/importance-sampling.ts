/**
 * What a policy π is worth, estimated from episodes of another one, μ (Precup et al. 2000; Sutton & Barto, section 5.5
 * and 5.9). Log-ratios are log π(a|s) − log μ(a|s).
 */

/** Σ w G / n: unbiased; its variance may be infinite. */
export const ordinaryEstimate = (weights: ArrayLike<number>, returns: ArrayLike<number>): number =>
  dot(weights, returns) / weights.length;

/** Σ w G / Σ w: biased, consistent, of far less variance. */
export const weightedEstimate = (weights: ArrayLike<number>, returns: ArrayLike<number>): number =>
  dot(weights, returns) / total(weights);

/** (Σ w)² / Σ w²: how many episodes of π itself would say as much (Kish 1965). */
export const effectiveSampleSize = (weights: ArrayLike<number>): number => total(weights) ** 2 / dot(weights, weights);

/** One episode of μ. */
export interface Trajectory {
  /** [T] */
  readonly logRatios: ArrayLike<number>;
  /** [T] */
  readonly rewards: ArrayLike<number>;
}

/** ρ_{0:T−1}: how much likelier the whole episode is under π. */
export const trajectoryWeight = ({ logRatios }: Trajectory): number => Math.exp(total(logRatios));

/** Σ γᵗ r_t. */
export const trajectoryReturn = ({ rewards }: Trajectory, gamma: number): number =>
  Array.from(rewards).reduceRight((G, r) => r + gamma * G, 0);

/**
 * Σ_t γᵗ E[ρ_{0:t} r_t]: each reward by the actions before it only. `weighted` divides each step by its weights instead
 * of the number of episodes. An episode that ended goes on with rewards of 0 and the weight that it ended with.
 */
export function perDecisionEstimate(
  episodes: readonly Trajectory[],
  gamma: number,
  { weighted = false }: { readonly weighted?: boolean } = {},
): number {
  const longest = Math.max(0, ...episodes.map(({ rewards }) => rewards.length));
  const rho = new Float64Array(episodes.length).fill(1);
  let estimate = 0;
  for (let t = 0; t < longest; t++) {
    for (const [i, { logRatios }] of episodes.entries()) if (t < logRatios.length) rho[i]! *= Math.exp(logRatios[t]!);
    const rewards = episodes.map((episode) => episode.rewards[t] ?? 0);
    estimate += gamma ** t * (weighted ? weightedEstimate : ordinaryEstimate)(rho, rewards);
  }
  return estimate;
}

/** An episode with a model's opinion of π: Q of the actions taken and V of the states, both [T]. */
export interface ModelledTrajectory extends Trajectory {
  readonly q: ArrayLike<number>;
  readonly v: ArrayLike<number>;
}

/**
 * E[V_DR], V_DR = v_t + ρ_t (r_t + γ V_DR′ − q_t) (Jiang & Li 2016, arXiv:1511.03722, section 4): unbiased whatever the model
 * says, and of little variance where it is right.
 */
export function doublyRobustEstimate(episodes: readonly ModelledTrajectory[], gamma: number): number {
  const values = episodes.map(({ logRatios, rewards, q, v }) => {
    let value = 0;
    for (let t = rewards.length - 1; t >= 0; t--) {
      value = v[t]! + Math.exp(logRatios[t]!) * (rewards[t]! + gamma * value - q[t]!);
    }
    return value;
  });
  return total(values) / values.length;
}

const total = (x: ArrayLike<number>): number => Array.from(x).reduce((a, b) => a + b, 0);
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, x, i) => sum + x * b[i]!, 0);
