import { expect } from "vitest";
import { allocate, type DType, type Rng, sizeOf, type TypedArray } from "../../src/base/index.ts";
import {
  type Backend,
  cast,
  compileOn,
  interpreter,
  onnxRuntime,
  type Shape,
  type Spec,
  type Tensor,
} from "../../src/engine/index.ts";

/** An input of a graph under test, and how its numbers are drawn. */
export interface Argument extends Spec {
  readonly draw: (rng: Rng) => number;
}

export type Fn = (...inputs: Tensor[]) => Readonly<Record<string, Tensor>>;
type Numbers = Readonly<Record<string, readonly number[]>>;

export const argument = (shape: Shape, dtype: DType = "float32", draw = drawOf(dtype)): Argument => ({
  shape,
  dtype,
  draw,
});

const drawOf =
  (dtype: DType) =>
  (rng: Rng): number => {
    if (dtype === "bool") return rng.integer(2);
    if (dtype === "int32" || dtype === "int64") return rng.integer(9) - 4;
    return rng.normal();
  };

const isHalf = (dtype: DType) => dtype === "float16" || dtype === "bfloat16";

export function fill(target: TypedArray, draw: () => number): void {
  for (let i = 0; i < target.length; i++) {
    if (target instanceof BigInt64Array) target[i] = BigInt(draw());
    else target[i] = draw();
  }
}

/**
 * The outputs of `fn` for drawn inputs, by ONNX Runtime and by the interpreter. 16-bit floats are fed and read as
 * float32 and cast in the graph, so that both backends round them alike.
 */
export function onBoth(fn: Fn, args: readonly Argument[], rng: Rng): { ort: Numbers; wanted: Numbers } {
  const specs = Object.fromEntries(
    args.map(({ shape, dtype }, i) => [`x${i}`, { shape, dtype: isHalf(dtype) ? "float32" : dtype } as Spec]),
  );
  const buffers = Object.fromEntries(
    args.map(({ shape, dtype, draw }, i) => {
      const data = allocate(isHalf(dtype) ? "float32" : dtype, sizeOf(shape));
      fill(data, () => draw(rng));
      return [`x${i}`, data];
    }),
  );
  const on = (backend: Backend): Numbers => {
    using executable = compileOn(
      backend,
      (x) => {
        const outputs = fn(...args.map(({ dtype }, i) => cast(x[`x${i}`]!, dtype)));
        return Object.fromEntries(
          Object.entries(outputs).map(([name, t]) => [name, isHalf(t.dtype) ? cast(t, "float32") : t]),
        );
      },
      specs,
      { buffers },
    );
    executable.run();
    return Object.fromEntries(
      Object.entries(executable.outputs).map(([name, data]) => [name, Array.from(data as Float32Array, Number)]),
    );
  };
  return { ort: on(onnxRuntime()), wanted: on(interpreter) };
}

/** Relative error of each element type: a few roundings. */
export const tolerances: { readonly [D in DType]: number } = {
  float32: 1e-5,
  float16: 4e-3,
  bfloat16: 3e-2,
  int32: 0,
  int64: 0,
  bool: 0,
};

export function expectEqual({ ort, wanted }: { ort: Numbers; wanted: Numbers }, rtol: number): void {
  for (const [name, numbers] of Object.entries(wanted)) {
    const scale = Math.max(1, ...numbers.map((x) => (Number.isFinite(x) ? Math.abs(x) : 0)));
    const bad = numbers.findIndex((x, i) => {
      const y = ort[name]![i]!;
      return !(Object.is(x, y) || Math.abs(x - y) <= rtol * Math.max(scale * 0.2, Math.abs(x)));
    });
    expect(bad < 0, `${name}[${bad}] is ${ort[name]![bad]} on ORT, ${numbers[bad]} by definition`).toBe(true);
  }
}
