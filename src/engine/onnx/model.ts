import { input, type Shape, type Tensor } from "../graph/index.ts";
import { type LowerOptions, lower } from "./lower.ts";

/**
 * A function of rows as the bytes of an ONNX model that stands alone, for whoever runs it elsewhere: what `fn` knows is in
 * it. Inputs are float32, by name the shape of one row; every input and output gets rows as its first dimension, N.
 *
 * Whether N may be any number is found by tracing the function with two: where the model is the same for both, it may.
 * Where it is not (a constant for each row), it is that of one row.
 */
export function onnxModel<I extends string>(
  fn: (inputs: Readonly<Record<I, Tensor>>) => Readonly<Record<string, Tensor>>,
  rows: Readonly<Record<I, Shape>>,
): Uint8Array {
  const of = (n: number, options?: LowerOptions): Uint8Array => {
    const named = Object.entries<Shape>(rows).map(([name, shape]) => [name, input(name, [n, ...shape])] as const);
    const outputs = Object.entries(fn(Object.fromEntries(named) as Record<I, Tensor>));
    return lower(
      outputs.map(([name, tensor]) => ({ name, tensor })),
      options,
    ).bytes;
  };
  const [two, three] = [of(2, { rows: "N" }), of(3, { rows: "N" })];
  return two.every((byte, i) => byte === three[i]) ? two : of(1);
}
