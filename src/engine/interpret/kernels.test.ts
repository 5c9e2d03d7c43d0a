import { describe, expect, it } from "vitest";
import {
  abs,
  add,
  and,
  argmax,
  broadcastTo,
  build,
  cachedAttention,
  cast,
  causalAttention,
  concat,
  constant,
  cos,
  crossEntropy,
  cumsum,
  div,
  equal,
  erf,
  exp,
  gather,
  gelu,
  indexAdd,
  input,
  isFloat,
  layerNorm,
  less,
  lessEqual,
  log,
  logSoftmax,
  matmul,
  max,
  maximum,
  minimum,
  mul,
  neg,
  not,
  type OpName,
  or,
  pad,
  pow,
  relu,
  reshape,
  scatterAdd,
  sigmoid,
  sign,
  silu,
  sin,
  slice,
  softmax,
  softplus,
  sqrt,
  stopGradient,
  sub,
  sum,
  type Tensor,
  takeAlongAxis,
  tanh,
  topK,
  transpose,
  where,
} from "../graph/index.ts";
import { evaluate } from "./index.ts";

type Nested = number | boolean | readonly Nested[];
interface Case {
  readonly is: string;
  readonly of: Tensor;
  readonly wanted: Nested;
}
const is = (what: string, of: Tensor, wanted: Nested): Case => ({ is: what, of, wanted });

const { E, LN2, PI, SQRT2 } = Math;
const float = (value: Nested) => constant(value);
const int = (value: Nested) => constant(value, "int32");
const bool = (value: Nested) => constant(value, "bool");
const infinity = Number.POSITIVE_INFINITY;

const abc = float([
  [1, 2, 3],
  [4, 5, 6],
]);
const logits = float([
  [0, Math.log(3)],
  [1000, 0],
]);
const layerNormPart = (part: "output" | "mean" | "inverseStd") =>
  build("layerNorm", [float([[1, 3]]), float([2, 10]), float([0, 1])], { epsilon: 3, part });

/** One head of one number; the queries equal 1, so scores are the keys. */
const causal = causalAttention([float([[[1], [1]]]), float([[[0], [Math.log(3)]]]), float([[[4], [8]]])], 1);

/** Two heads of one number, a cache of three places; the query equals 1, so scores are the keys. */
const attention = (
  rows: {
    key: Nested;
    value: Nested;
    pastKey?: Nested;
    pastValue?: Nested;
    S: number;
    lengths: number[];
    total: number;
  },
  window = 0,
) => {
  const B = rows.lengths.length;
  const past = (value?: Nested) => (value === undefined ? broadcastTo(float(Number.NaN), [B, 1, 3, 1]) : float(value));
  return cachedAttention({
    query: broadcastTo(float(1), [B, rows.S, 2]),
    key: float(rows.key),
    value: float(rows.value),
    pastKey: past(rows.pastKey),
    pastValue: past(rows.pastValue),
    lengths: int(rows.lengths),
    total: int(rows.total),
    heads: 2,
    kvHeads: 1,
    window,
  });
};
const prefill = { key: [[[0], [Math.log(3)]]], value: [[[4], [8]]], S: 2, lengths: [1], total: 2 };
/** Row 0 has two old tokens, row 1 none. Keys 0 and ln 2 give weights 1 : 2. */
const decode = {
  key: [[[Math.log(2)]], [[5]]],
  value: [[[30]], [[7]]],
  pastKey: [[[[0], [0], [9]]], [[[9], [9], [9]]]],
  pastValue: [[[[10], [20], [-1]]], [[[-1], [-2], [-3]]]],
  S: 1,
  lengths: [2, 0],
  total: 3,
};

