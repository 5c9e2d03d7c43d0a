import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compileFunction } from "node:vm";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../base/index.ts";
import * as graph from "./index.ts";
import {
  add,
  and,
  argmax,
  broadcastTo,
  build,
  cachedAttention,
  causalAttention,
  concat,
  constant,
  crossEntropy,
  cumsum,
  dims,
  div,
  equal,
  exp,
  gather,
  indexAdd,
  input,
  layerNorm,
  less,
  log,
  matmul,
  neg,
  not,
  pow,
  reshape,
  scatterAdd,
  slice,
  softmax,
  sum,
  type Tensor,
  takeAlongAxis,
  topK,
  transpose,
  where,
} from "./index.ts";

const a = input("a", [4, 8]);
const b = input("b", [3, 5]);
const v = input("v", [4]);
const ints = input("ints", [2], "int32");
const grid = input("grid", [4, 1], "int32");
const bools = input("bools", [4, 8], "bool");
const attention = (key: Tensor, heads = 2) => {
  const past = input("past", [1, 2, 5, 4]);
  const rest = { pastKey: past, pastValue: past, lengths: constant([0], "int32"), total: constant(1, "int32") };
  return cachedAttention({ query: input("query", [1, 1, 8]), key, value: key, ...rest, heads }).output;
};

