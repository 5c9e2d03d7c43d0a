import { allocate, type DType, sizeOf, type TypedArray } from "../../base/index.ts";
import { graphError, type Shape, type Spec, show, type Tensor } from "./tensor.ts";

/**
 * Attributes of every primitive operation. The keys are the whole op set: the shape rules below, the gradients
 * (`engine/grad`), the interpreter (`engine/interpret`) and the lowerings (`engine/onnx`) are tables over these keys,
 * so an op without one of them does not compile. Everything else in the public API is composed of these.
 */
export interface Ops {
  input: Spec & { readonly name: string };
  constant: Spec & { readonly data: TypedArray };

  neg: object;
  abs: object;
  sign: object;
  exp: object;
  log: object;
  sqrt: object;
  tanh: object;
  sigmoid: object;
  relu: object;
  gelu: { readonly approximate: "none" | "tanh" };
  silu: object;
  erf: object;
  sin: object;
  cos: object;
  softplus: object;
  not: object;

  add: object;
  sub: object;
  mul: object;
  div: object;
  pow: object;
  minimum: object;
  maximum: object;
  equal: object;
  less: object;
  lessEqual: object;
  and: object;
  or: object;

  /** inputs: condition (bool), a, b. */
  where: object;
  cast: { readonly to: DType };
  stopGradient: object;

  reshape: { readonly shape: Shape };
  transpose: { readonly permutation: readonly number[] };
  broadcastTo: { readonly shape: Shape };
  concat: { readonly axis: number };
  slice: { readonly starts: readonly number[]; readonly ends: readonly number[] };
  pad: { readonly before: readonly number[]; readonly after: readonly number[]; readonly value: number };

  /** NumPy `take`: inputs x, indices of any shape. */
  gather: { readonly axis: number };
  /** PyTorch `index_add`: inputs base, indices [n], updates shaped like base with n at the axis. The adjoint of gather. */
  indexAdd: { readonly axis: number };
  /** NumPy `take_along_axis`: inputs x, indices of x's rank. */
  takeAlongAxis: { readonly axis: number };
  /** PyTorch `scatter_add`: inputs base, indices, updates. The adjoint of takeAlongAxis. */
  scatterAdd: { readonly axis: number };

  sum: { readonly axes: readonly number[] };
  max: { readonly axes: readonly number[] };
  argmax: { readonly axis: number };
  cumsum: { readonly axis: number; readonly reverse: boolean };
  topK: { readonly k: number; readonly axis: number; readonly largest: boolean; readonly part: "values" | "indices" };

  /** Over the last axis. */
  softmax: object;
  logSoftmax: object;
  /** −log softmax(logits)[target]: inputs logits [N, V], targets [N]; result [N]. */
  crossEntropy: object;
  /** inputs x [..., D], gain [D], bias [D]; `mean` and `inverseStd` are [..., 1]. */
  layerNorm: { readonly epsilon: number; readonly part: "output" | "mean" | "inverseStd" };
  /** alpha · op(a) op(b); ranks equal, batch dimensions equal. */
  matmul: { readonly transposeA: boolean; readonly transposeB: boolean; readonly alpha: number };
  /**
   * Attention of every token to itself and those before it. Inputs: query, key and value [B, T, H·D]; `output` is
   * [B, T, H·D], `weights` are the softmax [B, H, T, T], 0 where the key comes later. ONNX Runtime wants D to be a
   * multiple of 8, here and in `cachedAttention`.
   */
  causalAttention: { readonly heads: number; readonly part: "output" | "weights" };
  /**
   * Attention of new tokens over a cache, for generation only (no gradient). Inputs: query [B, S, H·D],
   * key and value [B, S, G·D], past key and value [B, G, M, D], length of each row before the last new token [B],
   * total length (scalar). `key` and `value` are the caches after the step. Rows are left-aligned; what stands behind a
   * row's last token is not defined.
   */
  cachedAttention: {
    readonly heads: number;
    readonly kvHeads: number;
    readonly scale: number;
    /** 0: all keys; w: only the last w keys, the present one included. */
    readonly window: number;
    readonly part: "output" | "key" | "value";
  };
}
export type OpName = keyof Ops;

export const isFloat = (t: Spec): boolean => t.dtype === "float32" || t.dtype === "float16" || t.dtype === "bfloat16";
const isInteger = (t: Spec): boolean => t.dtype === "int32" || t.dtype === "int64";
export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);

const isShape = (shape: Shape): boolean => shape.every((n) => Number.isInteger(n) && n >= 0);

