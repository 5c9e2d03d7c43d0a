/**
 * Returns and advantages of rollouts, made once per rollout on the host, in double precision. Arrays are [T, N]: step by
 * step, in each step one entry an environment.
 */

export interface Steps {
  readonly rewards: ArrayLike<number>;
  /** The process ended with this step: nothing is worth anything after it. */
  readonly terminated: ArrayLike<number | boolean>;
  /** It was cut off after this step: the value of the state reached still counts. */
  readonly truncated: ArrayLike<number | boolean>;
  /** V of the state really reached by each step (see `nextValues`); zeros where there is no critic. */
  readonly nextValues: ArrayLike<number>;
  /** N */
  readonly numEnvs: number;
  readonly gamma: number;
}

export interface NextValuesInputs {
  /** V(s_t), [T, N]. */
  readonly values: ArrayLike<number>;
  /** V of the states after the last step, [N]. */
  readonly lastValues: ArrayLike<number>;
  /** V of an episode's last observation, [T, N]; read only where `truncated`. */
  readonly finalValues: ArrayLike<number>;
  readonly truncated: ArrayLike<number | boolean>;
}

/** V of the state that each step reached: at a truncation the last one of the episode, not that of the reset after it. */
export function nextValues({ values, lastValues, finalValues, truncated }: NextValuesInputs): Float64Array {
  const N = lastValues.length;
  const lastStep = values.length - N;
  return Float64Array.from(values, (_, i) => {
    if (truncated[i]) return finalValues[i]!;
    return i < lastStep ? values[i + N]! : lastValues[i - lastStep]!;
  });
}

/** G_t = r_t + γ [(1 − λ) V(s_{t+1}) + λ G_{t+1}] (Sutton & Barto, eq. 12.18); where the sum ends, V(s_{t+1}) for the bracket. */
export function lambdaReturns({ lambda, ...x }: Steps & { readonly lambda: number }): Float64Array {
  const G = new Float64Array(x.rewards.length);
  const lastStep = G.length - x.numEnvs;
  for (let i = G.length - 1; i >= 0; i--) {
    const next = x.nextValues[i]!;
    const future = x.truncated[i] || i >= lastStep ? next : (1 - lambda) * next + lambda * G[i + x.numEnvs]!;
    G[i] = x.rewards[i]! + (x.terminated[i] ? 0 : x.gamma * future);
  }
  return G;
}

/** Reward-to-go: Σ_k γᵏ r_{t+k} to the end of the episode; γᵏ V where it was cut off, by time or by the rollout's end. */
export const discountedReturns = (x: Steps): Float64Array => lambdaReturns({ ...x, lambda: 1 });

/** r_t + … + γⁿ⁻¹ r_{t+n−1} + γⁿ V(s_{t+n}) (Sutton & Barto, eq. 7.1); fewer steps where an episode or the data end. */
export function nStepReturns({ n, ...x }: Steps & { readonly n: number }): Float64Array {
  const { length } = x.rewards;
  return Float64Array.from({ length }, (_, start) => {
    let total = 0;
    let discount = 1;
    for (let k = 0, i = start; ; k++, i += x.numEnvs) {
      total += discount * x.rewards[i]!;
      discount *= x.gamma;
      if (x.terminated[i]) return total;
      if (k === n - 1 || x.truncated[i] || i + x.numEnvs >= length) return total + discount * x.nextValues[i]!;
    }
  });
}

/** The whole episode's return Σ γᵏ r_k from its beginning in the data, at each of its steps: REINFORCE without reward-to-go. */
export function totalReturns(x: Steps): Float64Array {
  const G = discountedReturns(x);
  for (let i = x.numEnvs; i < G.length; i++) {
    const before = i - x.numEnvs;
    if (!x.terminated[before] && !x.truncated[before]) G[i] = G[before]!;
  }
  return G;
}

export interface Advantages {
  readonly advantages: Float64Array;
  /** What the critic learns. */
  readonly returns: Float64Array;
}

export interface AdvantageInputs extends Steps {
  /** V(s_t), [T, N]. */
  readonly values: ArrayLike<number>;
}

/**
 * Generalized advantage estimation (Schulman et al. 2016, arXiv:1506.02438, eq. 16): the λ-return less the value. λ = 0
 * gives TD errors, λ = 1 returns minus values.
 */
export function gae(x: AdvantageInputs & { readonly lambda: number }): Advantages {
  const returns = lambdaReturns(x);
  return { returns, advantages: returns.map((G, i) => G - x.values[i]!) };
}

export interface VtraceInputs extends AdvantageInputs {
  /** log π/μ of the actions: the policy that learns against the one that acted. */
  readonly logRatios: ArrayLike<number>;
  /** ρ̄: which policy's value is learnt (that of π where ∞). Default 1. */
  readonly rhoBar?: number;
  /** c̄: how far back a surprise is felt. Default 1. */
  readonly cBar?: number;
}

/** V-trace (IMPALA: Espeholt et al. 2018, arXiv:1802.01561, eq. 1): `returns` are v_s, advantages ρ (r + γ v_{s+1} − V). */
export function vtrace({ rhoBar = 1, cBar = 1, ...x }: VtraceInputs): Advantages {
  const n = x.rewards.length;
  const returns = new Float64Array(n);
  const advantages = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    const ratio = Math.exp(x.logRatios[i]!);
    const [rho, c] = [Math.min(rhoBar, ratio), Math.min(cBar, ratio)];
    const discount = x.terminated[i] ? 0 : x.gamma;
    const following = x.truncated[i] || i >= n - x.numEnvs ? x.nextValues[i]! : returns[i + x.numEnvs]!;
    const delta = rho * (x.rewards[i]! + discount * x.nextValues[i]! - x.values[i]!);
    returns[i] = x.values[i]! + delta + discount * c * (following - x.nextValues[i]!);
    advantages[i] = rho * (x.rewards[i]! + discount * following - x.values[i]!);
  }
  return { advantages, returns };
}
