import { add, matmul, maximum, mul, relu, type Tensor, tanh } from "../../engine/graph/index.ts";
import type { ParameterSpec, Params } from "../../nn/index.ts";

export const activations = {
  tanh,
  relu,
  /** Slope 0.01, as Christiano et al. (2017) have it. */
  "leaky-relu": (x: Tensor) => maximum(x, mul(x, 0.01)),
} satisfies Record<string, (x: Tensor) => Tensor>;
export type Activation = keyof typeof activations;
export const activationNames = Object.keys(activations) as Activation[];

/** How layers begin: as PyTorch's (uniform in ±1/√in), or orthogonal with these gains and biases of 0. */
export type LayerInit = "torch" | { readonly hidden: number; readonly output: number };

export interface Mlp {
  readonly specs: readonly ParameterSpec[];
  /** [N, in] → [N, out]; no activation after the last layer. */
  forward(params: Params, x: Tensor): Tensor;
  /** [N, in] → [N, L]: what the last layer reads. */
  features(params: Params, x: Tensor): Tensor;
}

/** Linear layers, one a name (as in PyTorch's `state_dict`), of the given widths: `widths[0]` in, the last one out. */
export function mlp(names: readonly string[], widths: readonly number[], activation: Activation, init: LayerInit): Mlp {
  const specs = names.flatMap((name, i) => {
    const [fanIn, fanOut] = [widths[i]!, widths[i + 1]!];
    const uniform = { uniform: 1 / Math.sqrt(fanIn) };
    const gain = init === "torch" ? undefined : i === names.length - 1 ? init.output : init.hidden;
    return [
      { name: `${name}.weight`, shape: [fanOut, fanIn], init: gain === undefined ? uniform : { orthogonal: gain } },
      { name: `${name}.bias`, shape: [fanOut], init: gain === undefined ? uniform : 0 },
    ];
  });
  const features = (params: Params, x: Tensor) =>
    names.slice(0, -1).reduce((h, name) => activations[activation](linear(params, name, h)), x);
  return {
    specs,
    features,
    forward: (params, x) => linear(params, names.at(-1)!, features(params, x)),
  };
}

/** x Wᵀ + b with W [out, in], PyTorch's orientation. */
export const linear = (params: Params, name: string, x: Tensor): Tensor =>
  add(matmul(x, params[`${name}.weight`]!, { transposeB: true }), params[`${name}.bias`]!);
