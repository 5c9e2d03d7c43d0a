import { add, clip, mean, minimum, mul, neg, sub, type Tensor } from "../../engine/graph/index.ts";

// Actors and targets for continuous actions. Critics learn by `tdLoss`, one for each critic, added up.

/** −E[Q(s, μ(s))]: the deterministic policy gradient (DDPG: Lillicrap et al. 2016, arXiv:1509.02971, eq. 6). q [B]. */
export const deterministicActorLoss = (q: Tensor): Tensor => neg(mean(q));

export interface SmoothingInputs {
  /** μ′(s′), [B, d] in [−1, 1]. */
  readonly action: Tensor;
  /** Normal noise times its standard deviation (0.2 in the paper), [B, d]. */
  readonly noise: Tensor;
  /** How far noise may go. 0.5 in the paper. */
  readonly noiseClip: number;
}

/** The target's action with clipped noise: values of near actions should be near (TD3: Fujimoto et al. 2018, arXiv:1802.09477, section 5.3). */
export const smoothedAction = ({ action, noise, noiseClip }: SmoothingInputs): Tensor =>
  clip(add(action, clip(noise, -noiseClip, noiseClip)), -1, 1);

/** The least of some critics' values, all [B]: what two critics overestimate, they seldom overestimate both (TD3, section 4.2). */
export const leastValues = (values: readonly Tensor[]): Tensor => values.reduce((a, b) => minimum(a, b));

export interface SoftInputs {
  /** The least of the critics' values of a sampled action, [B]. */
  readonly q: Tensor;
  /** log π of that action, [B]. */
  readonly logProb: Tensor;
  /** α, a scalar: the temperature. */
  readonly alpha: Tensor;
}

/** Q − α log π, [B]: the value of the next state in the target (SAC: Haarnoja et al. 2018, arXiv:1812.05905, eq. 3). */
export const softActionValues = ({ q, logProb, alpha }: SoftInputs): Tensor => sub(q, mul(alpha, logProb));

/** E[α log π − Q] (eq. 7), of a reparameterised action. No gradient should flow into α. */
export const softActorLoss = (x: SoftInputs): Tensor => neg(mean(softActionValues(x)));

export interface TemperatureInputs {
  /** log α, the scalar that is learnt. */
  readonly logAlpha: Tensor;
  /** [B], without gradient. */
  readonly logProb: Tensor;
  /** The entropy that is aimed at, nats: −d in the paper. */
  readonly targetEntropy: number;
}

/** −E[log α · (log π + H̄)]: eq. 18 with log α for α, as the authors' code and stable-baselines3 have it. */
export const temperatureLoss = ({ logAlpha, logProb, targetEntropy }: TemperatureInputs): Tensor =>
  neg(mul(logAlpha, mean(add(logProb, targetEntropy))));
