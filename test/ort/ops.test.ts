import { describe, expect, it } from "vitest";
import { type DType, sizeOf, stream } from "../../src/base/index.ts";
import * as e from "../../src/engine/index.ts";
import { isFloat, type OpName, type Shape, type Tensor } from "../../src/engine/index.ts";
import { type Argument, argument, expectEqual, onBoth, tolerances } from "./against-interpreter.ts";

// Every op's lowering against the interpreter, which is its definition: all element types that its shape rule allows,
// broadcasts, negative axes, scalars, axes of 1 and of 0, and its gradient.

interface Case {
  readonly of: string;
  readonly fn: (...x: Tensor[]) => Tensor;
  readonly args: readonly Argument[];
}
type Draw = Argument["draw"];

const floats = ["float32", "float16"] as const;
const integers = ["int32", "int64"] as const;
const numbers = [...floats, ...integers] as const;
/** bfloat16 is for storage: it can be moved and converted. */
const all = [...numbers, "bfloat16", "bool"] as const;
const computed = [...numbers, "bool"] as const;

/** The function over arguments of each of the element types and each of the lists of shapes. */
const over = (dtypes: readonly DType[], shapes: readonly (readonly Shape[])[], fn: Case["fn"], draw?: Draw): Case[] =>
  dtypes.flatMap((dtype) =>
    shapes.map((list) => ({
      of: `${dtype} ${list.map((shape) => `[${shape}]`).join(" ")}`,
      fn,
      args: list.map((shape) => argument(shape, dtype, draw)),
    })),
  );

const single: Shape[][] = [[[2, 3]], [[]], [[1]], [[4, 1, 2]], [[0, 3]]];
const pairs: Shape[][] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [
    [2, 1],
    [1, 3],
  ],
  [[], [2, 3]],
  [
    [4, 1, 3],
    [2, 1],
  ],
  [[1], []],
  [[0, 3], [3]],
];
const triples: Shape[][] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], []],
  [[3], [2, 1]],
];

const positive: Draw = (rng) => 0.2 + rng.uniform();
const nonZero: Draw = (rng) => (rng.integer(2) * 2 - 1) * (1 + rng.integer(4));
const upTo =
  (n: number): Draw =>
  (rng) =>
    rng.integer(n);

const unary = (fn: (x: Tensor) => Tensor, dtypes: readonly DType[] = floats, draw?: Draw) =>
  over(dtypes, single, (x) => fn(x!), draw);
const binary = (fn: (a: Tensor, b: Tensor) => Tensor, dtypes: readonly DType[], draw?: Draw) => [
  ...over(dtypes, pairs, (a, b) => fn(a!, b!), draw),
  // copies that ONNX would make by itself, and copies that it would not
  ...over(
    ["float32"],
    [
      [[3], [2, 3]],
      [[1, 3], [3]],
    ],
    (a, b) => fn(e.broadcastTo(a!, [2, 3]), b!),
    draw,
  ),
];

/** One argument of a shape and one of indices below `n`. */
const indexed = (
  of: string,
  fn: (x: Tensor, indices: Tensor) => Tensor,
  { shape, indices, n, dtypes = ["float32"] }: { shape: Shape; indices: Shape; n: number; dtypes?: readonly DType[] },
): Case[] =>
  dtypes.flatMap((dtype) =>
    integers.map((index) => ({
      of: `${of} of ${dtype} at ${index}`,
      fn: (x, i) => fn(x!, i!),
      args: [argument(shape, dtype), argument(indices, index, upTo(n))],
    })),
  );
const scattered = (
  of: string,
  fn: (base: Tensor, indices: Tensor, updates: Tensor) => Tensor,
  { base, indices, updates, n }: { base: Shape; indices: Shape; updates: Shape; n: number },
): Case[] =>
  (["float32", "int32", "int64"] as const).flatMap((dtype) =>
    integers.map((index) => ({
      of: `${of} of ${dtype} at ${index}`,
      fn: (b, i, u) => fn(b!, i!, u!),
      args: [argument(base, dtype), argument(indices, index, upTo(n)), argument(updates, dtype)],
    })),
  );

const reductions = (fn: typeof e.sum, dtypes: readonly DType[]): Case[] =>
  [{}, { axis: -1 }, { axis: [0, -2] }, { axis: 1, keepDims: true }, { axis: [] }].flatMap((options) =>
    over(dtypes, [[[2, 3, 4]], [[1, 2, 1]]], (x) => fn(x!, options)),
  );
