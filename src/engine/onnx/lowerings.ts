import { broadcastShapes, type OpName, type Ops, sameShape, type Tensor } from "../graph/index.ts";
import { type Emitter, elementTypes, lowerConstant } from "./emitter.ts";

/** Emits the ONNX nodes of one op (opset 18 and com.microsoft) and returns the name of the result. */
type Lowering<K extends OpName> = (e: Emitter, y: Tensor<K>, inputs: readonly string[]) => string;

const direct =
  (opType: string, attributes: Record<string, number> = {}): Lowering<OpName> =>
  (e, _, inputs) =>
    e.emit(opType, inputs, { attributes })[0]!;

const contrib =
  (opType: string, attributes = {}): Lowering<OpName> =>
  (e, _, inputs) =>
    e.emit(opType, inputs, { attributes, domain: "com.microsoft" })[0]!;

/** ONNX broadcasts the operands of elementwise ops itself: a broadcast that changes nothing for the result is skipped. */
const elementwise =
  (opType: string): Lowering<OpName> =>
  (e, y) => {
    const sources = [...y.inputs];
    for (const [i, x] of sources.entries()) {
      if (x.op !== "broadcastTo") continue;
      const trial = sources.with(i, x.inputs[0]!);
      const shape = trial
        .map((t) => t.shape)
        .reduce<readonly number[] | undefined>((a, b) => a && broadcastShapes(a, b), []);
      if (shape !== undefined && sameShape(shape, y.shape)) sources[i] = x.inputs[0]!;
    }
    return e.emit(opType, sources.map(e.name))[0]!;
  };

const reduce =
  (opType: string): Lowering<"sum" | "max"> =>
  (e, y, [x]) =>
    e.once(opType, [x!, e.integers(y.attributes.axes)], { attributes: { keepdims: 1 } })[0]!;

/** Without allowzero a 0 would mean "as before". */
const reshaped = (e: Emitter, x: string, shape: readonly number[]): string =>
  e.once("Reshape", [x, e.integers(shape)], { attributes: { allowzero: 1 } })[0]!;

/**
 * Bit-reproducible with repeated indices on several threads, which ScatterND is not (measured): it goes number by number
 * for that.
 */
const scatterElements = (e: Emitter, axis: number, [base, indices, updates]: readonly string[]): string =>
  e.emit("ScatterElements", [base!, indices!, updates!], { attributes: { axis, reduction: "add" } })[0]!;

const asInt32 = (e: Emitter, x: string): string => e.once("Cast", [x], { attributes: { to: elementTypes.int32 } })[0]!;

