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
  /** The same off the event loop; the arrays are not to be touched until it is done. */
  runAsync(): Promise<void>;
  /** The same compiled graph over other memory (new memory where none is given). Disposed of on its own. */
  over(buffers: Readonly<Partial<Record<keyof S, TypedArray>>>): Executable<S, O>;
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

  const used = new Set<string>();
  for (const t of topologicalOrder([...outputs.values()])) {
    if (t.op !== "input") continue;
    const { name } = (t as Tensor<"input">).attributes;
    used.add(name);
    // An input that `fn` made itself gets memory too.
    inputs[name] ??= { shape: t.shape, dtype: t.dtype, data: allocate(t.dtype, sizeOf(t.shape)) };
  }
  const usedOf = (bound: Memory) => Object.fromEntries(Object.entries(bound).filter(([name]) => used.has(name)));
  const prepared = backend.prepare({
    outputs,
    updates,
    frozen: new Set((options.frozen ?? []).filter((name) => used.has(name))),
    inputs: usedOf(inputs),
    results,
    inPlace: options.inPlace ?? true,
  });
  /** The executable over the given memory. */
  const executable = (prepared: Prepared, inputs: Memory, results: Memory): Executable<S, O> => ({
    inputs: arraysOf(inputs) as Arrays<S>,
    outputs: arraysOf(results) as { readonly [N in O]: TypedArray },
    float(output) {
      const data = results[output]?.data;
      if (data instanceof Float32Array) return data;
      const what = data === undefined ? "not an output" : results[output]!.dtype;
      throw new UsageError(`${output} is ${what}, not float32`, { code: "graph" });
    },
    run: () => prepared.run(),
    runAsync: () => prepared.runAsync(),
    over(buffers) {
      const otherInputs = mapValues(inputs, (array, name) => ({
        ...array,
        data: buffers[name] ?? allocate(array.dtype, array.data.length),
      }));
      const otherResults = mapValues(results, (array, name) => {
        const target = updates.get(name);
        return target === undefined
          ? { ...array, data: allocate(array.dtype, array.data.length) }
          : otherInputs[target]!;
      });
      return executable(prepared.over(usedOf(otherInputs), otherResults), otherInputs, otherResults);
    },
    dispose: () => prepared.dispose(),
    [Symbol.dispose]: () => prepared.dispose(),
  });
  return executable(prepared, inputs, results);
}

type Memory = Readonly<Record<string, BoundArray>>;

const mapValues = (bound: Memory, f: (array: BoundArray, name: string) => BoundArray): Memory =>
  Object.fromEntries(Object.entries(bound).map(([name, array]) => [name, f(array, name)]));

const arraysOf = (bound: Memory) => Object.fromEntries(Object.entries(bound).map(([name, { data }]) => [name, data]));
