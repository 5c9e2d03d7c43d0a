import { type DType, sizeOf } from "../../base/index.ts";
import { isFloat, type OpName, type Tensor } from "../graph/index.ts";
import { attend, causalWeights, mixed, updatedCache } from "./attention.ts";
import { checkedIndex, valueError } from "./checks.ts";
import { erf } from "./erf.ts";
import { decodeHalf, roundToHalf } from "./half.ts";
import { at, each, lines, make, offset, replaced, type Value } from "./value.ts";

/** A node's inputs as the kernels destructure them; `build` guarantees that those an op has are there. */
export type Values = readonly [Value, Value, Value, Value, Value, Value, Value, ...Value[]];
export type Kernel<K extends OpName> = (inputs: Values, t: Tensor<K>) => Float64Array;

const unary =
  (f: (x: number) => number) =>
  ([x]: Values): Float64Array =>
    x.data.map(f);
const binary =
  (f: (a: number, b: number, t: Tensor) => number) =>
  ([a, b]: Values, t: Tensor): Float64Array =>
    make(t.shape, (index) => f(at(a, index), at(b, index), t));

/** Adds or compares every number of x into the one entry of the result that its index broadcasts from. */
const reduction =
  (initial: number, f: (sum: number, x: number) => number) =>
  ([x]: Values, t: Tensor): Float64Array => {
    const result = new Float64Array(sizeOf(t.shape)).fill(initial);
    each(x.shape, (index, i) => {
      const to = offset(t.shape, index);
      result[to] = f(result[to]!, x.data[i]!);
    });
    return result;
  };

/** Each line of x along an axis becomes a line of the same length. */
function mapLines(x: Value, axis: number, f: (line: Float64Array) => ArrayLike<number>): Float64Array {
  const result = new Float64Array(x.data.length);
  for (const line of lines(x.shape, axis)) {
    const mapped = f(Float64Array.from(line, (i) => x.data[i]!));
    line.forEach((to, i) => {
      result[to] = mapped[i]!;
    });
  }
  return result;
}

const total = (xs: Float64Array): number => xs.reduce((a, b) => a + b, 0);
/** x − log Σ exp(x), with the largest taken out first so that nothing overflows. */
function logSoftmaxOf(x: Float64Array): Float64Array {
  const largest = Math.max(...x);
  const logSum = Math.log(total(x.map((v) => Math.exp(v - largest))));
  return x.map((v) => v - largest - logSum);
}

function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

