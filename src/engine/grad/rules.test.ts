import { describe, expect, it } from "vitest";
import {
  abs,
  add,
  broadcastTo,
  build,
  cachedAttention,
  cast,
  causalAttention,
  clip,
  concat,
  constant,
  cos,
  crossEntropy,
  cumsum,
  div,
  erf,
  exp,
  gather,
  gelu,
  greater,
  indexAdd,
  input,
  layerNorm,
  log,
  logSoftmax,
  matmul,
  max,
  maximum,
  min,
  minimum,
  mul,
  neg,
  type OpName,
  pad,
  pow,
  relu,
  reshape,
  type Shape,
  scatterAdd,
  sigmoid,
  silu,
  sin,
  slice,
  softmax,
  softplus,
  sqrt,
  sub,
  sum,
  type Tensor,
  takeAlongAxis,
  tanh,
  topK,
  transpose,
  where,
} from "../graph/index.ts";
import { type Argument, checkGradients, evaluate, gradientOf } from "../interpret/index.ts";
import { gradients } from "./index.ts";

interface Case {
  readonly of: string;
  readonly fn: (...inputs: Tensor[]) => Tensor;
  readonly args: readonly (Argument | Shape)[];
}
const of = (what: string, fn: Case["fn"], ...args: Case["args"]): Case => ({ of: what, fn, args });

const positive = (shape: Shape): Argument => ({ shape, draw: (rng) => 0.5 + rng.uniform() });
const int = (value: readonly number[] | readonly (readonly number[])[]) => constant(value, "int32");
const mask = constant([[true, false, true]], "bool");
const layerNormPart = (part: "mean" | "inverseStd") => (x: Tensor, gain: Tensor, bias: Tensor) =>
  build("layerNorm", [x, gain, bias], { epsilon: 0.1, part });

/** Ops without a gradient: comparisons, integers, what blocks it on purpose; and `cast`, whose rounding has steps (below). */
type Flat =
  | "cast"
  | "input"
  | "constant"
  | "sign"
  | "not"
  | "equal"
  | "less"
  | "lessEqual"
  | "and"
  | "or"
  | "stopGradient"
  | "argmax"
  | "cachedAttention";

