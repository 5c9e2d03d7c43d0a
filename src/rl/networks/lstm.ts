/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997; with a forget gate, Gers et al. 2000), as `torch.nn.LSTM` of one layer
 * has it: gates in the order input, forget, cell, output; two biases that add up.
 *
 *     i, f, o = σ(W x + U h + b)    g = tanh(W x + U h + b)    c′ = f c + i g    h′ = o tanh(c′)
 */
import {
  add,
  concat,
  matmul,
  mul,
  reshape,
  sigmoid,
  slice,
  split,
  type Tensor,
  tanh,
} from "../../engine/graph/index.ts";
import type { ParameterSpec, Params } from "../../nn/index.ts";

/** What an LSTM remembers between two steps, both [N, H]. */
export interface LstmState {
  readonly h: Tensor;
  readonly c: Tensor;
}

export interface Lstm {
  readonly specs: readonly ParameterSpec[];
  /**
   * T steps of N sequences, t-major: inputs [T·N, d] → what comes out at each step [T·N, H], and the state after the last.
   *
   * @param keep [T·N], 0 where a step begins a new episode: the state is forgotten before it. Default: never
   */
  run(
    params: Params,
    inputs: Tensor,
    state: LstmState,
    keep?: Tensor,
  ): { readonly outputs: Tensor; readonly state: LstmState };
}

/**
 * @param orthogonal orthogonal matrices and biases 0 (Huang et al. 2022, detail 32); false: uniform in ±1/√H, PyTorch's way
 */
export function lstm(name: string, d: number, H: number, { orthogonal }: { readonly orthogonal: boolean }): Lstm {
  const uniform = { uniform: 1 / Math.sqrt(H) };
  const [matrix, bias] = orthogonal ? [{ orthogonal: 1 }, 0] : [uniform, uniform];
  return {
    specs: [
      { name: `${name}.weight_ih_l0`, shape: [4 * H, d], init: matrix },
      { name: `${name}.weight_hh_l0`, shape: [4 * H, H], init: matrix },
      { name: `${name}.bias_ih_l0`, shape: [4 * H], init: bias },
      { name: `${name}.bias_hh_l0`, shape: [4 * H], init: bias },
    ],
    run(params, inputs, { h: first, c: firstCell }, keep) {
      const of = (part: string) => params[`${name}.${part}_l0`]!;
      const N = first.shape[0]!;
      const T = inputs.shape[0]! / N;
      const fromInputs = add(matmul(inputs, of("weight_ih"), { transposeB: true }), add(of("bias_ih"), of("bias_hh")));
      const outputs: Tensor[] = [];
      let [h, c] = [first, firstCell];
      for (let t = 0; t < T; t++) {
        const rows = { 0: [t * N, (t + 1) * N] } as const;
        if (keep !== undefined) {
          const kept = reshape(slice(keep, rows), [N, 1]);
          [h, c] = [mul(h, kept), mul(c, kept)];
        }
        const gates = add(matmul(h, of("weight_hh"), { transposeB: true }), slice(fromInputs, rows)); // [N, 4H]
        const [i, f, g, o] = split(gates, 4) as [Tensor, Tensor, Tensor, Tensor];
        c = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
        h = mul(sigmoid(o), tanh(c));
        outputs.push(h);
      }
      return { outputs: concat(outputs, 0), state: { h, c } };
    },
  };
}
