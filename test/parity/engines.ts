import type { DType } from "../../src/base/index.ts";
import {
  type Backend,
  compile,
  evaluate,
  input,
  interpreter,
  onnxRuntime,
  type Shape,
  type Spec,
  type Tensor,
} from "../../src/engine/index.ts";
import { flatten } from "./compare.ts";

/** Numbers for an input, nested or flat, with the shape and type that the graph gets them in. */
export interface Feed extends Spec {
  readonly value: unknown;
}
const feed = (value: unknown, shape: Shape, dtype: DType): Feed => ({ value, shape, dtype });
export const floats = (value: unknown, shape = shapeOf(value)): Feed => feed(value, shape, "float32");
export const integers = (value: unknown, shape = shapeOf(value)): Feed => feed(value, shape, "int32");

export type Outputs = Readonly<Record<string, ArrayLike<number>>>;
export type Graph = (x: Record<string, Tensor>) => Readonly<Record<string, Tensor>>;

/** A graph that is run again and again with other numbers in the same shapes. */
export interface Prepared extends Disposable {
  run(values: Readonly<Record<string, unknown>>): Outputs;
}

/** Something that runs our graphs: ONNX Runtime in float32, and the interpreter in double precision. */
export interface Engine {
  readonly name: string;
  /** For parts of the library that compile by themselves. */
  readonly backend: Backend;
  prepare(specs: Readonly<Record<string, Spec>>, graph: Graph): Prepared;
}

const inDouble: Engine = {
  name: "interpreter",
  backend: interpreter,
  prepare(specs, graph) {
    const inputs = Object.entries(specs).map(([name, { shape, dtype }]) => [name, input(name, shape, dtype)] as const);
    const outputs = graph(Object.fromEntries(inputs));
    const names = Object.keys(outputs);
    return {
      run(values) {
        const feeds = Object.fromEntries(Object.entries(values).map(([name, x]) => [name, flatten(x) as number[]]));
        const results = evaluate(Object.values(outputs), feeds);
        return Object.fromEntries(names.map((name, i) => [name, results[i]!]));
      },
      [Symbol.dispose]() {},
    };
  },
};

const inFloat: Engine = {
  name: "onnxruntime",
  backend: onnxRuntime(),
  prepare(specs, graph) {
    const executable = compile((x) => graph(x), specs);
    return {
      run(values) {
        for (const [name, x] of Object.entries(values))
          (executable.inputs[name] as Float32Array).set(flatten(x) as number[]);
        executable.run();
        return Object.fromEntries(
          Object.entries(executable.outputs).map(([name, data]) => [name, Float64Array.from(data as Float32Array)]),
        );
      },
      [Symbol.dispose]: () => executable.dispose(),
    };
  },
};

export const engines: readonly Engine[] = [inDouble, inFloat];

/** Runs a graph once. */
export function run(engine: Engine, feeds: Readonly<Record<string, Feed>>, graph: Graph): Outputs {
  using prepared = engine.prepare(feeds, graph);
  return prepared.run(Object.fromEntries(Object.entries(feeds).map(([name, { value }]) => [name, value])));
}

export function shapeOf(x: unknown): Shape {
  if (ArrayBuffer.isView(x)) return [(x as Float64Array).length];
  return Array.isArray(x) ? [x.length, ...(x.length > 0 ? shapeOf(x[0]) : [])] : [];
}