const alongAxes = (fn: (x: Tensor, axis: number) => Tensor, dtypes: readonly DType[]): Case[] =>
  [0, 1, -1].flatMap((axis) => over(dtypes, [[[3, 4]], [[1, 5]], [[2, 3, 2]]], (x) => fn(x!, axis)));

const layerNormPart = (part: "output" | "mean" | "inverseStd") => (x: Tensor, gain: Tensor, bias: Tensor) =>
  e.build("layerNorm", [x, gain, bias], { epsilon: 0.01, part });

const products: Case[] = [false, true].flatMap((transposeA) =>
  [false, true].flatMap((transposeB) =>
    [1, 0.5].flatMap((alpha) =>
      [[], [3], [2, 1, 2]].flatMap((batch) => {
        const a = [...batch, ...(transposeA ? [4, 2] : [2, 4])];
        const b = [...batch, ...(transposeB ? [3, 4] : [4, 3])];
        const options = { transposeA, transposeB, alpha };
        return over(["float32"], [[a, b]], (x, y) => e.matmul(x!, y!, options));
      }),
    ),
  ),
);
/** Row 0 has 3 tokens before the new one and row 1 one; or 2 come before the last of 3 new ones. */
const attention = (part: "output" | "key" | "value", window: number): Case[] =>
  [1, 3].map((S) => {
    const lengths = S === 1 ? [3, 1] : [4]; // several new tokens over a cache come one row at a time
    const B = lengths.length;
    /** 1 in the places of the cache that are defined: up to each row's last token. */
    const defined = e.constant(lengths.map((n) => [[0, 1, 2, 3, 4, 5].map((m) => [Number(m <= n)])]));
    return {
      of: `${part}, ${S} new tokens, window ${window}`,
      fn: (query, key, value, pastKey, pastValue) => {
        const step = e.cachedAttention({
          ...{ query: query!, key: key!, value: value!, pastKey: pastKey!, pastValue: pastValue! },
          lengths: e.constant(lengths, "int32"),
          total: e.constant(Math.max(...lengths) + 1, "int32"),
          ...{ heads: 2, kvHeads: 1, window },
        });
        return part === "output" ? step.output : e.mul(step[part], defined);
      },
      args: [
        [B, S, 16],
        [B, S, 8],
        [B, S, 8],
        [B, 1, 6, 8],
        [B, 1, 6, 8],
      ].map((shape) => argument(shape)),
    };
  });