/** Every differentiable op; one without a case does not compile. */
const cases: { readonly [K in Exclude<OpName, Flat>]: readonly [Case, ...Case[]] } = {
  neg: [of("−x", neg, [3])],
  abs: [of("|x|", abs, [4])],
  exp: [of("eˣ", exp, [3])],
  log: [of("ln x", log, positive([3]))],
  sqrt: [of("√x", sqrt, positive([3]))],
  tanh: [of("tanh", tanh, [3])],
  sigmoid: [of("σ", sigmoid, [3])],
  relu: [of("relu", relu, [5])],
  gelu: [of("x·Φ(x)", (x) => gelu(x), [5]), of("its tanh form", (x) => gelu(x, { approximate: "tanh" }), [5])],
  silu: [of("x·σ(x)", silu, [5])],
  erf: [of("erf", erf, [3])],
  sin: [of("sin", sin, [3])],
  cos: [of("cos", cos, [3])],
  softplus: [of("ln(1 + eˣ)", softplus, [4])],

  add: [of("a broadcast sum", add, [2, 3], [3]), of("both sides broadcast", add, [2, 1], [1, 3])],
  sub: [of("a broadcast difference", sub, [3], [2, 3])],
  mul: [of("a broadcast product", mul, [2, 1, 3], [4, 1]), of("a square", (x) => mul(x, x), [3])],
  div: [of("a quotient", div, [2, 3], positive([3]))],
  pow: [
    of("base and exponent", pow, positive([2, 3]), [3]),
    of("a constant cube, of negative bases too", (x) => pow(x, 3), [4]),
  ],
  minimum: [of("the smaller", minimum, [2, 3], [3])],
  maximum: [of("the larger", maximum, [2, 3], [2, 1])],

  where: [of("a choice", (a, b) => where(mask, a, b), [2, 3], [2, 1])],

  reshape: [of("new dimensions", (x) => reshape(x, [3, 2]), [2, 3])],
  transpose: [of("a turn of three axes", (x) => transpose(x, [2, 0, 1]), [2, 3, 4])],
  broadcastTo: [of("copies", (x) => broadcastTo(x, [2, 3, 2]), [3, 1])],
  concat: [of("three parts, one of them twice", (a, b) => concat([a, b, a], 1), [2, 2], [2, 1])],
  slice: [
    of("a window", (x) => slice(x, { 0: [1], 1: [-3, -1] }), [3, 4]),
    of("windows that tile", (x) => mul(slice(x, { 1: [0, 2] }), slice(x, { 1: [2, 4] })), [3, 4]),
    of("windows that overlap", (x) => mul(slice(x, { 0: [0, 3] }), slice(x, { 0: [1, 4] })), [4]),
  ],
  pad: [of("a frame", (x) => pad(x, { 0: [1, 0], 1: [0, 2] }, 7), [2, 2])],

  gather: [
    of("rows, some twice", (x) => gather(x, int([2, 0, 2])), [3, 2]),
    of(
      "a table of columns",
      (x) =>
        gather(
          x,
          int([
            [1, 1],
            [0, 2],
          ]),
          1,
        ),
      [2, 3],
    ),
    of("the same table used twice", (x) => mul(gather(x, int([0, 1])), gather(x, int([1, 1]))), [3, 2]),
    of("a table that is also used whole", (x) => matmul(gather(x, int([0, 1])), x, { transposeB: true }), [3, 2]),
  ],
  indexAdd: [of("rows, twice the same", (base, x) => indexAdd(base, int([1, 1]), x), [3, 2], [2, 2])],
  takeAlongAxis: [
    of("entries of rows", (x) => takeAlongAxis(x, int([[2], [0]])), [2, 3]),
    of("entries of columns", (x) => takeAlongAxis(x, int([[1, 0, 1]]), 0), [2, 3]),
  ],
  scatterAdd: [
    of(
      "entries, twice the same",
      (base, x) =>
        scatterAdd(
          base,
          int([
            [2, 2],
            [0, 1],
          ]),
          x,
        ),
      [2, 3],
      [2, 2],
    ),
  ],

  sum: [of("rows", (x) => sum(x, { axis: -1 }), [2, 3]), of("outer axes", (x) => sum(x, { axis: [0, 2] }), [2, 3, 2])],
  max: [of("rows", (x) => max(x, { axis: 1 }), [3, 4]), of("everything", (x) => max(x), [3, 4])],
  cumsum: [
    of("running sums", (x) => cumsum(x), [2, 3]),
    of("from the end", (x) => cumsum(x, 0, { reverse: true }), [3, 2]),
  ],
  topK: [of("the largest two", (x) => topK(x, 2).values, [3, 4])],

  softmax: [of("shares", softmax, [2, 4])],
  logSoftmax: [of("logs of shares", logSoftmax, [2, 4])],
  crossEntropy: [of("rows", (x) => crossEntropy(x, int([3, 0, 3])), [3, 4])],
  layerNorm: [
    of("x, gain and bias", (x, gain, bias) => layerNorm(x, gain, bias), [2, 3, 4], [4], [4]),
    of("the mean part", layerNormPart("mean"), [2, 4], [4], [4]),
    of("the inverse deviation part", layerNormPart("inverseStd"), [2, 4], [4], [4]),
  ],
  matmul: [
    of("a b", (a, b) => matmul(a, b, { alpha: 0.5 }), [2, 3], [3, 4]),
    of("a bᵀ", (a, b) => matmul(a, b, { transposeB: true, alpha: 0.5 }), [2, 3], [4, 3]),
    of("aᵀ b", (a, b) => matmul(a, b, { transposeA: true, alpha: 0.5 }), [3, 2], [3, 4]),
    of("aᵀ bᵀ", (a, b) => matmul(a, b, { transposeA: true, transposeB: true, alpha: 0.5 }), [3, 2], [4, 3]),
    of("batches", (a, b) => matmul(a, b), [2, 2, 3], [2, 3, 2]),
    of("batches by one matrix", (a, b) => matmul(a, b), [2, 2, 3], [3, 4]),
    of("a matrix by itself", (a) => matmul(a, a), [3, 3]),
  ],
  causalAttention: [
    of("query, key and value", (q, k, v) => causalAttention([q, k, v], 2).output, [2, 3, 4], [2, 3, 4], [2, 3, 4]),
    of("the weights", (q, k) => causalAttention([q, k, k], 2).weights, [1, 3, 4], [1, 3, 4]),
    of("a tensor to itself", (x) => causalAttention([x, x, x], 1).output, [1, 3, 2]),
  ],
};
const named = Object.entries(cases).flatMap(([op, list]) => list.map((c) => ({ op, ...c })));

// Constants of a graph are float32, so its slopes are exact to about 1e-7.
const tolerance = { atol: 1e-6, rtol: 1e-6 };

describe("first derivatives equal finite differences", () => {
  it.each(named)("$op: $of", ({ fn, args }) => {
    const { analytic, numeric } = checkGradients(fn, args);
    expect(analytic).toBeCloseToAll(numeric, tolerance);
    expect(analytic.flatMap((g) => [...g]).some((g) => g !== 0)).toBe(true);
  });
});

describe("second derivatives equal finite differences of the first", () => {
  it.each(named)("$op: $of", ({ fn, args }) => {
    // the sine lets derivatives of linear ops vary
    const { analytic, numeric } = checkGradients(
      gradientOf((...x) => sin(fn(...x))),
      args,
    );
    expect(analytic).toBeCloseToAll(numeric, { atol: 1e-5, rtol: 1e-6 });
    expect(numeric.flatMap((g) => [...g]).some((g) => g !== 0)).toBe(true);
  });
});

