import onnxProto from "onnx-proto";
import { assert, type DType, type TypedArray } from "../../base/index.ts";
import { type Spec, scalarValue, type Tensor } from "../graph/index.ts";

/** ONNX TensorProto.DataType. */
export const elementTypes: { readonly [D in DType]: number } = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
};

export type AttributeValue = number | string | readonly number[] | { readonly float: number };

/** One ONNX node as the compiler reasons about it. */
export interface OnnxNode {
  readonly opType: string;
  readonly domain: "" | "com.microsoft";
  readonly inputs: readonly string[];
  readonly outputs: string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** The op that it is a part of. */
  readonly source?: Tensor | undefined;
}

interface Initializer extends Spec {
  readonly name: string;
  readonly data: TypedArray;
}

/** Collects nodes and constants while a graph is lowered. Values are strings, as in ONNX. */
export interface Emitter {
  /** Whether one thread runs every kernel: then those are reproducible too that would race for sums on several. */
  readonly oneThread: boolean;
  /** What the first dimension of inputs and outputs is called where it may have any length. */
  readonly rows: string | undefined;
  readonly nodes: OnnxNode[];
  readonly initializers: Initializer[];
  /** Nodes emitted from now on are parts of this op. */
  begin(source: Tensor): void;
  /** Adds a node and returns its output names. */
  emit(opType: string, inputs: readonly string[], options?: EmitOptions): string[];
  /** Like `emit`, but the same op on the same inputs is made only once: for ops of several outputs and shared parts. */
  once(opType: string, inputs: readonly string[], options?: EmitOptions): string[];
  /** A constant of int64 numbers (shapes, axes). */
  integers(values: readonly number[]): string;
  /** A scalar constant. */
  scalar(value: number, dtype: DType): string;
  array(spec: Spec, data: TypedArray): string;
  /** The name of a lowered tensor. */
  name(t: Tensor): string;
  setName(t: Tensor, name: string): void;
}

export interface EmitOptions {
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly outputs?: number;
  readonly domain?: "com.microsoft";
}

export function emitter({ oneThread = false, rows }: Partial<Pick<Emitter, "oneThread" | "rows">> = {}): Emitter {
  const nodes: OnnxNode[] = [];
  const initializers: Initializer[] = [];
  const names = new Map<Tensor, string>();
  const made = new Map<string, string[]>();
  const constants = new Map<string, string>();
  let source: Tensor | undefined;

  const emit: Emitter["emit"] = (opType, inputs, { attributes = {}, outputs = 1, domain } = {}) => {
    const id = nodes.length;
    const results = Array.from({ length: outputs }, (_, i) => (outputs === 1 ? `%${id}` : `%${id}.${i}`));
    nodes.push({ opType, domain: domain ?? "", inputs, outputs: results, attributes, source });
    return results;
  };
  const shared = (key: string, make: () => TypedArray, spec: Spec): string => {
    const known = constants.get(key);
    if (known !== undefined) return known;
    const name = `#${initializers.length}`;
    initializers.push({ name, ...spec, data: make() });
    constants.set(key, name);
    return name;
  };
  const once: Emitter["once"] = (opType, inputs, options = {}) => {
    const key = JSON.stringify([opType, inputs, options]);
    const known = made.get(key) ?? emit(opType, inputs, options);
    made.set(key, known);
    return known;
  };
  return {
    oneThread,
    rows,
    nodes,
    initializers,
    begin: (t) => {
      source = t;
    },
    emit,
    once,
    integers: (values) =>
      shared(`i${values.join(",")}`, () => BigInt64Array.from(values, BigInt), {
        dtype: "int64",
        shape: [values.length],
      }),
    scalar(value, dtype) {
      if (dtype === "float16" || dtype === "bfloat16")
        return once("Cast", [this.scalar(value, "float32")], { attributes: { to: elementTypes[dtype] } })[0]!;
      return shared(`s${dtype}${Object.is(value, -0) ? "-0" : value}`, () => filled(dtype, value), {
        dtype,
        shape: [],
      });
    },
    array(spec, data) {
      const name = `#${initializers.length}`;
      initializers.push({ name, dtype: spec.dtype, shape: spec.shape, data });
      return name;
    },
    name(t) {
      const known = names.get(t);
      assert(known !== undefined, `${t.op} was used before it was lowered`);
      return known;
    },
    setName: (t, name) => void names.set(t, name),
  };
}

function filled(dtype: DType, value: number): TypedArray {
  if (dtype === "float32") return Float32Array.of(value);
  if (dtype === "int32") return Int32Array.of(value);
  if (dtype === "int64") return BigInt64Array.of(BigInt(value));
  assert(dtype === "bool", `no scalar constants of ${dtype}`);
  return Uint8Array.of(value);
}

const nodeName = (n: OnnxNode, i: number): string => `${n.opType}_${i}`;

/** The node that a message of the runtime names, in quotes. */
export function namedNode(nodes: readonly OnnxNode[], message: string): OnnxNode | undefined {
  const [, name] = /'(\w+_\d+)'/.exec(message) ?? [];
  return nodes.find((n, i) => nodeName(n, i) === name);
}

/** Lowers a constant: scalars are shared. */
export function lowerConstant(e: Emitter, t: Tensor<"constant">): string {
  const value = scalarValue(t);
  return value !== undefined && t.shape.length === 0 ? e.scalar(value, t.dtype) : e.array(t, t.attributes.data);
}

/** The model as ONNX bytes (protobuf). */
export function encodeModel(
  e: Emitter,
  inputs: readonly (Spec & { name: string })[],
  outputs: readonly (Spec & { name: string })[],
  external: readonly (Spec & { name: string })[],
): Uint8Array {
  const { onnx } = onnxProto;
  const dimension = (dimValue: number, axis: number) =>
    axis === 0 && e.rows !== undefined ? { dimParam: e.rows } : { dimValue };
  const valueInfo = ({ name, shape, dtype }: Spec & { name: string }) => ({
    name,
    type: { tensorType: { elemType: elementTypes[dtype], shape: { dim: shape.map(dimension) } } },
  });
  const model = onnx.ModelProto.create({
    irVersion: 9,
    opsetImport: [
      { domain: "", version: 18 },
      { domain: "com.microsoft", version: 1 },
    ],
    graph: {
      name: "plaudit",
      node: e.nodes.map((n, i) => ({
        opType: n.opType,
        domain: n.domain,
        input: [...n.inputs],
        output: n.outputs,
        name: nodeName(n, i),
        attribute: Object.entries(n.attributes).map(([name, value]) => encodeAttribute(name, value)),
      })),
      initializer: [
        ...e.initializers.map(({ name, shape, dtype, data }) => ({
          name,
          dims: [...shape],
          dataType: elementTypes[dtype],
          rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
        })),
        ...external.map(({ name, shape, dtype }) => ({
          name,
          dims: [...shape],
          dataType: elementTypes[dtype],
          dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
          externalData: [{ key: "location", value: "memory" }],
        })),
      ],
      input: inputs.map(valueInfo),
      output: outputs.map(valueInfo),
    },
  });
  return onnx.ModelProto.encode(model).finish();
}

function encodeAttribute(name: string, value: AttributeValue): object {
  if (typeof value === "string") return { name, type: 3, s: new TextEncoder().encode(value) };
  if (typeof value === "number") return { name, type: 2, i: value };
  if ("float" in value) return { name, type: 1, f: value.float };
  return { name, type: 7, ints: [...value] };
}
