import { allocate, type DType, sizeOf, type TypedArray, type TypedArrayOf, UsageError } from "../../base/index.ts";
import { input, type Shape, type Spec, show, type Tensor, topologicalOrder } from "../graph/index.ts";
import type { Backend, BoundArray, Prepared } from "./backend.ts";

/** Inputs by name: a shape (float32) or a shape with its element type. */
export type Specs = Readonly<Record<string, Shape | Spec>>;
type DTypeOf<S> = S extends { readonly dtype: infer D extends DType } ? D : "float32";
type Arrays<S extends Specs> = { readonly [N in keyof S]: TypedArrayOf[DTypeOf<S[N]>] };

export interface CompileOptions<S extends Specs = Specs, O extends string = string> {
  /** Outputs (keys) that replace an input (values) at the end of each run: state that stays in place. */
  readonly update?: Readonly<Partial<Record<O, keyof S & string>>>;
  /** Memory of the caller's to use for an input instead of new memory: shared between executables. */
  readonly buffers?: Readonly<Partial<Record<keyof S, TypedArray>>>;
  /** Inputs whose contents stay as they are now: packed once for faster runs. Later changes are not seen. */
  readonly frozen?: readonly (keyof S & string)[];
  /** Default true. False computes updates beside the inputs and copies them. */
  readonly inPlace?: boolean;
}

/**
 * A compiled graph with its memory. Write into `inputs`, call `run`, read from `outputs`: both are the very arrays that
 * native code works on, nothing is copied. Dispose of it to free native memory.
 */
export interface Executable<S extends Specs = Specs, O extends string = string> extends Disposable {
  readonly inputs: Arrays<S>;
  readonly outputs: { readonly [N in O]: TypedArray };
  /** The output as numbers of float32; throws when it is of another type. */
  float(output: O): Float32Array;
  run(): void;
  runAsync(): Promise<void>;
  dispose(): void;
}

/** Traces `fn` once with symbolic inputs of the given shapes and prepares the result on `backend`. */
export function compileOn<const S extends Specs, O extends string>(
  backend: Backend,
  fn: (inputs: { readonly [N in keyof S]: Tensor }) => Readonly<Record<O, Tensor>>,
  specs: S,
  options: CompileOptions<S, O> = {},
): Executable<S, O> {
  const inputs: Record<string, BoundArray> = {};
  const traced: Record<string, Tensor> = {};
  for (const [name, given] of Object.entries(specs) as [string, Shape | Spec][]) {
    const spec: Spec = "dtype" in given ? given : { shape: given, dtype: "float32" };
    traced[name] = input(name, spec.shape, spec.dtype);
    const length = sizeOf(spec.shape);
    const data = options.buffers?.[name] ?? allocate(spec.dtype, length);
    if (data.length !== length) {
      throw new UsageError(`the buffer for ${name} has ${data.length} elements, ${show(spec)} needs ${length}`, {
        code: "graph",
      });
    }
    inputs[name] = { ...spec, data };
  }

  const outputs = new Map(Object.entries(fn(traced as { readonly [N in keyof S]: Tensor })) as [string, Tensor][]);
  const updates = new Map(Object.entries(options.update ?? {}) as [string, string][]);
  const results: Record<string, BoundArray> = {};
  for (const [name, { shape, dtype }] of outputs) {
    const target = updates.get(name);
    if (target !== undefined) {
      const state = inputs[target];
      if (state === undefined || state.dtype !== dtype || state.shape.join() !== shape.join()) {
        throw new UsageError(
          `the update of ${target} must have its shape and type ${state ? show(state) : "(there is no such input)"}, ${name} is ${show({ shape, dtype })}`,
          { code: "graph" },
        );
      }
      results[name] = state;
    } else results[name] = { shape, dtype, data: allocate(dtype, sizeOf(shape)) };
  }

  const used = new Set(
    topologicalOrder([...outputs.values()]).flatMap((t) =>
      t.op === "input" ? [(t as Tensor<"input">).attributes.name] : [],
    ),
  );
  const prepared: Prepared = backend.prepare({
    outputs,
    updates,
    frozen: new Set((options.frozen ?? []).filter((name) => used.has(name))),
    inputs: Object.fromEntries(Object.entries(inputs).filter(([name]) => used.has(name))),
    results,
    inPlace: options.inPlace ?? true,
  });

  const arraysOf = (bound: Record<string, BoundArray>) =>
    Object.fromEntries(Object.entries(bound).map(([name, { data }]) => [name, data]));
  const outputArrays = arraysOf(results) as { readonly [N in O]: TypedArray };
  return {
    inputs: arraysOf(inputs) as Arrays<S>,
    outputs: outputArrays,
    float(output) {
      const data = outputArrays[output];
      if (data instanceof Float32Array) return data;
      throw new UsageError(`${output} is ${data ? results[output]?.dtype : "not an output"}, not float32`, {
        code: "graph",
      });
    },
    run: () => prepared.run(),
    runAsync: () => prepared.runAsync(),
    dispose: () => prepared.dispose(),
    [Symbol.dispose]: () => prepared.dispose(),
  };
}
