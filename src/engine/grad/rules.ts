import {
  add,
  broadcastTo,
  build,
  cast,
  cos,
  cumsum,
  div,
  equal,
  erf,
  exp,
  full,
  gather,
  graphError,
  greater,
  indexAdd,
  isFloat,
  less,
  log,
  matmul,
  mean,
  mul,
  neg,
  type Operands,
  type OpName,
  pad,
  pow,
  reshape,
  sameShape,
  scalarValue,
  scatterAdd,
  sigmoid,
  sign,
  sin,
  slice,
  softmax,
  square,
  sub,
  sum,
  type Tensor,
  takeAlongAxis,
  transpose,
  where,
  zeros,
} from "../graph/index.ts";

/**
 * Given the gradient `g` of the loss by `y`, the gradients by each of y's inputs (null: none flows). A result may have
 * the broadcast shape: the caller sums it back. Written in graph ops, so that gradients have gradients.
 */
type Rule<K extends OpName> = (g: Tensor, y: Tensor<K>, inputs: Operands) => readonly (Tensor | null)[];

const none: Rule<OpName> = () => [];

/** 1 where `chosen` wins, ½ at a tie: PyTorch's convention for minimum and maximum. */
const shareOf = (wins: Tensor, ties: Tensor, dtype: Tensor["dtype"]): Tensor =>
  add(cast(wins, dtype), mul(cast(ties, dtype), 0.5));

