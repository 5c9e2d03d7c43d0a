/** `last_token`: at the last real token (InstructGPT). `after_eos`: one later where the response leaves room (TRL ≤ 1.10). */
export type ScorePosition = "last_token" | "after_eos";

export interface TokenRewardsInputs {
  /** Of the policy that sampled, [B, T]. */
  readonly logprobs: ArrayLike<number>;
  readonly refLogprobs: ArrayLike<number>;
  /** One per response. */
  readonly scores: ArrayLike<number>;
  /** Real tokens, right-padded. A response without any keeps no reward. */
  readonly mask: ArrayLike<number>;
  readonly T: number;
  /** β */
  readonly klCoef: number;
  /** Default `last_token`. */
  readonly scorePosition?: ScorePosition;
}

export interface TokenRewards {
  /** [B, T]: −β (log π − log π_ref) at every real token, plus the score of the response at one of them. */
  readonly rewards: Float64Array;
  /** Σ (log π − log π_ref) of each response, in nats. */
  readonly kl: Float64Array;
}

/** What the policy is paid, token by token (Ouyang et al. 2022, eq. 2: the KL penalty as a reward). */
export function tokenRewards(x: TokenRewardsInputs): TokenRewards {
  const rewards = new Float64Array(x.mask.length);
  const kl = new Float64Array(x.mask.length / x.T);
  for (let row = 0; row < kl.length; row++) {
    let last = -1;
    for (let t = 0; t < x.T; t++) {
      const i = row * x.T + t;
      if (x.mask[i] === 0) continue;
      const difference = x.logprobs[i]! - x.refLogprobs[i]!;
      rewards[i] = -x.klCoef * difference;
      kl[row]! += difference;
      last = t;
    }
    if (last === -1) continue;
    const at = x.scorePosition === "after_eos" ? Math.min(last + 1, x.T - 1) : last;
    rewards[row * x.T + at]! += x.scores[row]!;
  }
  return { rewards, kl };
}