/** Every op with numbers that can be checked by hand; an op without a case does not compile. */
const cases: { readonly [K in OpName]: readonly [Case, ...Case[]] } = {
  input: [is("what was fed", input("fed", [2]), [1.5, -2])],
  constant: [
    is("its numbers", float([[1, 2.5]]), [1, 2.5]),
    is("rounded to its type", float(0.1), Math.fround(0.1)),
    is("bits of float16", constant(Uint16Array.of(0x3c00, 0xc000, 0x7c00, 1), "float16"), [1, -2, infinity, 2 ** -24]),
    is("bits of bfloat16", constant(Uint16Array.of(0x3f80, 0xc049), "bfloat16"), [1, -3.140625]),
    is("64-bit integers", constant(BigInt64Array.of(-7n, 2n ** 40n), "int64"), [-7, 2 ** 40]),
  ],

  neg: [is("−x", neg(float([1, -2])), [-1, 2])],
  abs: [is("|x|", abs(float([1, -2, 0])), [1, 2, 0])],
  sign: [is("−1, 0 or 1", sign(float([3, -0.5, 0])), [1, -1, 0])],
  exp: [is("eˣ", exp(float([0, 1, -infinity])), [1, E, 0])],
  log: [is("ln x", log(float([1, 4, 0])), [0, 2 * LN2, -infinity])],
  sqrt: [is("√x", sqrt(float([4, 2])), [2, SQRT2])],
  tanh: [is("(e²ˣ − 1)/(e²ˣ + 1)", tanh(float([0, 1, 50])), [0, (E ** 2 - 1) / (E ** 2 + 1), 1])],
  sigmoid: [
    is("1/(1 + e⁻ˣ) without overflow", sigmoid(float([0, 1, -1, 800, -800])), [0.5, E / (E + 1), 1 / (E + 1), 1, 0]),
  ],
  relu: [is("max(x, 0)", relu(float([2, -1, 0])), [2, 0, 0])],
  gelu: [
    is("x·Φ(x)", gelu(float([0, 1, -1, 3])), [0, 0.841344746068543, -0.158655253931457, 2.99595030590511]),
    // NumPy: 0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))
    is(
      "its tanh form",
      gelu(float([1, -1, 3]), { approximate: "tanh" }),
      [0.841191990608276, -0.158808009391723, 2.996362607918227],
    ),
  ],
  silu: [is("x·σ(x)", silu(float([0, 1, -1])), [0, E / (E + 1), -1 / (E + 1)])],
  erf: [is("the error function", erf(float([0, 1, -1, 6])), [0, 0.8427007929497149, -0.8427007929497149, 1])],
  sin: [is("sin x", sin(float([0, 1])), [0, 0.8414709848078965])],
  cos: [is("cos x", cos(float([0, 1])), [1, 0.5403023058681398])],
  softplus: [is("ln(1 + eˣ) without overflow", softplus(float([0, 1, 800, -800])), [LN2, Math.log(1 + E), 800, 0])],
  not: [is("the opposite", not(bool([true, false])), [0, 1])],

  add: [
    is("broadcast sum", add(abc, float([10, 20, 30])), [11, 22, 33, 14, 25, 36]),
    is("broadcast both ways", add(float([[1], [2]]), float([10, 20])), [11, 21, 12, 22]),
  ],
  sub: [is("difference", sub(float([1, 2]), float([5, 0.5])), [-4, 1.5])],
  mul: [is("product", mul(abc, float([[2], [-1]])), [2, 4, 6, -4, -5, -6])],
  div: [
    is("quotient", div(float([1, -3, 1]), float([4, 2, 0])), [0.25, -1.5, infinity]),
    is("integers towards zero", div(int([7, -7, 7, -7, -1]), int([2, 2, -2, -2, 2])), [3, -3, -3, 3, 0]),
  ],
  pow: [is("aᵇ", pow(float([2, 4, -2, 0, 1]), float([3, 0.5, 2, 0, infinity])), [8, 2, 4, 1, 1])],
  minimum: [is("the smaller", minimum(float([1, 5]), float([3, 2])), [1, 2])],
  maximum: [
    is("the larger", maximum(float([1, 5]), float([3, 2])), [3, 5]),
    is("NaN when one is", maximum(float([Number.NaN, 1]), float([1, Number.NaN])), [Number.NaN, Number.NaN]),
  ],
  equal: [
    is("=", equal(int([1, 2, 3]), int([1, 5, 3])), [1, 0, 1]),
    is("never of NaN", equal(float([Number.NaN]), float([Number.NaN])), [0]),
  ],
  less: [is("<", less(float([1, 2, 3]), float([2, 2, 2])), [1, 0, 0])],
  lessEqual: [is("≤", lessEqual(float([1, 2, 3]), float([2, 2, 2])), [1, 1, 0])],
  and: [is("both", and(bool([true, true, false, false]), bool([true, false, true, false])), [1, 0, 0, 0])],
  or: [is("either", or(bool([true, true, false, false]), bool([true, false, true, false])), [1, 1, 1, 0])],

  where: [is("a choice per entry", where(bool([[true], [false]]), float([1, 2]), float([[7], [8]])), [1, 2, 8, 8])],
  cast: [
    is("towards zero to integers", cast(float([2.9, -2.9, -0.5]), "int32"), [2, -2, 0]),
    is("towards zero to 64-bit integers", cast(float([2.9, -2.9, -0.5]), "int64"), [2, -2, 0]),
    is("nonzero to true", cast(float([0, -0.5, 3]), "bool"), [0, 1, 1]),
    is("bool to 0 and 1", cast(bool([true, false]), "float32"), [1, 0]),
    is("rounded to float16", cast(float([1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519, 65520]), "float16"), [
      1,
      1 + 2 ** -9,
      65504,
      infinity,
    ]),
    is("rounded to bfloat16", cast(float([PI, 1 + 2 ** -8, 1 + 3 * 2 ** -8]), "bfloat16"), [3.140625, 1, 1 + 2 ** -6]),
    is(
      "rounded to float32",
      cast(div(cast(constant([1], "int64"), "bfloat16"), constant([3], "bfloat16")), "float32"),
      [Math.fround(1 / 3)],
    ),
  ],
  stopGradient: [is("the same", stopGradient(float([1, 2])), [1, 2])],

  reshape: [is("the same numbers", reshape(abc, [3, -1]), [1, 2, 3, 4, 5, 6])],
  transpose: [
    is("the last two axes", transpose(abc), [1, 4, 2, 5, 3, 6]),
    // entry [k, i, j] is x[i, j, k]
    is("any order", transpose(float([[[1, 2, 3]], [[4, 5, 6]]]), [2, 0, 1]), [1, 4, 2, 5, 3, 6]),
    is(
      "any order, wider",
      transpose(reshape(constant(Float32Array.from({ length: 12 }, (_, i) => i)), [2, 3, 2]), [1, 2, 0]),
      [0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11],
    ),
  ],
  broadcastTo: [is("copies", broadcastTo(float([[1], [2]]), [2, 2, 2]), [1, 1, 2, 2, 1, 1, 2, 2])],
  concat: [
    is("below each other", concat([abc, float([[7, 8, 9]])], 0), [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    is("side by side", concat([abc, float([[7], [8]])], -1), [1, 2, 3, 7, 4, 5, 6, 8]),
  ],
  slice: [is("a window, ends counted from the back too", slice(abc, { 0: [1], 1: [-2, -1] }), [5])],
  pad: [is("a frame", pad(float([[1, 2]]), { 0: [1, 0], 1: [0, 1] }, 9), [9, 9, 9, 1, 2, 9])],

  gather: [
    is("rows", gather(abc, int([1, 0, 1])), [4, 5, 6, 1, 2, 3, 4, 5, 6]),
    is(
      "columns by a table of indices",
      gather(
        abc,
        int([
          [2, 0],
          [0, 1],
        ]),
        1,
      ),
      [3, 1, 1, 2, 6, 4, 4, 5],
    ),
    is("one entry a row by a scalar", gather(abc, int(2), 1), [3, 6]),
  ],
  indexAdd: [
    is(
      "rows, twice the same",
      indexAdd(
        abc,
        int([1, 1]),
        float([
          [1, 2, 3],
          [10, 20, 30],
        ]),
      ),
      [1, 2, 3, 15, 27, 39],
    ),
    is("columns", indexAdd(abc, int([0]), float([[10], [20]]), 1), [11, 2, 3, 24, 5, 6]),
  ],
  takeAlongAxis: [
    is("one entry a row", takeAlongAxis(abc, int([[2], [0]])), [3, 4]),
    is("entries of columns", takeAlongAxis(abc, int([[1, 0, 1]]), 0), [4, 2, 6]),
  ],
  scatterAdd: [
    is(
      "entries of rows, twice the same",
      scatterAdd(
        abc,
        int([
          [2, 2],
          [0, 1],
        ]),
        float([
          [10, 20],
          [30, 40],
        ]),
      ),
      [1, 2, 33, 34, 45, 6],
    ),
    is("entries of columns", scatterAdd(abc, int([[1, 0, 1]]), float([[10, 20, 30]]), 0), [1, 22, 3, 14, 5, 36]),
  ],

  sum: [
    is("of everything", build("sum", [abc], { axes: [0, 1] }), [21]),
    is("of columns", sum(abc, { axis: 0, keepDims: true }), [5, 7, 9]),
    is("of outer axes", build("sum", [reshape(abc, [2, 1, 3])], { axes: [0, 1] }), [5, 7, 9]),
  ],
  max: [
    is(
      "of rows",
      max(
        float([
          [-5, -2],
          [7, 3],
        ]),
        { axis: -1, keepDims: true },
      ),
      [-2, 7],
    ),
  ],
  argmax: [
    is(
      "the first of equals",
      argmax(
        float([
          [1, 3, 3],
          [-5, -6, -7],
        ]),
      ),
      [1, 0],
    ),
    is("along the first axis", argmax(abc, 0), [1, 1, 1]),
  ],
  cumsum: [
    is("running sums of rows", cumsum(abc), [1, 3, 6, 4, 9, 15]),
    is("running sums of columns", cumsum(abc, 0), [1, 2, 3, 5, 7, 9]),
    is("from the end", cumsum(abc, -1, { reverse: true }), [6, 5, 3, 15, 11, 6]),
  ],
  topK: [
    is(
      "values in order",
      topK(
        float([
          [1, 3, 2],
          [4, 6, 5],
        ]),
        2,
      ).values,
      [3, 2, 6, 5],
    ),
    is("places, the lower first at ties", topK(float([2, 5, 5, 1, 5]), 4).indices, [1, 2, 4, 0]),
    is("smallest, the lower first at ties", topK(float([2, 5, 1, 1]), 3, { largest: false }).indices, [2, 3, 0]),
    is("infinities", topK(float([-infinity, infinity, infinity]), 3).indices, [1, 2, 0]),
    is(
      "along the first axis",
      topK(
        float([
          [1, 6],
          [3, 4],
        ]),
        1,
        { axis: 0 },
      ).values,
      [3, 6],
    ),
  ],

  softmax: [
    is("shares", softmax(logits), [0.25, 0.75, 1, 0]),
    is("0 where masked", softmax(float([0, -infinity, 0])), [0.5, 0, 0.5]),
  ],
  logSoftmax: [is("logs of shares", logSoftmax(logits), [-2 * LN2, Math.log(0.75), 0, -1000])],
  crossEntropy: [is("−log of the target's share", crossEntropy(logits, int([1, 1])), [-Math.log(0.75), 1000])],
  layerNorm: [
    // mean 2, variance 1, 1/√(1 + 3) = ½
    is("centred, scaled, gained and biased", layerNormPart("output"), [-1, 6]),
    is("its mean", layerNormPart("mean"), [2]),
    is("its inverse standard deviation", layerNormPart("inverseStd"), [0.5]),
    is(
      "each row for itself",
      layerNorm(
        float([
          [1, 3],
          [10, 10],
        ]),
        float([1, 1]),
        float([0, 5]),
        0.25,
      ),
      [-1 / Math.sqrt(1.25), 5 + 1 / Math.sqrt(1.25), 0, 5],
    ),
  ],
  matmul: [
    is(
      "a b",
      matmul(
        abc,
        float([
          [1, 0],
          [0, 2],
          [1, 1],
        ]),
      ),
      [4, 7, 10, 16],
    ),
    is("a bᵀ", matmul(abc, abc, { transposeB: true }), [14, 32, 32, 77]),
    is("½ aᵀ b", matmul(abc, float([[2], [4]]), { transposeA: true, alpha: 0.5 }), [9, 12, 15]),
    is(
      "aᵀ bᵀ",
      matmul(
        float([
          [1, 2],
          [3, 4],
        ]),
        float([
          [5, 6],
          [7, 8],
        ]),
        { transposeA: true, transposeB: true },
      ),
      [23, 31, 34, 46],
    ),
    is(
      "batches",
      matmul(
        float([[[1, 2]], [[3, 4]]]),
        float([
          [[5], [6]],
          [[7], [8]],
        ]),
      ),
      [17, 53],
    ),
  ],
  causalAttention: [
    // the second token's scores are 0 and ln 3: weights ¼ and ¾
    is("values weighed by the keys up to each token", causal.output, [4, 7]),
    is("its weights, 0 for later keys", causal.weights, [1, 0, 0.25, 0.75]),
  ],
  cachedAttention: [
    // the second token sees keys 0 and ln 3: weights ¼ and ¾ (scale 1); two query heads share one key head
    is("a prompt, causally, whatever the cache held", attention(prefill).output, [4, 4, 7, 7]),
    is(
      "keys of a prompt at the front",
      slice(attention(prefill).key, { 2: [0, 2] }),
      [0, Math.log(3)].map(Math.fround),
    ),
    is("one token after each row's own length", attention(decode).output, [22.5, 22.5, 7, 7]),
    is("its key at that place", attention(decode).key, [0, 0, LN2, 5, 9, 9].map(Math.fround)),
    is("its value at that place", attention(decode).value, [10, 20, 30, 7, -2, -3]),
    is("only a window", attention(decode, 2).output, [80 / 3, 80 / 3, 7, 7]),
  ],
};

describe.each(Object.entries(cases))("%s", (op, list) => {
  it.each(list)("is $is", ({ of, wanted }) => {
    // what keeps its dimensions off is a reshape of the op
    expect([of.op, of.inputs[0]?.op]).toContain(op);
    const got = [...evaluate([of], { fed: [1.5, -2] })[0]!];
    const numbers = [wanted].flat(3).map(Number);
    // integers and bools are exact (and have no −0)
    expect(got).toEqual(numbers.map((n) => (isFloat(of) && Number.isFinite(n) ? expect.closeTo(n, 6) : n)));
  });
});