/** NumPy broadcasting of two shapes, or undefined when they do not fit. */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) {
    const m = a[a.length - rank + i] ?? 1;
    const n = b[b.length - rank + i] ?? 1;
    if (m !== n && m !== 1 && n !== 1) return undefined;
    shape.push(m === 1 ? n : m);
  }
  return shape;
}

/** A node's inputs as the rules destructure them. The constructors in build.ts guarantee that those an op has are there. */
export type Operands = readonly [Tensor, Tensor, Tensor, Tensor, ...Tensor[]];

type ShapeRule<K extends OpName> = (inputs: Operands, attributes: Ops[K]) => Spec;

const floatUnary =
  (op: OpName) =>
  ([x]: Operands): Spec => {
    if (!isFloat(x)) throw graphError(op, `wanted floating-point numbers, got ${show(x)}`);
    return { shape: x.shape, dtype: x.dtype };
  };

const numericUnary =
  (op: OpName) =>
  ([x]: Operands): Spec => {
    if (x.dtype === "bool") throw graphError(op, `wanted numbers, got ${show(x)}`);
    return { shape: x.shape, dtype: x.dtype };
  };

const binary =
  (op: OpName, wanted: "numbers" | "floats" | "any" | "bools", result?: "bool") =>
  ([a, b]: Operands): Spec => {
    const shape = broadcastShapes(a.shape, b.shape);
    if (shape === undefined) {
      throw graphError(
        op,
        `shapes do not broadcast: ${a.op} ${show(a)} and ${b.op} ${show(b)}`,
        "trailing dimensions must be equal or 1: reshape or transpose one side",
      );
    }
    const typeFits =
      wanted === "any" ||
      (wanted === "bools" ? a.dtype === "bool" : wanted === "floats" ? isFloat(a) : a.dtype !== "bool");
    if (a.dtype !== b.dtype || !typeFits) {
      throw graphError(
        op,
        `wanted two tensors of one type (${wanted}), got ${a.op} ${show(a)} and ${b.op} ${show(b)}`,
        "cast(x, dtype) converts",
      );
    }
    return { shape, dtype: result ?? a.dtype };
  };
const arithmetic = (op: OpName) => binary(op, "numbers");
const comparison = (op: OpName) => binary(op, op === "equal" ? "any" : "numbers", "bool");

const wantIndices = (op: OpName, indices: Tensor): void => {
  if (!isInteger(indices)) throw graphError(op, `indices must be int32 or int64, got ${show(indices)}`);
};

const replaceAt = (shape: Shape, axis: number, ...by: readonly number[]): Shape => [
  ...shape.slice(0, axis),
  ...by,
  ...shape.slice(axis + 1),
];

const reduced =
  (op: "sum" | "max") =>
  ([x]: Operands, { axes }: Ops["sum"]): Spec => {
    const kept = numericUnary(op)([x, x, x, x]);
    return { shape: x.shape.map((n, i) => (axes.includes(i) ? 1 : n)), dtype: kept.dtype };
  };

