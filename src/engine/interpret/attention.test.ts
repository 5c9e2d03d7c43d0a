import { describe, expect, it } from "vitest";
import { stream } from "../../base/index.ts";
import { cachedAttention, concat, constant, input, matmul, mul, slice, softmax, type Tensor } from "../graph/index.ts";
import { evaluate } from "./index.ts";

const [heads, kvHeads, D, M] = [4, 2, 3, 6];
const rng = stream(7, "attention");
const normals = (n: number): Float64Array => Float64Array.from({ length: n }, () => rng.normal());
const T = 5; // tokens of one row: queries [1, T, heads·D], keys and values [1, T, kvHeads·D]
const tokens = { query: normals(T * heads * D), key: normals(T * kvHeads * D), value: normals(T * kvHeads * D) };

/** Tokens from … to of the row above. */
const part = (name: keyof typeof tokens, from: number, to: number): Tensor => {
  const width = tokens[name].length / T;
  const rows = Float32Array.from(tokens[name].subarray(from * width, to * width));
  return constant(rows, "float32", [1, to - from, width]);
};

/** Attention of the last of `seen` tokens in matrices: one head after the other, softmax over all it may see. */
function expected(seen: number, first: number, scale: number): Float64Array {
  const outputs = Array.from({ length: heads }, (_, h) => {
    const group = Math.floor((h * kvHeads) / heads);
    const q = slice(part("query", seen - 1, seen), { 2: [h * D, (h + 1) * D] });
    const k = slice(part("key", first, seen), { 2: [group * D, (group + 1) * D] });
    const v = slice(part("value", first, seen), { 2: [group * D, (group + 1) * D] });
    return matmul(softmax(mul(matmul(q, k, { transposeB: true }), scale)), v);
  });
  return evaluate([concat(outputs, -1)], {})[0]!;
}

interface Cache {
  readonly key: Float64Array;
  readonly value: Float64Array;
}

/** Runs tokens from … to over a cache; returns outputs and the new cache. */
function step(from: number, to: number, cache: Cache, options: { window?: number; scale?: number }) {
  const { output, key, value } = cachedAttention({
    query: part("query", from, to),
    key: part("key", from, to),
    value: part("value", from, to),
    pastKey: input("pastKey", [1, kvHeads, M, D]),
    pastValue: input("pastValue", [1, kvHeads, M, D]),
    lengths: constant([to - 1], "int32"),
    total: constant(to, "int32"),
    heads,
    kvHeads,
    ...options,
  });
  const [y, k, v] = evaluate([output, key, value], { pastKey: cache.key, pastValue: cache.value });
  return { y: y!, cache: { key: k!, value: v! } };
}
const empty = (): Cache => ({
  key: new Float64Array(kvHeads * M * D).fill(Number.NaN),
  value: new Float64Array(kvHeads * M * D).fill(Number.NaN),
});

describe.each([
  { name: "a prompt at once", chunks: [5] },
  { name: "a prompt, then token by token", chunks: [3, 1, 1] },
  { name: "a prompt in pieces", chunks: [2, 2, 1] },
])("$name", ({ chunks }) => {
  it.each([{}, { window: 2 }, { scale: 0.3 }])(
    "equals attention without a cache: %o",
    (options: { window?: number; scale?: number }) => {
      const got: number[] = [];
      let cache = empty();
      let from = 0;
      for (const size of chunks) {
        const result = step(from, from + size, cache, options);
        got.push(...result.y);
        cache = result.cache;
        from += size;
      }
      const wanted = Array.from({ length: T }, (_, t) => {
        const first = options.window === undefined ? 0 : Math.max(0, t + 1 - options.window);
        return [...expected(t + 1, first, options.scale ?? 1 / Math.sqrt(D))];
      });
      expect(got).toBeCloseToAll(wanted, 1e-6);
      // what was never written is as it was
      expect([...cache.key].filter(Number.isNaN)).toHaveLength(kvHeads * (M - T) * D);
    },
  );
});

it("a row may not outgrow its cache", () => {
  const past = input("past", [1, 1, 2, 1]);
  const one = constant([[[1]]]);
  const rest = { pastKey: past, pastValue: past, lengths: constant([2], "int32"), total: constant(3, "int32") };
  const { output } = cachedAttention({ query: one, key: one, value: one, ...rest, heads: 1 });
  expect(() => evaluate([output], { past: [0, 0] })).toThrow("index 2 is outside 0 … 1 (size 2)");
});