/** One line per op; an op without cases does not compile. */
const cases: { readonly [K in OpName]: readonly Case[] } = {
  input: over(all, single, (x) => x!),
  constant: over(["float32"], [[[2, 3]], [[]]], (x) =>
    e.add(
      e.add(
        x!,
        e.constant([
          [1, 2, 3],
          [-1, -0.5, 0],
        ]),
      ),
      e.cast(e.constant([true, false, true], "bool"), "float32"),
    ),
  ),

  neg: unary(e.neg, numbers),
  abs: unary(e.abs, numbers),
  sign: unary(e.sign, numbers),
  exp: unary(e.exp),
  log: unary(e.log, floats, positive),
  sqrt: unary(e.sqrt, floats, positive),
  tanh: unary(e.tanh),
  sigmoid: unary(e.sigmoid),
  relu: unary(e.relu),
  gelu: [...unary((x) => e.gelu(x)), ...unary((x) => e.gelu(x, { approximate: "tanh" }))],
  silu: unary(e.silu),
  erf: unary(e.erf),
  sin: unary(e.sin),
  cos: unary(e.cos),
  softplus: unary(e.softplus),
  not: unary(e.not, ["bool"]),

  add: binary(e.add, numbers),
  sub: binary(e.sub, numbers),
  mul: binary(e.mul, numbers),
  div: binary(e.div, numbers, nonZero),
  pow: binary(e.pow, floats, positive),
  minimum: binary(e.minimum, numbers),
  maximum: binary(e.maximum, numbers),
  equal: [...binary(e.equal, numbers, upTo(2)), ...over(["bool"], pairs, (a, b) => e.equal(a!, b!))],
  less: binary(e.less, numbers, upTo(3)),
  lessEqual: binary(e.lessEqual, numbers, upTo(3)),
  and: over(["bool"], pairs, (a, b) => e.and(a!, b!)),
  or: over(["bool"], pairs, (a, b) => e.or(a!, b!)),

  where: [
    ...over(computed, triples, (a, b) => e.where(e.constant([[true], [false]], "bool"), a!, b!)),
    ...over(["bool"], triples, (a, b) => e.where(a!, e.constant([1, 2, 3]), e.cast(b!, "float32"))),
  ],
  cast: all.flatMap((to) => over(all, [[[2, 3]], [[]]], (x) => e.cast(x!, to))),
  stopGradient: over(["float32"], single, (x) => e.mul(e.stopGradient(x!), x!)),

  reshape: [
    ...over(all, [[[2, 3]], [[1, 6]]], (x) => e.reshape(x!, [3, -1])),
    ...over(["float32"], [[[1, 1]]], (x) => e.reshape(x!, [])),
    ...over(["float32"], [[[0, 3]]], (x) => e.reshape(x!, [3, 0])),
  ],
  transpose: [
    ...over(all, [[[2, 3, 4]], [[1, 3, 1]]], (x) => e.transpose(x!, [2, 0, 1])),
    ...over(["float32"], [[[2, 3]]], (x) => e.transpose(x!)),
  ],
  broadcastTo: over(computed, [[[3, 1]], [[]], [[2]]], (x) => e.broadcastTo(x!, [4, 3, 2])),
  concat: [0, 1, -1].flatMap((axis) =>
    over(
      all,
      [
        [
          [2, 2],
          [2, 2],
        ],
      ],
      (a, b) => e.concat([a!, b!, a!], axis),
    ),
  ),
  slice: [
    ...over(all, [[[3, 4]]], (x) => e.slice(x!, { 0: [1], 1: [-3, -1] })),
    ...over(["float32"], [[[3, 4]]], (x) => e.slice(x!, { 1: [2, 2] })),
  ],
  pad: [
    ...over(numbers, [[[2, 2]], [[1, 1]]], (x) => e.pad(x!, { 0: [1, 0], [-1]: [0, 2] }, 7)),
    ...over(["float32"], [[[0, 2]]], (x) => e.pad(x!, { 0: [2, 1] })),
  ],

  gather: [
    ...indexed("rows", (x, i) => e.gather(x, i), { shape: [4, 2], indices: [3], n: 4, dtypes: all }),
    ...indexed("a table of columns", (x, i) => e.gather(x, i, -1), { shape: [2, 4], indices: [2, 2], n: 4 }),
    ...indexed("a row", (x, i) => e.gather(x, i), { shape: [4, 2], indices: [], n: 4 }),
    ...indexed("nothing", (x, i) => e.gather(x, i), { shape: [4, 2], indices: [0], n: 4 }),
  ],
  indexAdd: [
    ...scattered("rows", (b, i, u) => e.indexAdd(b, i, u), { base: [3, 2], indices: [4], updates: [4, 2], n: 3 }),
    ...scattered("columns", (b, i, u) => e.indexAdd(b, i, u, -1), {
      base: [2, 3],
      indices: [4],
      updates: [2, 4],
      n: 3,
    }),
  ],
  takeAlongAxis: [
    ...indexed("rows", (x, i) => e.takeAlongAxis(x, i), { shape: [2, 4], indices: [2, 3], n: 4, dtypes: all }),
    ...indexed("columns", (x, i) => e.takeAlongAxis(x, i, 0), { shape: [4, 2], indices: [1, 2], n: 4 }),
  ],
  scatterAdd: [
    ...scattered("rows", (b, i, u) => e.scatterAdd(b, i, u), { base: [2, 3], indices: [2, 5], updates: [2, 5], n: 3 }),
    ...scattered("columns", (b, i, u) => e.scatterAdd(b, i, u, 0), {
      base: [3, 2],
      indices: [5, 2],
      updates: [5, 2],
      n: 3,
    }),
  ],

  sum: [...reductions(e.sum, numbers), ...over(["float32"], single, (x) => e.sum(e.square(x!)))],
  max: reductions(e.max, numbers),
  argmax: alongAxes(e.argmax, numbers),
  cumsum: [
    ...alongAxes((x, axis) => e.cumsum(x, axis), numbers),
    ...alongAxes((x, axis) => e.cumsum(x, axis, { reverse: true }), ["float32"]),
  ],
  topK: [true, false].flatMap((largest) => [
    ...alongAxes((x, axis) => e.topK(x, 1, { axis, largest }).values, numbers),
    ...over(["float32"], [[[3, 5]]], (x) => e.topK(x!, 3, { largest }).indices),
  ]),

  softmax: unary((x) => e.softmax(e.reshape(x, [...x.shape, 1, 1]))).concat(
    over(floats, [[[2, 5]], [[3, 1, 4]]], (x) => e.softmax(x!)),
  ),
  logSoftmax: over(floats, [[[2, 5]], [[3, 1, 4]], [[2, 1]]], (x) => e.logSoftmax(x!)),
  crossEntropy: [
    ...indexed("rows", (x, i) => e.crossEntropy(x, i), { shape: [3, 5], indices: [3], n: 5, dtypes: floats }),
    ...indexed("large logits", (x, i) => e.crossEntropy(e.mul(x, 200), i), { shape: [3, 5], indices: [3], n: 5 }),
    ...indexed("a vocabulary of one", (x, i) => e.crossEntropy(x, i), { shape: [3, 1], indices: [3], n: 1 }),
  ],
  layerNorm: (["output", "mean", "inverseStd"] as const).flatMap((part) =>
    over(
      floats,
      [
        [[2, 3, 4], [4], [4]],
        [[1, 4], [4], [4]],
        [[3, 1], [1], [1]],
      ],
      (x, g, b) => layerNormPart(part)(x!, g!, b!),
    ),
  ),
  matmul: [
    ...products,
    ...over(
      ["float32", "float16"],
      [
        [
          [1, 4],
          [4, 3],
        ],
        [
          [2, 4],
          [4, 1],
        ],
        [
          [5, 2, 4],
          [4, 3],
        ],
      ],
      (a, b) => e.matmul(a!, b!),
    ),
    ...over(
      ["float32", "float16"],
      [
        [[2, 4], [4, 3], [3]],
        [[2, 4], [4, 3], []],
        [
          [2, 4],
          [4, 3],
          [2, 1],
        ],
      ],
      (a, b, c) => e.add(c!, e.matmul(a!, b!)),
    ),
    ...over(
      ["float32"],
      [
        [
          [2, 0],
          [0, 3],
        ],
      ],
      (a, b) => e.matmul(a!, b!),
    ),
  ],
  causalAttention: (["output", "weights"] as const).flatMap((part) =>
    over(
      ["float32"],
      [[[2, 5, 16]], [[1, 1, 16]], [[3, 4, 32]], [[1, 33, 16]]].map(([x]) => [x!, x!, x!]),
      (q, k, v) => e.causalAttention([q!, k!, v!], 2)[part],
    ),
  ),
  cachedAttention: [0, 2].flatMap((window) =>
    (["output", "key", "value"] as const).flatMap((part) => attention(part, window)),
  ),
};