/** One entry per op; the formula is in the comment where it is not the code itself. */
export const rules: { readonly [K in OpName]: Rule<K> } = {
  input: none,
  constant: none,

  neg: (g) => [neg(g)],
  abs: (g, _, [x]) => [mul(g, sign(x))],
  sign: none,
  exp: (g, y) => [mul(g, y)],
  log: (g, _, [x]) => [div(g, x)],
  sqrt: (g, y) => [div(mul(g, 0.5), y)],
  tanh: (g, y) => [mul(g, sub(1, square(y)))],
  sigmoid: (g, y) => [mul(g, mul(y, sub(1, y)))],
  relu: (g, _, [x]) => [where(greater(x, 0), g, 0)],
  gelu: (g, y, [x]) => [mul(g, y.attributes.approximate === "tanh" ? geluTanhSlope(x, y) : geluSlope(x))],
  // y = x·s, s = σ(x): y′ = s + y·(1 − s)
  silu(g, y, [x]) {
    const s = sigmoid(x);
    return [mul(g, add(s, mul(y, sub(1, s))))];
  },
  erf: (g, _, [x]) => [mul(g, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI)))],
  sin: (g, _, [x]) => [mul(g, cos(x))],
  cos: (g, _, [x]) => [neg(mul(g, sin(x)))],
  softplus: (g, _, [x]) => [mul(g, sigmoid(x))],
  not: none,

  add: (g) => [g, g],
  sub: (g) => [g, neg(g)],
  mul: (g, _, [a, b]) => [mul(g, b), mul(g, a)],
  div: (g, y, [, b]) => [div(g, b), neg(div(mul(g, y), b))],
  pow(g, y, [a, b]) {
    const exponent = scalarValue(b);
    // a constant exponent 0 has slope 0, even at a = 0
    const da = exponent === 0 ? null : mul(g, mul(b, pow(a, exponent === undefined ? sub(b, 1) : exponent - 1)));
    // d aᵇ / db = aᵇ log a, and 0 where a ≤ 0
    const db = exponent === undefined ? mul(g, where(greater(a, 0), mul(y, log(where(greater(a, 0), a, 1))), 0)) : null;
    return [da, db];
  },
  minimum(g, _, [a, b]) {
    const ties = equal(a, b);
    return [mul(g, shareOf(less(a, b), ties, g.dtype)), mul(g, shareOf(less(b, a), ties, g.dtype))];
  },
  maximum(g, _, [a, b]) {
    const ties = equal(a, b);
    return [mul(g, shareOf(less(b, a), ties, g.dtype)), mul(g, shareOf(less(a, b), ties, g.dtype))];
  },
  equal: none,
  less: none,
  lessEqual: none,
  and: none,
  or: none,

  where: (g, _, [c]) => [null, where(c, g, 0), where(c, 0, g)],
  cast: (g, _, [x]) => [isFloat(x) && isFloat(g) ? cast(g, x.dtype) : null],
  stopGradient: none,

  reshape: (g, _, [x]) => [reshape(g, x.shape)],
  transpose(g, y) {
    const inverse: number[] = [];
    for (const [to, from] of y.attributes.permutation.entries()) inverse[from] = to;
    return [transpose(g, inverse)];
  },
  broadcastTo: (g) => [g],
  concat(g, y) {
    const { axis } = y.attributes;
    let start = 0;
    return y.inputs.map((x) => {
      const part = slice(g, { [axis]: [start, start + x.shape[axis]!] });
      start += x.shape[axis]!;
      return part;
    });
  },
  slice(g, y, [x]) {
    const { starts, ends } = y.attributes;
    return [pad(g, Object.fromEntries(x.shape.map((n, i) => [i, [starts[i]!, n - ends[i]!] as const])))];
  },
  pad(g, y, [x]) {
    const { before } = y.attributes;
    return [slice(g, Object.fromEntries(x.shape.map((n, i) => [i, [before[i]!, before[i]! + n] as const])))];
  },

  gather(g, y, [x, indices]) {
    const { axis } = y.attributes;
    const n = indices.shape.reduce((a, b) => a * b, 1);
    const updates = reshape(g, [...x.shape.slice(0, axis), n, ...x.shape.slice(axis + 1)]);
    return [indexAdd(zeros(x.shape, x.dtype), reshape(indices, [n]), updates, axis), null];
  },
  indexAdd: (g, y, [, indices]) => [g, null, gather(g, indices, y.attributes.axis)],
  takeAlongAxis: (g, y, [x, indices]) => [scatterAdd(zeros(x.shape, x.dtype), indices, g, y.attributes.axis), null],
  scatterAdd: (g, y, [, indices]) => [g, null, takeAlongAxis(g, indices, y.attributes.axis)],

  sum: (g, _, [x]) => [broadcastTo(g, x.shape)],
  // shared evenly among the largest, as PyTorch's amax
  max(g, y, [x]) {
    const largest = cast(equal(x, y), g.dtype);
    return [mul(g, div(largest, sum(largest, { axis: y.attributes.axes, keepDims: true })))];
  },
  argmax: none,
  cumsum: (g, y) => [cumsum(g, y.attributes.axis, { reverse: !y.attributes.reverse })],
  topK(g, y, [x]) {
    if (y.attributes.part === "indices") return [null];
    const indices = build("topK", [x], { ...y.attributes, part: "indices" });
    return [scatterAdd(zeros(x.shape, x.dtype), indices, g, y.attributes.axis)];
  },

  softmax: (g, y) => [mul(y, sub(g, sum(mul(g, y), { axis: -1, keepDims: true })))],
  logSoftmax: (g, y) => [sub(g, mul(exp(y), sum(g, { axis: -1, keepDims: true })))],
  // g · (softmax(logits) − 1 at the target)
  crossEntropy(g, _, [logits, targets]) {
    const minusOnes = full([targets.shape[0]!, 1], -1, g.dtype);
    const slope = scatterAdd(softmax(logits), reshape(targets, [-1, 1]), minusOnes, 1);
    return [mul(slope, reshape(g, [-1, 1])), null];
  },
  layerNorm(g, y, [x, gain, bias]) {
    const { part, epsilon } = y.attributes;
    const statistic = (name: "mean" | "inverseStd") => build("layerNorm", [x, gain, bias], { epsilon, part: name });
    const D = x.shape.at(-1)!;
    if (part === "mean") return [broadcastTo(mul(g, 1 / D), x.shape), null, null];
    const centred = sub(x, statistic("mean"));
    const inverseStd = statistic("inverseStd");
    // d (v + ε)^−½ / dx = −(v + ε)^−3/2 · (x − mean) / D
    if (part === "inverseStd") return [mul(mul(g, mul(pow(inverseStd, 3), -1 / D)), centred), null, null];
    const normal = mul(centred, inverseStd);
    const dNormal = mul(g, gain);
    const rowMean = (t: Tensor) => mean(t, { axis: -1, keepDims: true });
    const dx = mul(inverseStd, sub(sub(dNormal, rowMean(dNormal)), mul(normal, rowMean(mul(dNormal, normal)))));
    return [dx, mul(g, normal), g];
  },
  matmul(g, y, [a, b]) {
    const { transposeA: tA, transposeB: tB, alpha } = y.attributes;
    const factor = tA ? undefined : rowFactor(g, a);
    if (factor !== undefined) {
      const [x, column] = factor;
      const scaled = mul(a, column);
      const da = mul(matmul(x, b, { transposeB: !tB, alpha }), column);
      const db = tB ? matmul(x, scaled, { transposeA: true, alpha }) : matmul(scaled, x, { transposeA: true, alpha });
      return [da, db];
    }
    const da = tA
      ? matmul(b, g, { transposeA: tB, transposeB: true, alpha })
      : matmul(g, b, { transposeB: !tB, alpha });
    const db = tB
      ? matmul(g, a, { transposeA: true, transposeB: tA, alpha })
      : matmul(a, g, { transposeA: !tA, alpha });
    return [da, db];
  },
  causalAttention(g, y, inputs) {
    const { heads, part } = y.attributes;
    const [q, k, v] = inputs.slice(0, 3).map((x) => headsOf(x, heads)) as [Tensor, Tensor, Tensor];
    const weights = build("causalAttention", y.inputs, { heads, part: "weights" });
    const dOutput = part === "output" ? headsOf(g, heads) : undefined;
    const dWeights = dOutput === undefined ? g : matmul(dOutput, v, { transposeB: true });
    // The sums could be had from output · gradient, which are fewer numbers, but rows of dScores then add up to 0 less
    // exactly, and Adam makes steps of that.
    const sums = sum(mul(dWeights, weights), { axis: -1, keepDims: true });
    const dScores = mul(weights, sub(dWeights, sums));
    const alpha = 1 / Math.sqrt(q.shape.at(-1)!);
    const dq = tokensOf(matmul(dScores, k, { alpha }));
    const dk = tokensOf(matmul(dScores, q, { transposeA: true, alpha }));
    return [dq, dk, dOutput === undefined ? null : tokensOf(matmul(weights, dOutput, { transposeA: true }))];
  },
  cachedAttention: () => {
    throw graphError("cachedAttention", "has no gradient: it is for generation", "train with the full forward pass");
  },
};

