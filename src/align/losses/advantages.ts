// Advantages are made once per rollout, on the host, in double precision. Arrays are row-major; masks are 1 = counted.

export interface Advantages {
  readonly advantages: Float64Array;
  /** advantages + values: what the value model is trained on. */
  readonly returns: Float64Array;
}

export interface ResponsesInputs {
  /** [B, T] */
  readonly rewards: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  /** Real tokens, right-padded. */
  readonly mask: ArrayLike<number>;
  readonly T: number;
  readonly gamma: number;
  readonly lambda: number;
}

/**
 * Generalized advantage estimation (Schulman et al. 2016, arXiv:1506.02438, eq. 16) over responses. An episode ends with
 * the last real token: the value after it is 0, also when the response was cut off. 0 at masked entries.
 */
export function gaeResponses({ rewards, values, mask, T, gamma, lambda }: ResponsesInputs): Advantages {
  const advantages = new Float64Array(mask.length);
  const returns = new Float64Array(mask.length);
  for (let start = 0; start < mask.length; start += T) {
    let next = { value: 0, advantage: 0 };
    for (let i = start + T - 1; i >= start; i--) {
      if (mask[i] === 0) continue;
      const value = values[i]!;
      const delta = rewards[i]! + gamma * next.value - value;
      next = { value, advantage: delta + gamma * lambda * next.advantage };
      advantages[i] = next.advantage;
      returns[i] = next.advantage + value;
    }
  }
  return { advantages, returns };
}

export interface WhitenOptions {
  /** Default true; false keeps the mean and scales only (rewards). */
  readonly shiftMean?: boolean;
  /** Divides by n − 1 in the variance (TRL). Default false, as in the code of 2019. */
  readonly unbiased?: boolean;
}

/** (x − mean) / √(variance + 10⁻⁸) over counted entries; 0 at the others. */
export function whiten(
  values: ArrayLike<number>,
  mask: ArrayLike<number>,
  { shiftMean = true, unbiased = false }: WhitenOptions = {},
): Float64Array {
  const counted = Array.from(values).filter((_, i) => mask[i] !== 0);
  const mean = counted.reduce((a, b) => a + b, 0) / counted.length;
  const squares = counted.reduce((a, b) => a + (b - mean) ** 2, 0);
  const scale = 1 / Math.sqrt(squares / (counted.length - (unbiased ? 1 : 0)) + 1e-8);
  return Float64Array.from(values, (x, i) => (mask[i] === 0 ? 0 : (x - mean) * scale + (shiftMean ? 0 : mean)));
}
