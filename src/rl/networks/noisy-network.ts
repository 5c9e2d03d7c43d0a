/**
 * Noise on the parameters of a network (Fortunato et al. 2018, arXiv:1706.10295; Plappert et al. 2018): a linear layer has
 * a mean and a deviation for each of its numbers, and the same network is used with what one draw of noise makes of them.
 * Without a draw it acts by the means.
 */
import type { Rng } from "../../base/index.ts";
import { slice, type Tensor } from "../../engine/graph/index.ts";
import type { ParameterSpec, Params } from "../../nn/index.ts";
import { noisyLinear } from "./noisy.ts";

export interface NoisyNetwork {
  /** The given parameters, which are now means, and as many deviations named `…_std`. */
  readonly specs: readonly ParameterSpec[];
  /** Standard normal numbers that one draw takes. */
  readonly noiseSize: number;
  /** The parameters of the plain network under noise [noiseSize]. */
  perturbed(params: Params, noise: Tensor): Params;
}

/**
 * Makes linear layers `X.weight` [out, in] and `X.bias` [out] noisy. Deviations begin at 0.5/√in.
 *
 * @param quiet names of layers that stay as they are
 */
export function noisyNetwork(specs: readonly ParameterSpec[], quiet: readonly string[] = []): NoisyNetwork {
  let end = 0;
  const layers = specs
    .filter(({ shape }) => shape.length === 2)
    .map(({ name, shape }) => ({ name: name.replace(/\.weight$/, ""), shape }))
    .filter(({ name }) => !quiet.includes(name))
    .map(({ name, shape: [outputs, inputs] }) => {
      const start = end;
      end += inputs! + outputs!;
      return { name, inputs: inputs!, outputs: outputs!, start };
    });
  const deviations = layers.flatMap(({ name, inputs, outputs }) => {
    const init = 0.5 / Math.sqrt(inputs);
    return [
      { name: `${name}.weight_std`, shape: [outputs, inputs], init },
      { name: `${name}.bias_std`, shape: [outputs], init },
    ];
  });
  return {
    specs: [...specs, ...deviations],
    noiseSize: end,
    perturbed: (params, noise) => ({
      ...params,
      ...Object.fromEntries(
        layers.flatMap(({ name, inputs, outputs, start }) => {
          const { weight, bias } = noisyLinear({
            weightMean: params[`${name}.weight`]!,
            weightStd: params[`${name}.weight_std`]!,
            biasMean: params[`${name}.bias`]!,
            biasStd: params[`${name}.bias_std`]!,
            noiseIn: slice(noise, { 0: [start, start + inputs] }),
            noiseOut: slice(noise, { 0: [start + inputs, start + inputs + outputs] }),
          });
          return [
            [`${name}.weight`, weight],
            [`${name}.bias`, bias],
          ];
        }),
      ),
    }),
  };
}

/** Standard normal numbers into memory of the caller's. */
export function drawNormal(out: Float32Array, rng: Rng): void {
  for (let i = 0; i < out.length; i++) out[i] = rng.normal();
}