/** d Σ y / dx at the given numbers. */
function slopes(fn: (x: Tensor) => Tensor, at: readonly number[]): number[] {
  const x = input("x", [at.length]);
  return [...evaluate(gradients(sum(fn(x)), [x]), { x: at })[0]!];
}

describe("at kinks, as in PyTorch", () => {
  const two = constant([2, 2, 2]);
  it.each([
    { is: "relu′(0) = 0", fn: relu, at: [-1, 0, 1], wanted: [0, 0, 1] },
    { is: "abs′(0) = 0", fn: abs, at: [-1, 0, 1], wanted: [-1, 0, 1] },
    { is: "minimum splits ties", fn: (x: Tensor) => minimum(x, two), at: [1, 2, 3], wanted: [1, 0.5, 0] },
    {
      is: "minimum splits ties on its other side",
      fn: (x: Tensor) => minimum(two, x),
      at: [1, 2, 3],
      wanted: [1, 0.5, 0],
    },
    { is: "maximum splits ties", fn: (x: Tensor) => maximum(x, two), at: [1, 2, 3], wanted: [0, 0.5, 1] },
    {
      is: "maximum splits ties on its other side",
      fn: (x: Tensor) => maximum(two, x),
      at: [1, 2, 3],
      wanted: [0, 0.5, 1],
    },
    {
      is: "clip passes at its bounds",
      fn: (x: Tensor) => clip(x, -1, 1),
      at: [-2, -1, 0, 1, 2],
      wanted: [0, 1, 1, 1, 0],
    },
    { is: "max shares among equals (amax)", fn: (x: Tensor) => max(x), at: [3, 1, 3], wanted: [0.5, 0, 0.5] },
    { is: "min shares among equals (amin)", fn: (x: Tensor) => min(x), at: [3, 1, 1], wanted: [0, 0.5, 0.5] },
    { is: "topK takes the first of equals", fn: (x: Tensor) => topK(x, 1).values, at: [1, 3, 3], wanted: [0, 1, 0] },
    { is: "x⁰ is flat, at 0 too", fn: (x: Tensor) => pow(x, 0), at: [0, 2], wanted: [0, 0] },
    { is: "x² has slope 0 at 0", fn: (x: Tensor) => pow(x, 2), at: [0, -3], wanted: [0, -6] },
    { is: "x¹ has slope 1 at 0", fn: (x: Tensor) => pow(x, 1), at: [0, -3], wanted: [1, 1] },
    {
      is: "softplus and silu do not overflow",
      fn: (x: Tensor) => add(softplus(x), silu(x)),
      at: [800, -800],
      wanted: [2, 0],
    },
  ])("$is", ({ fn, at, wanted }) => {
    expect(slopes(fn, at)).toEqual(wanted);
  });

  it("an exponent whose base is 0 gets slope 0", () => {
    const e = input("e", [2]);
    const dy = gradients(sum(pow(constant([0, 2]), e)), [e]);
    expect(evaluate(dy, { e: [3, 1] })[0]).toBeCloseToAll([0, 2 * Math.LN2], 1e-12);
  });
});

it("a cast passes the gradient in the type of its input, and none through integers", () => {
  const x = input("x", [2]);
  const [dx] = gradients(sum(cast(mul(cast(x, "float16"), constant(2.5, "float16")), "float32")), [x]);
  expect(dx!.dtype).toBe("float32");
  expect(evaluate([dx!], { x: [1, 2] })[0]).toBeCloseToAll([2.5, 2.5], 0);
  expect(slopes((t) => mul(t, cast(cast(t, "int32"), "float32")), [2.5, -3.5])).toEqual([2, -3]);
});

it("nothing flows through comparisons, sign, argmax and stopGradient", () => {
  const build1 = (op: "sign" | "stopGradient") => (x: Tensor) => build(op, [x], {});
  expect(slopes(build1("sign"), [1, -2])).toEqual([0, 0]);
  expect(slopes((x) => mul(x, build1("stopGradient")(x)), [3, -2])).toEqual([3, -2]);
  expect(slopes((x) => where(greater(x, 0), mul(x, 2), neg(x)), [3, -2])).toEqual([2, -1]);
  expect(slopes((x) => cast(build("argmax", [x], { axis: 0 }), "float32"), [3, -2])).toEqual([0, 0]);
});

it("attention over a cache refuses a gradient, with what to do", () => {
  const q = input("q", [1, 1, 2]);
  const cache = input("cache", [1, 1, 3, 2]);
  const past = { pastKey: cache, pastValue: cache, lengths: int([0]), total: constant(1, "int32") };
  const { output } = cachedAttention({ query: q, key: q, value: q, ...past, heads: 1 });
  expect(() => gradients(sum(output), [q])).toThrow(/cachedAttention: has no gradient/);
});