describe("a mistake names the op and the shapes that met", () => {
  it.each<{ made: () => unknown; says: string }>([
    { made: () => add(a, b), says: "add: shapes do not broadcast: input float32[4, 8] and input float32[3, 5]" },
    { made: () => add(exp(a), v), says: "add: shapes do not broadcast: exp float32[4, 8] and input float32[4]" },
    { made: () => div(v, ints), says: "div: shapes do not broadcast: input float32[4] and input int32[2]" },
    {
      made: () => less(a, bools),
      says: "less: wanted two tensors of one type (numbers), got input float32[4, 8] and input bool[4, 8]",
    },
    {
      made: () => equal(a, bools),
      says: "equal: wanted two tensors of one type (any), got input float32[4, 8] and input bool[4, 8]",
    },
    {
      made: () => add(bools, bools),
      says: "add: wanted two tensors of one type (numbers), got input bool[4, 8] and input bool[4, 8]",
    },
    {
      made: () => pow(ints, ints),
      says: "pow: wanted two tensors of one type (floats), got input int32[2] and input int32[2]",
    },
    {
      made: () => and(a, a),
      says: "and: wanted two tensors of one type (bools), got input float32[4, 8] and input float32[4, 8]",
    },
    { made: () => log(ints), says: "log: wanted floating-point numbers, got int32[2]" },
    { made: () => softmax(ints), says: "softmax: wanted floating-point numbers, got int32[2]" },
    { made: () => neg(bools), says: "neg: wanted numbers, got bool[4, 8]" },
    { made: () => cumsum(bools), says: "cumsum: wanted numbers, got bool[4, 8]" },
    { made: () => sum(bools), says: "sum: wanted numbers, got bool[4, 8]" },
    { made: () => not(a), says: "not: wanted bool, got float32[4, 8]" },
    {
      made: () => where(a, a, a),
      says: "where: wanted a bool condition and two equal types that broadcast, got float32[4, 8], float32[4, 8], float32[4, 8]",
    },
    {
      made: () => where(bools, a, b),
      says: "where: wanted a bool condition and two equal types that broadcast, got bool[4, 8], float32[4, 8], float32[3, 5]",
    },

    { made: () => reshape(a, [5, 7]), says: "reshape: input float32[4, 8] has 32 elements, which do not fit [5, 7]" },
    {
      made: () => reshape(b, [2, -1]),
      says: "reshape: input float32[3, 5] has 15 elements, which do not fit [2, 7.5]",
    },
    {
      made: () => reshape(a, [-1, -1]),
      says: "reshape: input float32[4, 8] has 32 elements, which do not fit [32, 32]",
    },
    { made: () => transpose(a, [0, 0]), says: "transpose: permutation [0, 0] does not fit input float32[4, 8]" },
    { made: () => transpose(a, [1, 0, 2]), says: "transpose: permutation [1, 0, 2] does not fit input float32[4, 8]" },
    { made: () => transpose(a, [1, 2]), says: "transpose: permutation [1, 2] does not fit input float32[4, 8]" },
    { made: () => broadcastTo(a, [4, 9]), says: "broadcastTo: input float32[4, 8] does not broadcast to [4, 9]" },
    { made: () => broadcastTo(a, [8]), says: "broadcastTo: input float32[4, 8] does not broadcast to [8]" },
    { made: () => concat([]), says: "concat: wanted at least one tensor, got none" },
    {
      made: () => concat([a, b]),
      says: "concat: tensors must agree except on axis 0, got float32[4, 8] and float32[3, 5]",
    },
    { made: () => concat([v, ints]), says: "concat: tensors must agree except on axis 0, got float32[4] and int32[2]" },
    { made: () => slice(a, { 1: [2, 9] }), says: "slice: [0, 2] … [4, 9] is outside input float32[4, 8]" },
    { made: () => slice(a, { 1: [5, 3] }), says: "slice: [0, 5] … [4, 3] is outside input float32[4, 8]" },
    { made: () => sum(a, { axis: 2 }), says: "axis: axis 2 does not exist in input float32[4, 8]" },
    { made: () => argmax(a, -3), says: "axis: axis -3 does not exist in input float32[4, 8]" },
    { made: () => topK(a, 9), says: "topK: k = 9 is more than axis 1 of input float32[4, 8] has" },

    { made: () => gather(a, v), says: "gather: indices must be int32 or int64, got float32[4]" },
    {
      made: () => indexAdd(a, grid, a),
      says: "indexAdd: base float32[4, 8], indices int32[4, 1], updates float32[4, 8] do not fit on axis 0",
    },
    {
      made: () => indexAdd(a, ints, b),
      says: "indexAdd: base float32[4, 8], indices int32[2], updates float32[3, 5] do not fit on axis 0",
    },
    {
      made: () => takeAlongAxis(b, grid),
      says: "takeAlongAxis: x float32[3, 5] and indices int32[4, 1] may differ only on axis 1",
    },
    {
      made: () => scatterAdd(a, grid, b),
      says: "scatterAdd: base float32[4, 8], indices int32[4, 1], updates float32[3, 5] do not fit on axis 1",
    },
    {
      made: () => crossEntropy(a, ints),
      says: "crossEntropy: wanted logits [N, V] and targets [N], got float32[4, 8] and int32[2]",
    },
    { made: () => crossEntropy(a, v), says: "crossEntropy: indices must be int32 or int64, got float32[4]" },
    {
      made: () => layerNorm(a, v, v),
      says: "layerNorm: wanted gain and bias [8] for float32[4, 8], got float32[4] and float32[4]",
    },

    { made: () => matmul(a, b), says: "matmul: cannot multiply input float32[4, 8] and input float32[3, 5]" },
    {
      made: () => matmul(a, a, { transposeA: true, transposeB: true }),
      says: "matmul: cannot multiply input float32[4, 8]ᵀ and input float32[4, 8]ᵀ",
    },
    { made: () => matmul(v, a), says: "matmul: cannot multiply input float32[4] and input float32[4, 8]" },
    {
      made: () => matmul(a, input("u", [8]), { transposeB: true }),
      says: "matmul: cannot multiply input float32[4, 8] and input float32[8]ᵀ",
    },
    {
      made: () => matmul(bools, a, { transposeB: true }),
      says: "matmul: cannot multiply input bool[4, 8] and input float32[4, 8]ᵀ",
    },
    {
      made: () => matmul(input("p", [2, 3, 4]), input("q", [5, 4, 3])),
      says: "matmul: cannot multiply input float32[2, 3, 4] and input float32[5, 4, 3]",
    },
    {
      made: () => causalAttention([input("q", [1, 3, 8]), input("k", [1, 2, 8]), input("v", [1, 3, 8])], 2),
      says: "causalAttention: wanted query, key and value of one shape [B, T, H·D] with 2 heads, got float32[1, 3, 8]",
    },
    {
      made: () => attention(input("key", [1, 1, 6])),
      says: "cachedAttention: query float32[1, 1, 8], key float32[1, 1, 6], value float32[1, 1, 6]",
    },
    { made: () => attention(input("key", [1, 1, 8]), 3), says: "do not fit 3 heads and 3 key/value heads" },

    { made: () => input("n", [2, 0.5]), says: 'input: "n" cannot have shape [2, 0.5]' },
    { made: () => input("n", [-1]), says: 'input: "n" cannot have shape [-1]' },
    { made: () => constant([[1, 2], [3]]), says: "constant: nested arrays must be rectangular" },
    {
      made: () => constant(Float32Array.of(1, 2, 3), "float32", [2, 2]),
      says: "constant: Float32Array of 3 does not fit float32[2, 2]",
    },
    { made: () => constant(Int32Array.of(1, 2)), says: "constant: Int32Array of 2 does not fit float32[2]" },
  ])("$says", ({ made, says }) => {
    expect(made).toThrow(UsageError);
    expect(made).toThrow(says);
  });
});

