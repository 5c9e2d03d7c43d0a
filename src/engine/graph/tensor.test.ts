import { expect, it } from "vitest";
import { add, broadcastShapes, exp, input, mul, neg, printGraph, type Tensor, topologicalOrder } from "./index.ts";

const x = input("x", [2]);
const y = input("y", [3, 1]);

it("nodes never change", () => {
  const node = exp(x);
  expect(() => Object.assign(node, { shape: [3] })).toThrow(TypeError);
});

it("orders every node once, after its inputs, and only what the roots need", () => {
  const shared = exp(x);
  const left = neg(shared);
  const root = add(left, shared);
  neg(root);
  expect(topologicalOrder([root, left])).toEqual([x, shared, left, root]);
});

it("orders graphs deeper than the call stack", () => {
  let deep: Tensor = x;
  for (let i = 0; i < 20_000; i++) deep = neg(deep);
  expect(topologicalOrder([deep])).toHaveLength(20_001);
});

it("prints one line a node, inputs by name", () => {
  const sum = add(x, exp(y));
  expect(printGraph([mul(sum, sum)])).toBe(
    ["%2 = exp(y) float32[3, 1]", "%3 = add(x, %2) float32[3, 2]", "%4 = mul(%3, %3) float32[3, 2]"].join("\n"),
  );
});

it("broadcasts shapes as NumPy does", () => {
  expect(broadcastShapes([4, 1, 3], [5, 1])).toEqual([4, 5, 3]);
  expect(broadcastShapes([], [2])).toEqual([2]);
  expect(broadcastShapes([0], [1])).toEqual([0]);
  expect(broadcastShapes([2], [3])).toBeUndefined();
  expect(broadcastShapes([2, 3], [2])).toBeUndefined();
});
