import { allocate, type DType, sizeOf, type TypedArray } from "../../base/index.ts";
import { type Operands, type OpName, type Ops, sameShape, shapeRules } from "./ops.ts";
import { graphError, node, type Shape, show, type Tensor, type TensorLike } from "./tensor.ts";

// Constructors of the primitive ops. Names follow NumPy and PyTorch. All shapes are static and checked here.

export function build<K extends OpName>(op: K, inputs: readonly Tensor[], attributes: Ops[K]): Tensor<K> {
  return node(op, inputs, attributes, shapeRules[op](inputs as unknown as Operands, attributes));
}

/** A value that is fed at each run. */
export const input = (name: string, shape: Shape, dtype: DType = "float32"): Tensor =>
  build("input", [], { name, shape, dtype });

type Nested = number | boolean | readonly Nested[];
const flatten = (x: Nested): (number | boolean)[] => (typeof x === "object" ? x.flatMap(flatten) : [x]);

/** A value that is part of the graph: a number, nested arrays, or a typed array with its shape. */
export function constant(value: Nested | TypedArray, dtype: DType = "float32", shape?: Shape): Tensor {
  if (ArrayBuffer.isView(value)) return build("constant", [], { data: value, dtype, shape: shape ?? [value.length] });
  const dimensions: number[] = [];
  for (let level: Nested = value; Array.isArray(level); level = level[0] as Nested) dimensions.push(level.length);
  // 16-bit arrays hold raw bits: the numbers are rounded by a cast.
  if (dtype === "float16" || dtype === "bfloat16") return cast(constant(value), dtype);
  const flat = flatten(value);
  if (flat.length !== sizeOf(dimensions)) throw graphError("constant", "nested arrays must be rectangular");
  const data = allocate(dtype, flat.length);
  for (let i = 0; i < flat.length; i++) {
    if (data instanceof BigInt64Array) data[i] = BigInt(flat[i]!);
    else data[i] = Number(flat[i]);
  }
  return build("constant", [], { data, dtype, shape: shape ?? dimensions });
}

export const zeros = (shape: Shape, dtype: DType = "float32"): Tensor => full(shape, 0, dtype);
export const ones = (shape: Shape, dtype: DType = "float32"): Tensor => full(shape, 1, dtype);
export const full = (shape: Shape, value: number, dtype: DType = "float32"): Tensor =>
  broadcastTo(constant(value, dtype), shape);

/** The value of a constant scalar (through broadcasts), or undefined. */
export function scalarValue(t: Tensor): number | undefined {
  if (t.op === "broadcastTo") return scalarValue(t.inputs[0]!);
  if (t.op !== "constant" || sizeOf(t.shape) !== 1 || t.dtype === "float16" || t.dtype === "bfloat16") return undefined;
  return Number((t.attributes as Ops["constant"]).data[0]);
}

/** Turns numbers into constants of the tensor operand's type. */
function operands(a: TensorLike, b: TensorLike): [Tensor, Tensor] {
  const dtype = typeof a !== "number" ? a.dtype : typeof b !== "number" ? b.dtype : "float32";
  return [typeof a === "number" ? constant(a, dtype) : a, typeof b === "number" ? constant(b, dtype) : b];
}
const binary =
  (op: "div" | "pow" | "minimum" | "maximum" | "equal" | "less" | "lessEqual" | "and" | "or") =>
  (a: TensorLike, b: TensorLike): Tensor =>
    build(op, operands(a, b), {});
const unary =
  (
    op:
      | "neg"
      | "abs"
      | "sign"
      | "exp"
      | "log"
      | "sqrt"
      | "tanh"
      | "sigmoid"
      | "relu"
      | "silu"
      | "erf"
      | "sin"
      | "cos"
      | "softplus"
      | "not"
      | "softmax"
      | "logSoftmax",
  ) =>
  (x: Tensor): Tensor =>
    build(op, [x], {});

/** a + b. Adding a constant 0 makes no node. */
export function add(left: TensorLike, right: TensorLike): Tensor {
  const [a, b] = operands(left, right);
  if (scalarValue(b) === 0 && covers(a, b)) return a;
  if (scalarValue(a) === 0 && covers(b, a)) return b;
  return build("add", [a, b], {});
}
export function sub(left: TensorLike, right: TensorLike): Tensor {
  const [a, b] = operands(left, right);
  return scalarValue(b) === 0 && covers(a, b) ? a : build("sub", [a, b], {});
}
/** a · b. Multiplying by a constant 1 makes no node. */
export function mul(left: TensorLike, right: TensorLike): Tensor {
  const [a, b] = operands(left, right);
  if (scalarValue(b) === 1 && covers(a, b)) return a;
  if (scalarValue(a) === 1 && covers(b, a)) return b;
  return build("mul", [a, b], {});
}
/** Whether `a` already has the shape and type that a ∘ b would have. */
const covers = (a: Tensor, b: Tensor): boolean =>
  a.dtype === b.dtype &&
  a.shape.length >= b.shape.length &&
  b.shape.every((n, i) => n === 1 || n === a.shape[a.shape.length - b.shape.length + i]);