/**
 * x and c when g = x · c with one factor a row and x is wider than `a`: (c·x)b = c·(xb) and aᵀ(c·x) = (c·a)ᵀx, so the
 * factor is multiplied to the narrower matrices. With x a vocabulary wide this saves a pass over [N, V] and a copy.
 */
function rowFactor(g: Tensor, a: Tensor): readonly [x: Tensor, column: Tensor] | undefined {
  if (g.op !== "mul" || g.shape.length !== 2) return undefined;
  const [x, column] = g.inputs as unknown as Operands;
  const fits = sameShape(x.shape, g.shape) && sameShape(column.shape, [g.shape[0]!, 1]) && g.shape[1]! > a.shape[1]!;
  return fits ? [x, column] : undefined;
}

/** [B, T, H·D] → [B, H, T, D]. */
const headsOf = (x: Tensor, heads: number): Tensor =>
  transpose(reshape(x, [...x.shape.slice(0, 2), heads, -1]), [0, 2, 1, 3]);
/** [B, H, T, D] → [B, T, H·D]. */
function tokensOf(x: Tensor): Tensor {
  const [B, , T] = x.shape as [number, number, number];
  return reshape(transpose(x, [0, 2, 1, 3]), [B, T, -1]);
}

/** Φ(x) + x·φ(x). */
function geluSlope(x: Tensor): Tensor {
  const cumulative = mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5);
  const density = mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return add(cumulative, mul(x, density));
}

/** ½(1 + tanh u) = σ(2u), so y = x·s with s = σ(2u), u = √(2/π)(x + 0.044715x³): y′ = s + y·(1 − s)·2u′. */
function geluTanhSlope(x: Tensor, y: Tensor): Tensor {
  const k = 2 * Math.sqrt(2 / Math.PI);
  const x2 = square(x);
  const s = sigmoid(mul(x, add(mul(x2, k * 0.044715), k)));
  const du = add(mul(x2, 3 * k * 0.044715), k);
  return add(s, mul(mul(y, sub(1, s)), du));
}