const gelus = {
  none: (x: number) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  tanh: (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};

function divide(a: number, b: number, t: Tensor): number {
  if (isFloat(t)) return a / b;
  if (b === 0) throw valueError(t, "division", "an integer was divided by zero");
  return Math.trunc(a / b) + 0; // + 0 turns −0, which integers do not have, into 0
}

const casts: { readonly [D in DType]: (x: number) => number } = {
  float32: Math.fround,
  float16: (x) => roundToHalf(x, "float16"),
  bfloat16: (x) => roundToHalf(x, "bfloat16"),
  int32: (x) => Math.trunc(x) | 0,
  int64: (x) => Math.trunc(x) + 0,
  bool: (x) => Number(x !== 0),
};

/** Numbers of a typed array; 16-bit floats come as raw bits. */
export function decode(data: ArrayLike<number | bigint>, dtype: DType): Float64Array {
  if (data instanceof Uint16Array && (dtype === "float16" || dtype === "bfloat16")) {
    return Float64Array.from(data, (bits) => decodeHalf(bits, dtype));
  }
  return Float64Array.from(data as ArrayLike<number>, Number);
}

/** The order of a line for topK: by value, equal ones by place. */
function order(line: Float64Array, largest: boolean): number[] {
  const sign = largest ? -1 : 1;
  return [...line.keys()].sort((i, j) => (line[i] === line[j] ? i - j : line[i]! < line[j]! ? -sign : sign));
}

/** Row statistics of layerNorm: over the last axis, biased variance. */
function statistics(row: Float64Array, epsilon: number): { mean: number; inverseStd: number } {
  const mean = total(row) / row.length;
  const variance = total(row.map((x) => (x - mean) ** 2)) / row.length;
  return { mean, inverseStd: 1 / Math.sqrt(variance + epsilon) };
}

/**
 * What every op means, slow and obvious, in double precision whatever the dtype: only `cast` rounds, and integer
 * arithmetic does not wrap. Conventions are PyTorch's. Every lowering and gradient is tested against this table.
 */
export const kernels: { readonly [K in OpName]: Kernel<K> } = {
  // `evaluate` hands over what was fed as the one input.
  input: ([fed]) => fed.data,
  constant: (_, t) => decode(t.attributes.data, t.dtype),

  neg: unary((x) => -x),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  tanh: unary(Math.tanh),
  sigmoid: unary(sigmoid),
  relu: unary((x) => Math.max(x, 0)),
  gelu: ([x], t) => x.data.map(gelus[t.attributes.approximate]),
  silu: unary((x) => x * sigmoid(x)),
  erf: unary(erf),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  // log(1 + exp(x)) without overflow
  softplus: unary((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  not: unary((x) => 1 - x),

  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  div: binary(divide),
  // 1 to any power is 1 in C and PyTorch; JavaScript makes NaN of 1 ** Infinity
  pow: binary((a, b) => (a === 1 ? 1 : a ** b)),
  minimum: binary((a, b) => Math.min(a, b)),
  maximum: binary((a, b) => Math.max(a, b)),
  equal: binary((a, b) => Number(a === b)),
  less: binary((a, b) => Number(a < b)),
  lessEqual: binary((a, b) => Number(a <= b)),
  and: binary((a, b) => a * b),
  or: binary((a, b) => Math.max(a, b)),

  where: ([condition, a, b], t) => make(t.shape, (index) => at(at(condition, index) === 1 ? a : b, index)),
  cast: ([x], t) => x.data.map(casts[t.attributes.to]),
  stopGradient: ([x]) => x.data,

  reshape: ([x]) => x.data,
  transpose: ([x], t) => {
    const { permutation } = t.attributes;
    return make(t.shape, (index) =>
      at(
        x,
        x.shape.map((_, axis) => index[permutation.indexOf(axis)]!),
      ),
    );
  },
  broadcastTo: ([x], t) => make(t.shape, (index) => at(x, index)),
  concat: (inputs, t) => {
    const { axis } = t.attributes;
    const result = new Float64Array(sizeOf(t.shape));
    let start = 0;
    for (const x of inputs) {
      each(x.shape, (index, i) => {
        result[offset(t.shape, replaced(index, axis, start + index[axis]!))] = x.data[i]!;
      });
      start += x.shape[axis]!;
    }
    return result;
  },
  slice: ([x], t) =>
    make(t.shape, (index) =>
      at(
        x,
        index.map((n, axis) => n + t.attributes.starts[axis]!),
      ),
    ),
  pad: ([x], t) => {
    const { before, value } = t.attributes;
    return make(t.shape, (index) => {
      const from = index.map((n, axis) => n - before[axis]!);
      return from.every((n, axis) => 0 <= n && n < x.shape[axis]!) ? at(x, from) : value;
    });
  },

  gather: ([x, indices], t) => {
    const { axis } = t.attributes;
    const end = axis + indices.shape.length;
    return make(t.shape, (index) => {
      const i = checkedIndex(at(indices, index.slice(axis, end)), x.shape[axis]!, t);
      return at(x, [...index.slice(0, axis), i, ...index.slice(end)]);
    });
  },
  indexAdd: ([base, indices, updates], t) => {
    const { axis } = t.attributes;
    const result = Float64Array.from(base.data);
    each(updates.shape, (index, i) => {
      const to = checkedIndex(indices.data[index[axis]!]!, base.shape[axis]!, t);
      result[offset(base.shape, replaced(index, axis, to))]! += updates.data[i]!;
    });
    return result;
  },
  takeAlongAxis: ([x, indices], t) => {
    const { axis } = t.attributes;
    return make(t.shape, (index) => at(x, replaced(index, axis, checkedIndex(at(indices, index), x.shape[axis]!, t))));
  },
  scatterAdd: ([base, indices, updates], t) => {
    const { axis } = t.attributes;
    const result = Float64Array.from(base.data);
    each(updates.shape, (index, i) => {
      const to = checkedIndex(indices.data[i]!, base.shape[axis]!, t);
      result[offset(base.shape, replaced(index, axis, to))]! += updates.data[i]!;
    });
    return result;
  },

  sum: reduction(0, (sum, x) => sum + x),
  max: reduction(Number.NEGATIVE_INFINITY, (largest, x) => Math.max(largest, x)),
  argmax: ([x], t) =>
    Float64Array.from(lines(x.shape, t.attributes.axis), (line) => {
      const values = line.map((i) => x.data[i]!);
      return values.indexOf(Math.max(...values));
    }),
  cumsum: ([x], t) => {
    const { axis, reverse } = t.attributes;
    return mapLines(x, axis, (line) => {
      let sum = 0;
      const sums = (reverse ? line.reverse() : line).map((v) => (sum += v));
      return reverse ? sums.reverse() : sums;
    });
  },
  topK: ([x], t) => {
    const { axis, largest, part } = t.attributes;
    const result = new Float64Array(sizeOf(t.shape));
    const from = lines(x.shape, axis);
    lines(t.shape, axis).forEach((to, l) => {
      const values = Float64Array.from(from[l]!, (i) => x.data[i]!);
      const best = order(values, largest);
      to.forEach((i, rank) => {
        result[i] = part === "values" ? values[best[rank]!]! : best[rank]!;
      });
    });
    return result;
  },

  softmax: ([x]) => mapLines(x, x.shape.length - 1, (line) => logSoftmaxOf(line).map(Math.exp)),
  logSoftmax: ([x]) => mapLines(x, x.shape.length - 1, logSoftmaxOf),
  crossEntropy: ([logits, targets], t) => {
    const V = logits.shape[1]!;
    return targets.data.map((target, row) => {
      const logProbabilities = logSoftmaxOf(logits.data.slice(row * V, (row + 1) * V));
      return -logProbabilities[checkedIndex(target, V, t)]!;
    });
  },
  layerNorm: ([x, gain, bias], t) => {
    const { epsilon, part } = t.attributes;
    const D = x.shape.at(-1)!;
    const row = (i: number) => statistics(x.data.slice(i * D, (i + 1) * D), epsilon);
    if (part !== "output") return Float64Array.from({ length: sizeOf(t.shape) }, (_, i) => row(i)[part]);
    return mapLines(x, x.shape.length - 1, (line) => {
      const { mean, inverseStd } = statistics(line, epsilon);
      return line.map((v, d) => (v - mean) * inverseStd * gain.data[d]! + bias.data[d]!);
    });
  },
  matmul: ([a, b], t) => {
    const { transposeA, transposeB, alpha } = t.attributes;
    const [M, N] = t.shape.slice(-2) as [number, number];
    const K = a.shape.at(transposeA ? -2 : -1)!;
    const [aRow, aK] = transposeA ? [1, M] : [K, 1];
    const [bK, bColumn] = transposeB ? [1, K] : [N, 1];
    return Float64Array.from({ length: sizeOf(t.shape) }, (_, i) => {
      const batch = Math.floor(i / (M * N));
      const row = Math.floor(i / N) % M;
      const column = i % N;
      let sum = 0;
      for (let k = 0; k < K; k++) {
        sum += a.data[batch * M * K + row * aRow + k * aK]! * b.data[batch * K * N + k * bK + column * bColumn]!;
      }
      return alpha * sum;
    });
  },
  causalAttention: ([query, key, value], t) => {
    const weights = causalWeights(query, key, t.attributes.heads);
    return t.attributes.part === "weights" ? weights.data : mixed(weights, value);
  },
  cachedAttention: ([query, key, value, pastKey, pastValue, lengths, total], t) => {
    const { part } = t.attributes;
    if (part === "key") return updatedCache(pastKey, key, lengths, total, t);
    if (part === "value") return updatedCache(pastValue, value, lengths, total, t);
    const keys = { shape: pastKey.shape, data: updatedCache(pastKey, key, lengths, total, t) };
    const values = { shape: pastValue.shape, data: updatedCache(pastValue, value, lengths, total, t) };
    return attend(query, keys, values, lengths, total, t);
  },
};
