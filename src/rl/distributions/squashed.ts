import { add, clip, log, mul, softplus, sub, sum, type Tensor, tanh } from "../../engine/graph/index.ts";
import type { Distribution } from "./distribution.ts";
import { type Gaussian, gaussian } from "./gaussian.ts";

/** A Gaussian pressed into (−1, 1) by tanh. Its entropy has no closed form: −log π of a sample is an estimate. */
export interface Squashed extends Omit<Distribution, "entropy" | "kl"> {
  /** Of the value before tanh. */
  readonly inner: Gaussian;
  /** The action with its log-probability [N], from the value before tanh: exact where tanh is 1 in float32. */
  sampleWithLogProb(noise: Tensor): { readonly action: Tensor; readonly logProb: Tensor };
  /** log π(tanh u), [N], from u [N, d]. */
  logProbBeforeTanh(u: Tensor): Tensor;
  /** KL(this ‖ other), [N]: that of the inner ones, since tanh can be undone. */
  kl(other: Squashed): Tensor;
}

/** How near to ±1 an action counts as itself when tanh is undone (stable-baselines3's is float32's epsilon, too). */
const edge = 2 ** -23;

/** log(1 − tanh²u) = 2 (log 2 − u − softplus(−2u)): no difference of nearly equal numbers. */
const logSlope = (u: Tensor): Tensor => mul(sub(sub(Math.LN2, u), softplus(mul(u, -2))), 2);

const atanh = (x: Tensor): Tensor => mul(sub(log(add(x, 1)), log(sub(1, x))), 0.5);

/** tanh of a Gaussian (Haarnoja et al. 2018, arXiv:1801.01290, appendix C). The mode is tanh of the mean. */
export function squashed(inner: Gaussian): Squashed {
  const logProbBeforeTanh = (u: Tensor) => sub(inner.logProb(u), sum(logSlope(u), { axis: -1 }));
  return {
    inner,
    noise: inner.noise,
    sample: (noise) => tanh(inner.sample(noise)),
    sampleWithLogProb(noise) {
      const u = inner.sample(noise); // [N, d]
      return { action: tanh(u), logProb: logProbBeforeTanh(u) };
    },
    mode: () => tanh(inner.mode()),
    logProb: (action) => logProbBeforeTanh(atanh(clip(action, edge - 1, 1 - edge))),
    logProbBeforeTanh,
    kl: (other) => inner.kl(other.inner),
  };
}

/** mean [N, d], logStd [d] or [N, d]; actions [N, d] in (−1, 1). */
export const squashedGaussian = (mean: Tensor, logStd: Tensor): Squashed => squashed(gaussian(mean, logStd));