/** The result's shape and type from the inputs'. Throws what the user did wrong. Axes are already non-negative here. */
export const shapeRules: { readonly [K in OpName]: ShapeRule<K> } = {
  input: (_, { name, shape, dtype }) => {
    if (!isShape(shape)) throw graphError("input", `"${name}" cannot have shape [${shape.join(", ")}]`);
    return { shape, dtype };
  },
  constant: (_, { data, shape, dtype }) => {
    const fits = data.length === sizeOf(shape) && data.constructor === allocate(dtype, 0).constructor;
    if (!fits) {
      throw graphError("constant", `${data.constructor.name} of ${data.length} does not fit ${show({ shape, dtype })}`);
    }
    return { shape, dtype };
  },

  neg: numericUnary("neg"),
  abs: numericUnary("abs"),
  sign: numericUnary("sign"),
  exp: floatUnary("exp"),
  log: floatUnary("log"),
  sqrt: floatUnary("sqrt"),
  tanh: floatUnary("tanh"),
  sigmoid: floatUnary("sigmoid"),
  relu: floatUnary("relu"),
  gelu: floatUnary("gelu"),
  silu: floatUnary("silu"),
  erf: floatUnary("erf"),
  sin: floatUnary("sin"),
  cos: floatUnary("cos"),
  softplus: floatUnary("softplus"),
  not: ([x]) => {
    if (x.dtype !== "bool") throw graphError("not", `wanted bool, got ${show(x)}`);
    return { shape: x.shape, dtype: "bool" };
  },

  add: arithmetic("add"),
  sub: arithmetic("sub"),
  mul: arithmetic("mul"),
  div: arithmetic("div"),
  pow: binary("pow", "floats"),
  minimum: arithmetic("minimum"),
  maximum: arithmetic("maximum"),
  equal: comparison("equal"),
  less: comparison("less"),
  lessEqual: comparison("lessEqual"),
  and: binary("and", "bools", "bool"),
  or: binary("or", "bools", "bool"),

  where: ([c, a, b]) => {
    const ab = broadcastShapes(a.shape, b.shape);
    const shape = ab && broadcastShapes(c.shape, ab);
    if (c.dtype !== "bool" || a.dtype !== b.dtype || shape === undefined) {
      throw graphError(
        "where",
        `wanted a bool condition and two equal types that broadcast, got ${[c, a, b].map(show).join(", ")}`,
      );
    }
    return { shape, dtype: a.dtype };
  },
  cast: ([x], { to }) => ({ shape: x.shape, dtype: to }),
  stopGradient: ([x]) => x,

  reshape: ([x], { shape }) => {
    if (!isShape(shape) || sizeOf(shape) !== sizeOf(x.shape)) {
      throw graphError(
        "reshape",
        `${x.op} ${show(x)} has ${sizeOf(x.shape)} elements, which do not fit [${shape.join(", ")}]`,
      );
    }
    return { shape, dtype: x.dtype };
  },
  transpose: ([x], { permutation }) => {
    if (permutation.length !== x.shape.length || !x.shape.every((_, axis) => permutation.includes(axis))) {
      throw graphError("transpose", `permutation [${permutation.join(", ")}] does not fit ${x.op} ${show(x)}`);
    }
    return { shape: permutation.map((axis) => x.shape[axis]!), dtype: x.dtype };
  },
  broadcastTo: ([x], { shape }) => {
    const result = broadcastShapes(x.shape, shape);
    if (result === undefined || !sameShape(result, shape)) {
      throw graphError("broadcastTo", `${x.op} ${show(x)} does not broadcast to [${shape.join(", ")}]`);
    }
    return { shape, dtype: x.dtype };
  },
  concat: (inputs, { axis }) => {
    const [first] = inputs;
    if (first === undefined) throw graphError("concat", "wanted at least one tensor, got none");
    for (const x of inputs) {
      if (x.dtype !== first.dtype || !sameShape(replaceAt(x.shape, axis, 0), replaceAt(first.shape, axis, 0))) {
        throw graphError("concat", `tensors must agree except on axis ${axis}, got ${show(first)} and ${show(x)}`);
      }
    }
    return {
      shape: replaceAt(
        first.shape,
        axis,
        inputs.reduce((n, x) => n + x.shape[axis]!, 0),
      ),
      dtype: first.dtype,
    };
  },
  slice: ([x], { starts, ends }) => {
    const fits =
      starts.length === x.shape.length && starts.every((s, i) => 0 <= s && s <= ends[i]! && ends[i]! <= x.shape[i]!);
    if (!fits) throw graphError("slice", `[${starts.join(", ")}] … [${ends.join(", ")}] is outside ${x.op} ${show(x)}`);
    return { shape: starts.map((s, i) => ends[i]! - s), dtype: x.dtype };
  },
  pad: ([x], { before, after }) => ({ shape: x.shape.map((n, i) => n + before[i]! + after[i]!), dtype: x.dtype }),

  gather: ([x, indices], { axis }) => {
    wantIndices("gather", indices);
    return { shape: replaceAt(x.shape, axis, ...indices.shape), dtype: x.dtype };
  },
  indexAdd: ([base, indices, updates], { axis }) => {
    wantIndices("indexAdd", indices);
    const fits = indices.shape.length === 1 && sameShape(updates.shape, replaceAt(base.shape, axis, indices.shape[0]!));
    if (!fits)
      throw graphError(
        "indexAdd",
        `base ${show(base)}, indices ${show(indices)}, updates ${show(updates)} do not fit on axis ${axis}`,
      );
    return base;
  },
  takeAlongAxis: ([x, indices], { axis }) => {
    wantIndices("takeAlongAxis", indices);
    if (!sameShape(replaceAt(x.shape, axis, 0), replaceAt(indices.shape, axis, 0))) {
      throw graphError("takeAlongAxis", `x ${show(x)} and indices ${show(indices)} may differ only on axis ${axis}`);
    }
    return { shape: indices.shape, dtype: x.dtype };
  },
  scatterAdd: ([base, indices, updates], { axis }) => {
    wantIndices("scatterAdd", indices);
    const fits =
      sameShape(indices.shape, updates.shape) &&
      sameShape(replaceAt(base.shape, axis, 0), replaceAt(indices.shape, axis, 0));
    if (!fits)
      throw graphError(
        "scatterAdd",
        `base ${show(base)}, indices ${show(indices)}, updates ${show(updates)} do not fit on axis ${axis}`,
      );
    return base;
  },

  sum: reduced("sum"),
  max: reduced("max"),
  argmax: ([x], { axis }) => ({ shape: replaceAt(x.shape, axis), dtype: "int32" }),
  cumsum: numericUnary("cumsum"),
  topK: ([x], { k, axis, part }) => {
    if (k > x.shape[axis]!) throw graphError("topK", `k = ${k} is more than axis ${axis} of ${x.op} ${show(x)} has`);
    return { shape: replaceAt(x.shape, axis, k), dtype: part === "values" ? x.dtype : "int32" };
  },

  softmax: floatUnary("softmax"),
  logSoftmax: floatUnary("logSoftmax"),
  crossEntropy: ([logits, targets]) => {
    wantIndices("crossEntropy", targets);
    if (logits.shape.length !== 2 || targets.shape.length !== 1 || logits.shape[0] !== targets.shape[0]) {
      throw graphError(
        "crossEntropy",
        `wanted logits [N, V] and targets [N], got ${show(logits)} and ${show(targets)}`,
      );
    }
    return { shape: targets.shape, dtype: logits.dtype };
  },
  layerNorm: ([x, gain, bias], { part }) => {
    const D = x.shape.at(-1);
    if (!sameShape(gain.shape, [D!]) || !sameShape(bias.shape, [D!])) {
      throw graphError("layerNorm", `wanted gain and bias [${D}] for ${show(x)}, got ${show(gain)} and ${show(bias)}`);
    }
    return { shape: part === "output" ? x.shape : replaceAt(x.shape, x.shape.length - 1, 1), dtype: x.dtype };
  },
  matmul: ([a, b], { transposeA, transposeB }) => {
    const [m, k] = transposeA ? [a.shape.at(-1), a.shape.at(-2)] : [a.shape.at(-2), a.shape.at(-1)];
    const [k2, n] = transposeB ? [b.shape.at(-1), b.shape.at(-2)] : [b.shape.at(-2), b.shape.at(-1)];
    const batchFits = sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    if ([m, k, n].includes(undefined) || k !== k2 || !batchFits || a.dtype !== b.dtype || !isFloat(a)) {
      const side = (t: Tensor, transposed: boolean) => `${t.op} ${show(t)}${transposed ? "ᵀ" : ""}`;
      throw graphError(
        "matmul",
        `cannot multiply ${side(a, transposeA)} and ${side(b, transposeB)}`,
        "the last dimension of the left must equal the next-to-last of the right, leading dimensions must be equal",
      );
    }
    return { shape: [...a.shape.slice(0, -2), m!, n!], dtype: a.dtype };
  },
  causalAttention: ([query, key, value], { heads, part }) => {
    const [B, T, width] = query.shape;
    const fits =
      query.shape.length === 3 &&
      width! % heads === 0 &&
      [key, value].every((x) => sameShape(x.shape, query.shape) && x.dtype === query.dtype);
    if (!fits || !isFloat(query)) {
      throw graphError(
        "causalAttention",
        `wanted query, key and value of one shape [B, T, H·D] with ${heads} heads, got ${[query, key, value].map(show).join(", ")}`,
      );
    }
    return { shape: part === "output" ? query.shape : [B!, heads, T!, T!], dtype: query.dtype };
  },
  cachedAttention: ([query, key, value, pastKey, pastValue], { heads, kvHeads, part }) => {
    const [B, S, width] = query.shape;
    const D = width! / heads;
    const fits =
      sameShape(key.shape, [B!, S!, kvHeads * D]) &&
      sameShape(value.shape, key.shape) &&
      sameShape(pastKey.shape, [B!, kvHeads, pastKey.shape[2]!, D]) &&
      sameShape(pastValue!.shape, pastKey.shape) &&
      heads % kvHeads === 0;
    if (!fits) {
      throw graphError(
        "cachedAttention",
        `query ${show(query)}, key ${show(key)}, value ${show(value)}, past ${show(pastKey)} and ${show(pastValue!)} do not fit ${heads} heads and ${kvHeads} key/value heads`,
      );
    }
    const spec = part === "output" ? query : pastKey;
    return { shape: spec.shape, dtype: spec.dtype };
  },
};
