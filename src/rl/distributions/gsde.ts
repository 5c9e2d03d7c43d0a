import { add, dims, exp, log, matmul, mul, reshape, square, type Tensor } from "../../engine/graph/index.ts";
import { type Gaussian, gaussian } from "./gaussian.ts";

export interface GsdeInputs {
  /** [N, d] */
  readonly mean: Tensor;
  /** What the noise depends on: the last hidden layer, [N, L]. Through `stopGradient` it is not shaped by its noise (PPO and A2C in stable-baselines3). */
  readonly features: Tensor;
  /** Of the weights of the noise, [L, d], or [L, 1] for the same in all dimensions. */
  readonly logStd: Tensor;
}

/** Added to the variance, so that a state without features keeps a density (stable-baselines3's). */
const epsilon = 1e-6;

/**
 * Generalized state-dependent exploration (Raffin et al. 2021, arXiv:2005.05719, section 3): action = mean +
 * features · W with W ~ N(0, exp(logStd)²). Keeping W for some steps makes exploration smooth; the density of one action
 * is that of a Gaussian with variance features² · exp(2 logStd). Noise [N, L, d]: a standard W for each row.
 */
export function gsde({ mean, features, logStd }: GsdeInputs): Gaussian {
  const { N, d } = dims(mean, "N d");
  const { L } = dims(features, "N L", { N });
  const std = exp(logStd); // [L, d] or [L, 1]
  const variance = add(matmul(square(features), square(std)), epsilon); // [N, d] or [N, 1]
  return {
    ...gaussian(mean, mul(log(variance), 0.5)),
    noise: { kind: "normal", shape: [N!, L!, d!] },
    sample: (noise) => add(mean, reshape(matmul(reshape(features, [N!, 1, L!]), mul(std, noise)), [N!, d!])),
  };
}
