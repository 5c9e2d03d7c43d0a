import { abs, add, dims, mul, reshape, sign, sqrt, type Tensor } from "../../engine/graph/index.ts";

export interface NoisyInputs {
  /** μ and σ of the weights, [out, in]. */
  readonly weightMean: Tensor;
  readonly weightStd: Tensor;
  /** μ and σ of the biases, [out]. */
  readonly biasMean: Tensor;
  readonly biasStd: Tensor;
  /** Standard normal, [in] and [out]: zeros act without noise. */
  readonly noiseIn: Tensor;
  readonly noiseOut: Tensor;
}

/** f(z) = sign(z) √|z|. */
const signedRoot = (z: Tensor): Tensor => mul(sign(z), sqrt(abs(z)));

/**
 * Weights and biases of a layer that explores, with factorised noise f(ε_out) f(ε_in)ᵀ (Fortunato et al. 2018,
 * arXiv:1706.10295, eq. 10 and 11). Begin with μ uniform in ±1/√in and σ = 0.5/√in.
 */
export function noisyLinear(x: NoisyInputs): { readonly weight: Tensor; readonly bias: Tensor } {
  const { out } = dims(x.weightMean, "out in");
  const [fromIn, fromOut] = [signedRoot(x.noiseIn), signedRoot(x.noiseOut)];
  const noise = mul(reshape(fromOut, [out, 1]), fromIn); // [out, in]
  return {
    weight: add(x.weightMean, mul(x.weightStd, noise)),
    bias: add(x.biasMean, mul(x.biasStd, fromOut)),
  };
}