const named = Object.entries(cases).flatMap(([op, list]) => list.map((c) => ({ op: op as OpName, ...c })));

describe("an op computes what it is defined as", () => {
  it("all of them are tried", () => {
    expect(Object.keys(cases).filter((op) => !named.some((c) => c.op === op))).toEqual([]);
  });

  it.each(named)("$op: $of", ({ op, fn, args }) => {
    const both = onBoth((...x) => ({ y: fn(...x) }), args, stream(7, op));
    expectEqual(both, tolerances[args[0]!.dtype]);
  });
});

/** Ops through which no gradient flows. */
const flat: readonly OpName[] = [
  ...(["input", "constant", "sign", "not", "equal", "less", "lessEqual", "and", "or", "argmax"] as const),
  "cachedAttention",
];
const smooth = named.filter(({ op, args }) => !flat.includes(op) && args[0]!.dtype === "float32");

describe("its gradient, compiled, is the gradient interpreted", () => {
  it.each(smooth)("$op: $of", ({ op, fn, args }) => {
    const slopes = (...x: Tensor[]) => {
      const y = fn(...x);
      if (!isFloat(y)) return { y };
      const weights = Float32Array.from({ length: sizeOf(y.shape) }, (_, i) => Math.sin(i + 1));
      const wrt = x.filter(isFloat);
      const loss = e.sum(e.mul(e.cast(y, "float32"), e.constant(weights, "float32", y.shape)));
      return Object.fromEntries(e.gradients(loss, wrt).map((g, i) => [`slope ${i}`, g]));
    };
    expectEqual(onBoth(slopes, args, stream(7, op)), op === "cast" ? tolerances.bfloat16 : 2e-5);
  });
});