/** One entry per op. */
export const lowerings: { readonly [K in OpName]: Lowering<K> } = {
  input: (_, y) => y.attributes.name,
  constant: (e, y) => lowerConstant(e, y),

  neg: direct("Neg"),
  abs: direct("Abs"),
  sign: direct("Sign"),
  exp: direct("Exp"),
  log: direct("Log"),
  sqrt: direct("Sqrt"),
  tanh: direct("Tanh"),
  sigmoid: direct("Sigmoid"),
  relu: direct("Relu"),
  gelu(e, y, inputs) {
    if (y.attributes.approximate === "none") return contrib("Gelu")(e, y, inputs);
    if (y.shape.length > 0) return contrib("FastGelu")(e, y, inputs);
    // FastGelu wants an axis.
    return reshaped(e, contrib("FastGelu")(e, y, [reshaped(e, inputs[0]!, [1])]), []);
  },
  silu: contrib("QuickGelu", { alpha: { float: 1 } }),
  erf: direct("Erf"),
  sin: direct("Sin"),
  cos: direct("Cos"),
  softplus: direct("Softplus"),
  not: direct("Not"),

  add: elementwise("Add"),
  sub: elementwise("Sub"),
  mul: elementwise("Mul"),
  div: elementwise("Div"),
  pow: elementwise("Pow"),
  minimum: elementwise("Min"),
  maximum: elementwise("Max"),
  equal: elementwise("Equal"),
  less: elementwise("Less"),
  lessEqual: elementwise("LessOrEqual"),
  and: elementwise("And"),
  or: elementwise("Or"),
  where(e, y, inputs) {
    if (y.dtype !== "bool") return elementwise("Where")(e, y, inputs);
    // There is no kernel that chooses between bools.
    const [condition, a, b] = inputs as readonly [string, string, string];
    const both = (x: string, z: string) => e.emit("And", [x, z])[0]!;
    return e.emit("Or", [both(condition, a), both(e.emit("Not", [condition])[0]!, b)])[0]!;
  },

  cast: (e, y, inputs) => e.emit("Cast", inputs, { attributes: { to: elementTypes[y.attributes.to] } })[0]!,
  stopGradient: (_, __, [x]) => x!,

  reshape: (e, y, [x]) => reshaped(e, x!, e.rows === undefined ? y.attributes.shape : y.attributes.shape.with(0, -1)),
  transpose: (e, y, inputs) => e.emit("Transpose", inputs, { attributes: { perm: y.attributes.permutation } })[0]!,
  broadcastTo: (e, y, [x]) => e.once("Expand", [x!, e.integers(y.attributes.shape)])[0]!,
  concat: (e, y, inputs) => e.emit("Concat", inputs, { attributes: { axis: y.attributes.axis } })[0]!,
  slice(e, y, [x]) {
    const { starts, ends } = y.attributes;
    const axes = starts.flatMap((s, i) => (s > 0 || ends[i]! < y.inputs[0]!.shape[i]! ? [i] : []));
    const at = (values: readonly number[]) => e.integers(axes.map((i) => values[i]!));
    return e.emit("Slice", [x!, at(starts), at(ends), e.integers(axes)])[0]!;
  },
  pad(e, y, [x]) {
    const { before, after, value } = y.attributes;
    return e.emit("Pad", [x!, e.integers([...before, ...after]), e.scalar(value, y.dtype)])[0]!;
  },

  gather: (e, y, inputs) => e.emit("Gather", inputs, { attributes: { axis: y.attributes.axis } })[0]!,
  indexAdd(e, y, [base, indices, updates]) {
    const { axis } = y.attributes;
    const { shape } = y.inputs[2]!;
    if (e.oneThread && axis === 0 && y.dtype === "float32") {
      // Whole rows at a time, in their order.
      const wide = e.once("Cast", [indices!], { attributes: { to: elementTypes.int64 } })[0]!;
      const rows = reshaped(e, wide, [shape[0]!, 1]);
      return e.emit("ScatterND", [base!, rows, updates!], { attributes: { reduction: "add" } })[0]!;
    }
    const alongAxis = shape.map((n, i) => (i === axis ? n : 1));
    const full = e.emit("Expand", [reshaped(e, indices!, alongAxis), e.integers(shape)])[0]!;
    return scatterElements(e, axis, [base!, full, updates!]);
  },
  takeAlongAxis: (e, y, inputs) => e.once("GatherElements", inputs, { attributes: { axis: y.attributes.axis } })[0]!,
  scatterAdd: (e, y, inputs) => scatterElements(e, y.attributes.axis, inputs),

  sum: reduce("ReduceSum"),
  max: reduce("ReduceMax"),
  argmax: (e, y, inputs) =>
    asInt32(e, e.emit("ArgMax", inputs, { attributes: { axis: y.attributes.axis, keepdims: 0 } })[0]!),
  cumsum: (e, y, [x]) =>
    e.emit("CumSum", [x!, e.scalar(y.attributes.axis, "int64")], {
      attributes: { reverse: Number(y.attributes.reverse) },
    })[0]!,
  topK(e, y, [x]) {
    const { k, axis, largest, part } = y.attributes;
    const attributes = { axis, largest: Number(largest), sorted: 1 };
    const [values, indices] = e.once("TopK", [x!, e.integers([k])], { attributes, outputs: 2 });
    return part === "values" ? values! : asInt32(e, indices!);
  },

  softmax: (e, _, inputs) => e.once("Softmax", inputs, { attributes: { axis: -1 } })[0]!,
  logSoftmax: direct("LogSoftmax", { axis: -1 }),
  /**
   * (max z − z_target) − log(max p) with p = softmax z, whose maximum is 1/Σ exp(z − max z): as stable as log softmax,
   * and the backward pass uses the same p instead of a second [N, V] pass.
   */
  crossEntropy(e, y, [logits, targets]) {
    const p = e.once("Softmax", [logits!], { attributes: { axis: -1 } })[0]!;
    const rowMax = (x: string) => e.once("ReduceMax", [x, e.integers([1])], { attributes: { keepdims: 1 } })[0]!;
    const column = reshaped(e, targets!, [y.shape[0]!, 1]);
    const chosen = e.once("GatherElements", [logits!, column], { attributes: { axis: 1 } })[0]!;
    // The runtime takes operands made last first: logits are read for the last time by the softmax, which then
    // writes over them.
    const logLargest = e.emit("Log", [rowMax(p)])[0]!;
    const gap = e.emit("Sub", [rowMax(logits!), chosen])[0]!;
    const loss = e.emit("Sub", [gap, logLargest])[0]!;
    return reshaped(e, loss, y.shape);
  },
  layerNorm(e, y, inputs) {
    const { epsilon, part } = y.attributes;
    const attributes = { axis: -1, epsilon: { float: epsilon } };
    const [output, mean, inverseStd] = e.once("LayerNormalization", inputs, { attributes, outputs: 3 });
    return { output: output!, mean: mean!, inverseStd: inverseStd! }[part];
  },
  matmul(e, y, inputs) {
    const { transposeA, transposeB, alpha } = y.attributes;
    if (y.shape.length === 2) return gemm(e, y, inputs);
    if (!transposeA && !transposeB && alpha === 1) return e.emit("MatMul", inputs)[0]!;
    const attributes = { transA: Number(transposeA), transB: Number(transposeB), alpha: { float: alpha } };
    return e.emit("FusedMatMul", inputs, { attributes, domain: "com.microsoft" })[0]!;
  },
  causalAttention(e, y, inputs) {
    const { heads, part } = y.attributes;
    const [B, T] = y.inputs[0]!.shape as [number, number];
    const attributes = { num_heads: heads, kv_num_heads: heads, qk_output: 2 };
    // Without past keys and values; place of each row's last token, and the number of all.
    const last = e.once("Expand", [e.scalar(T - 1, "int32"), e.integers([B])])[0]!;
    const [output, , , weights] = e.once("GroupQueryAttention", [...inputs, "", "", last, e.scalar(T, "int32")], {
      attributes,
      outputs: 4,
      domain: "com.microsoft",
    });
    return { output: output!, weights: weights! }[part];
  },
  cachedAttention(e, y, inputs) {
    const { heads, kvHeads, scale, window, part }: Ops["cachedAttention"] = y.attributes;
    const attributes = {
      num_heads: heads,
      kv_num_heads: kvHeads,
      scale: { float: scale },
      local_window_size: window === 0 ? -1 : window,
    };
    const [output, key, value] = e.once("GroupQueryAttention", inputs, {
      attributes,
      outputs: 3,
      domain: "com.microsoft",
    });
    return { output: output!, key: key!, value: value! }[part];
  },
};

/** A 2-D product, with a third input added for free when there is one (Gemm's C). */
export function gemm(e: Emitter, y: Tensor<"matmul">, inputs: readonly string[]): string {
  const { transposeA, transposeB, alpha } = y.attributes;
  const attributes = { transA: Number(transposeA), transB: Number(transposeB), alpha: { float: alpha } };
  return e.emit("Gemm", inputs, { attributes })[0]!;
}