export const div = binary("div");
export const pow = binary("pow");
export const minimum = binary("minimum");
export const maximum = binary("maximum");
export const equal = binary("equal");
export const less = binary("less");
export const lessEqual = binary("lessEqual");
export const greater = (a: TensorLike, b: TensorLike): Tensor => less(b, a);
export const greaterEqual = (a: TensorLike, b: TensorLike): Tensor => lessEqual(b, a);
export const and = binary("and");
export const or = binary("or");

export const neg = unary("neg");
export const abs = unary("abs");
export const sign = unary("sign");
export const exp = unary("exp");
export const log = unary("log");
export const sqrt = unary("sqrt");
export const tanh = unary("tanh");
export const sigmoid = unary("sigmoid");
export const relu = unary("relu");
export const silu = unary("silu");
export const erf = unary("erf");
export const sin = unary("sin");
export const cos = unary("cos");
export const softplus = unary("softplus");
export const not = unary("not");
/** Softmax over the last axis. */
export const softmax = unary("softmax");
/** log softmax over the last axis. */
export const logSoftmax = unary("logSoftmax");
export const gelu = (x: Tensor, { approximate = "none" }: { approximate?: "none" | "tanh" } = {}): Tensor =>
  build("gelu", [x], { approximate });

/** condition ? a : b, elementwise with broadcasting. */
export function where(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  return build("where", [condition, ...operands(a, b)], {});
}
export const cast = (x: Tensor, to: DType): Tensor => (x.dtype === to ? x : build("cast", [x], { to }));
/** Passes the value, blocks the gradient. */
export const stopGradient = (x: Tensor): Tensor => build("stopGradient", [x], {});

/** One dimension may be −1: it is worked out from the others. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const known = shape.reduce((n, d) => (d === -1 ? n : n * d), 1);
  const resolved = shape.map((d) => (d === -1 ? sizeOf(x.shape) / known : d));
  return sameShape(resolved, x.shape) ? x : build("reshape", [x], { shape: resolved });
}
/** Without a permutation the last two axes are swapped. */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  const rank = x.shape.length;
  const axes = permutation ?? [...Array(Math.max(rank - 2, 0)).keys(), rank - 1, rank - 2];
  return axes.every((axis, i) => axis === i) ? x : build("transpose", [x], { permutation: axes });
}
export const broadcastTo = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : build("broadcastTo", [x], { shape });
export function concat(inputs: readonly Tensor[], axis = 0): Tensor {
  return inputs.length === 1 ? inputs[0]! : build("concat", inputs, { axis: inputs[0] ? axisOf(inputs[0], axis) : 0 });
}
/** Python's x[start:end] on the given axes (negative numbers count from the end); other axes stay whole. */
export function slice(x: Tensor, ranges: Readonly<Record<number, readonly [number, number?]>>): Tensor {
  const starts = x.shape.map(() => 0);
  const ends = [...x.shape];
  for (const [key, [start, end]] of Object.entries(ranges)) {
    const axis = axisOf(x, Number(key));
    const n = x.shape[axis]!;
    starts[axis] = start < 0 ? start + n : start;
    ends[axis] = end === undefined ? n : end < 0 ? end + n : end;
  }
  const whole = starts.every((s, i) => s === 0 && ends[i] === x.shape[i]);
  return whole ? x : build("slice", [x], { starts, ends });
}
/** Per axis [before, after] counts of `value`; axes not named are left alone. */
export function pad(x: Tensor, widths: Readonly<Record<number, readonly [number, number]>>, value = 0): Tensor {
  const before = x.shape.map(() => 0);
  const after = x.shape.map(() => 0);
  for (const [key, [b, a]] of Object.entries(widths)) {
    const axis = axisOf(x, Number(key));
    [before[axis], after[axis]] = [b, a];
  }
  return build("pad", [x], { before, after, value });
}

/** NumPy `take(x, indices, axis)`. */
export const gather = (x: Tensor, indices: Tensor, axis = 0): Tensor =>
  build("gather", [x, indices], { axis: axisOf(x, axis) });
export const indexAdd = (base: Tensor, indices: Tensor, updates: Tensor, axis = 0): Tensor =>
  build("indexAdd", [base, indices, updates], { axis: axisOf(base, axis) });
export const takeAlongAxis = (x: Tensor, indices: Tensor, axis = -1): Tensor =>
  build("takeAlongAxis", [x, indices], { axis: axisOf(x, axis) });