it("the error has a code, a hint, and the user's line, even behind helpers of ours", () => {
  const model = "\nconst h = exp(a);\nreturn build === undefined ? h : mean(matmul(h, b));";
  const user = compileFunction(model, ["exp", "a", "b", "matmul", "mean", "build"], { filename: "/home/me/model.ts" });
  let error: unknown;
  try {
    user(exp, a, b, matmul, graph.mean, build);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({
    name: "UsageError",
    code: "graph",
    exitCode: 2,
    message: "matmul: cannot multiply exp float32[4, 8] and input float32[3, 5]",
    where: "/home/me/model.ts:3",
    help: expect.stringContaining("the last dimension of the left"),
  });
});

it("finds the user's line in every form that a stack has, and none in Node's or a package's code", () => {
  const at = (frame: string) =>
    graph.userLine({ stack: `Error\n    at ours (${import.meta.url}:1:1)\n    at ${frame}` });
  const file = join(tmpdir(), "my model.ts");
  expect(at(`train (${pathToFileURL(file)}:12:7)`)).toBe(`${file}:12`);
  expect(at("train (C:\\Users\\me\\model.ts:12:7)")).toBe("C:\\Users\\me\\model.ts:12");
  expect(at("/home/me/model.ts:12:7")).toBe("/home/me/model.ts:12");
  expect(at("async /home/me/model.ts:12:7")).toBe("/home/me/model.ts:12");
  expect(at("run (/home/me/node_modules/vitest/run.js:1:2)")).toBeUndefined();
  expect(at("Module._compile (node:internal/modules/cjs/loader:3:4)\n    at node:internal/main:1:2")).toBeUndefined();
});

describe("dims", () => {
  it("reads dimensions by name", () => {
    expect(dims(a, "B T")).toEqual({ B: 4, T: 8 });
    expect(dims(input("cube", [2, 3, 2]), "N C N", { C: 3 })).toEqual({ N: 2, C: 3 });
  });

  it("says what was wanted when rank, a repeated or a known dimension differs", () => {
    expect(() => dims(a, "B T D")).toThrow("dims: wanted a tensor of shape [B, T, D], got input float32[4, 8]");
    expect(() => dims(a, "N N")).toThrow("dims: wanted a tensor of shape [N, N]");
    expect(() => dims(exp(a), "B D", { D: 6 })).toThrow(
      "dims: wanted a tensor of shape [B, D=6], got exp float32[4, 8]",
    );
  });
});
