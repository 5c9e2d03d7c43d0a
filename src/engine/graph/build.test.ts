import { expect, it } from "vitest";
import { evaluate } from "../interpret/index.ts";
import {
  add,
  argmax,
  axisOf,
  broadcastTo,
  cast,
  concat,
  constant,
  div,
  full,
  gather,
  greater,
  greaterEqual,
  input,
  matmul,
  max,
  mul,
  ones,
  reshape,
  scalarValue,
  slice,
  sub,
  sum,
  topK,
  transpose,
  where,
  zeros,
} from "./index.ts";

const x = input("x", [2, 3]);

it("a number beside a tensor takes the tensor's type", () => {
  expect(add(x, 1).dtype).toBe("float32");
  expect(mul(2, constant([1], "int64")).dtype).toBe("int64");
  expect(div(1, constant([4], "int32")).dtype).toBe("int32");
  expect(where(greater(x, 0), x, 0)).toMatchObject({ shape: [2, 3], dtype: "float32" });
});

it("a number beside a 16-bit tensor is that number, not its bits", () => {
  const half = input("half", [2], "float16");
  expect([...evaluate([add(half, 1.5)], { half: [1, 2] })[0]!]).toEqual([2.5, 3.5]);
});

it("comparisons the other way round", () => {
  const feeds = { x: [1, 2, 3, 4, 5, 6] };
  expect([...evaluate([greater(x, 3)], feeds)[0]!]).toEqual([0, 0, 0, 1, 1, 1]);
  expect([...evaluate([greaterEqual(x, 3)], feeds)[0]!]).toEqual([0, 0, 1, 1, 1, 1]);
  expect([...evaluate([greater(3, x)], feeds)[0]!]).toEqual([1, 1, 0, 0, 0, 0]);
});

it("what changes nothing makes no node", () => {
  for (const same of [
    add(x, 0),
    add(zeros([3]), x),
    sub(x, 0),
    mul(x, 1),
    mul(ones([2, 1]), x),
    reshape(x, [2, -1]),
    transpose(x, [0, 1]),
    broadcastTo(x, [2, 3]),
    slice(x, { 0: [0], 1: [0, 3] }),
    concat([x]),
    cast(x, "float32"),
  ]) {
    expect(same).toBe(x);
  }
});

it("a neutral number that changes the shape does make one", () => {
  expect(add(x, zeros([4, 1, 1])).shape).toEqual([4, 2, 3]);
  expect(mul(x, ones([5, 2, 3])).shape).toEqual([5, 2, 3]);
});

it("knows the value of constants, through broadcasts", () => {
  expect(scalarValue(full([2, 3], 7))).toBe(7);
  expect(scalarValue(constant(3, "int64"))).toBe(3);
  expect(scalarValue(constant([1, 2]))).toBeUndefined();
  expect(scalarValue(x)).toBeUndefined();
});

it("negative axes count from the end", () => {
  expect([axisOf(x, -1), axisOf(x, 0)]).toEqual([1, 0]);
  expect(argmax(x, -2).shape).toEqual([3]);
  expect(concat([x, x], -1).shape).toEqual([2, 6]);
  expect(gather(x, constant([0], "int32"), -1).shape).toEqual([2, 1]);
  expect(topK(x, 1, { axis: -2 }).values.shape).toEqual([1, 3]);
});

it("reductions drop their axes unless they are kept", () => {
  const y = input("y", [2, 3, 4]);
  expect(sum(y).shape).toEqual([]);
  expect(sum(y, { axis: [2, 0] }).shape).toEqual([3]);
  expect(max(y, { axis: -2, keepDims: true }).shape).toEqual([2, 1, 4]);
  expect(sum(y, { keepDims: true }).shape).toEqual([1, 1, 1]);
});

it("reshape works out one dimension, transpose swaps the last two axes by itself", () => {
  expect(reshape(x, [3, -1]).shape).toEqual([3, 2]);
  expect(reshape(x, [-1]).shape).toEqual([6]);
  expect(transpose(input("y", [2, 3, 4])).shape).toEqual([2, 4, 3]);
});

it("matmul takes batches, transposed sides, and a matrix for every batch", () => {
  const batch = input("batch", [5, 2, 3]);
  expect(matmul(batch, input("w", [3, 4])).shape).toEqual([5, 2, 4]);
  expect(matmul(batch, input("w", [4, 3]), { transposeB: true }).shape).toEqual([5, 2, 4]);
  expect(matmul(batch, batch, { transposeA: true }).shape).toEqual([5, 3, 3]);
});

it("constants come from numbers, nested arrays and typed arrays", () => {
  expect(constant([[1, 2, 3]]).shape).toEqual([1, 3]);
  expect(constant(5).shape).toEqual([]);
  expect(constant([], "int32").shape).toEqual([0]);
  expect(constant(Int32Array.of(1, 2, 3, 4), "int32", [2, 2])).toMatchObject({ shape: [2, 2], dtype: "int32" });
  expect([...evaluate([constant([[true], [false]], "bool")], {})[0]!]).toEqual([1, 0]);
});