export const scatterAdd = (base: Tensor, indices: Tensor, updates: Tensor, axis = -1): Tensor =>
  build("scatterAdd", [base, indices, updates], { axis: axisOf(base, axis) });

export interface Reduction {
  /** Axes to reduce; all when absent. */
  readonly axis?: number | readonly number[];
  readonly keepDims?: boolean;
}
const reduction =
  (op: "sum" | "max") =>
  (x: Tensor, { axis, keepDims = false }: Reduction = {}): Tensor => {
    const axes = (axis === undefined ? [...x.shape.keys()] : [axis].flat())
      .map((a) => axisOf(x, a))
      .sort((a, b) => a - b);
    const kept = axes.length === 0 ? x : build(op, [x], { axes });
    return keepDims
      ? kept
      : reshape(
          kept,
          x.shape.filter((_, i) => !axes.includes(i)),
        );
  };
export const sum = reduction("sum");
export const max = reduction("max");

/** Index of the largest value (the first of equals), int32. */
export const argmax = (x: Tensor, axis = -1): Tensor => build("argmax", [x], { axis: axisOf(x, axis) });
export const cumsum = (x: Tensor, axis = -1, { reverse = false } = {}): Tensor =>
  build("cumsum", [x], { axis: axisOf(x, axis), reverse });
/** The k largest (or smallest) values in order, with their indices (int32). */
export function topK(x: Tensor, k: number, { axis = -1, largest = true } = {}): { values: Tensor; indices: Tensor } {
  const attributes = { k, axis: axisOf(x, axis), largest };
  return {
    values: build("topK", [x], { ...attributes, part: "values" }),
    indices: build("topK", [x], { ...attributes, part: "indices" }),
  };
}

/** −log softmax(logits)[target] per row: logits [N, V], integer targets [N] → [N]. */
export const crossEntropy = (logits: Tensor, targets: Tensor): Tensor => build("crossEntropy", [logits, targets], {});
/** (x − mean) / √(variance + ε) · gain + bias over the last axis, biased variance. */
export const layerNorm = (x: Tensor, gain: Tensor, bias: Tensor, epsilon = 1e-5): Tensor =>
  build("layerNorm", [x, gain, bias], { epsilon, part: "output" });

export interface MatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly alpha?: number;
}
/** alpha · op(a) op(b). A left side [..., M, K] may meet a right side [K, N]. */
export function matmul(
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false, alpha = 1 }: MatmulOptions = {},
): Tensor {
  const attributes = { transposeA, transposeB, alpha };
  if (a.shape.length > 2 && b.shape.length === 2 && !transposeA) {
    const flat = build("matmul", [reshape(a, [-1, a.shape.at(-1)!]), b], attributes);
    return reshape(flat, [...a.shape.slice(0, -1), flat.shape[1]!]);
  }
  return build("matmul", [a, b], attributes);
}

/**
 * softmax(q kᵀ / √D) v of every head, each token seeing itself and those before it (Vaswani et al. 2017): query, key and
 * value [B, T, H·D] → output [B, T, H·D] and weights [B, H, T, T].
 */
export function causalAttention(
  inputs: readonly [query: Tensor, key: Tensor, value: Tensor],
  heads: number,
): { output: Tensor; weights: Tensor } {
  const part = (name: "output" | "weights") => build("causalAttention", inputs, { heads, part: name });
  return { output: part("output"), weights: part("weights") };
}

export interface CachedAttention {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  readonly pastKey: Tensor;
  readonly pastValue: Tensor;
  readonly lengths: Tensor;
  readonly total: Tensor;
  readonly heads: number;
  readonly kvHeads?: number;
  readonly scale?: number;
  readonly window?: number;
}
/** Attention over a key/value cache; see `Ops.cachedAttention`. */
export function cachedAttention(x: CachedAttention): { output: Tensor; key: Tensor; value: Tensor } {
  const inputs = [x.query, x.key, x.value, x.pastKey, x.pastValue, x.lengths, x.total];
  const D = x.query.shape.at(-1)! / x.heads;
  const attributes = {
    heads: x.heads,
    kvHeads: x.kvHeads ?? x.heads,
    scale: x.scale ?? 1 / Math.sqrt(D),
    window: x.window ?? 0,
  };
  const part = (name: "output" | "key" | "value") => build("cachedAttention", inputs, { ...attributes, part: name });
  return { output: part("output"), key: part("key"), value: part("value") };
}

/** A non-negative axis; Python's negative ones count from the end. */
export function axisOf(x: Tensor, axis: number): number {
  const resolved = axis < 0 ? axis + x.shape.length : axis;
  if (!Number.isInteger(resolved) || resolved < 0 || resolved >= x.shape.length) {
    throw graphError("axis", `axis ${axis} does not exist in ${x.op} ${show(x)}`);
  }
  return resolved;
}
