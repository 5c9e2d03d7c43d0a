/** Runs the ONNX model of a policy of linear layers with tanh between them: the nodes that `plaudit rl export` writes for one. */

/** As tools/cartpole-page.js takes it out of the file. */
export interface Model {
  readonly nodes: readonly { readonly op: string; readonly inputs: readonly string[]; readonly output: string }[];
  /** float32 in base64, by name. */
  readonly tensors: Readonly<Record<string, string>>;
}

type Numbers = Float32Array;

const kernels: Readonly<Record<string, (...inputs: readonly Numbers[]) => Numbers>> = {
  /** x Wᵀ + b with W [out, in], for one row. */
  Gemm: (x, W, b) => b!.map((start, i) => x!.reduce((sum, value, j) => sum + value * W![i * x!.length + j]!, start)),
  Tanh: (x) => x!.map(Math.tanh),
  LogSoftmax(x) {
    const top = Math.max(...x!);
    const total = top + Math.log(x!.reduce((sum, value) => sum + Math.exp(value - top), 0));
    return x!.map((value) => value - total);
  },
  ArgMax: (x) => Float32Array.of(x!.indexOf(Math.max(...x!))),
  /** Numbers are numbers here. */
  Cast: (x) => x!,
};

/** From one observation to what the model says of it, by the names of its outputs and of every value between. */
export function runner({ nodes, tensors }: Model): (observation: Numbers) => Readonly<Record<string, Numbers>> {
  const weights = Object.fromEntries(
    Object.entries(tensors).map(([name, text]) => {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      return [name, new Float32Array(bytes.buffer)];
    }),
  );
  return (observation) => {
    const values: Record<string, Numbers> = { ...weights, observations: observation };
    for (const { op, inputs, output } of nodes) {
      const kernel = kernels[op];
      if (!kernel) throw new Error(`this page does not know the ONNX operator ${op}`);
      values[output] = kernel(...inputs.map((name) => values[name]!));
    }
    return values;
  };
}
