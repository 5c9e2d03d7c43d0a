import { describe, expect, it } from "vitest";
import { add, cachedAttention, input } from "../graph/index.ts";
import { mayShareMemory } from "./alias.ts";
import type { OnnxNode } from "./emitter.ts";
import { lower } from "./lower.ts";

const node = (opType: string, inputs: string[], outputs: string[]): OnnxNode => ({
  opType,
  domain: "",
  inputs,
  outputs,
  attributes: {},
});
const attention = (...more: [string[]?, string[]?]) =>
  node(
    "GroupQueryAttention",
    more[0] ?? ["q", "k", "v", "pastKey", "pastValue", "lengths", "total"],
    more[1] ?? ["y", "key", "value"],
  );

describe("memory of an input for an output", () => {
  it("is shared by an elementwise node that reads it last", () => {
    expect(mayShareMemory([node("Add", ["x", "dx"], ["y"])], "y", "x")).toBe(true);
  });

  it("is shared when every other reader comes before the output's node by what they compute", () => {
    const nodes = [node("Mul", ["x", "x"], ["z"]), node("Add", ["x", "z"], ["y"])];
    expect(mayShareMemory(nodes, "y", "x")).toBe(true);
  });

  it("is not shared when another node may read it later, whatever the order in the list", () => {
    const nodes = [node("Mul", ["x", "two"], ["z"]), node("Add", ["x", "one"], ["y"])];
    expect(mayShareMemory(nodes, "y", "x")).toBe(false);
    expect(mayShareMemory(nodes.toReversed(), "y", "x")).toBe(false);
  });

  it("is shared with readers of its pieces only where these come before", () => {
    const reader = node("Mul", ["x@0", "two"], ["z"]);
    const before = [reader, node("Add", ["x", "z"], ["y"])];
    expect(mayShareMemory(before, "y", "x", ["x@0"])).toBe(true);
    expect(mayShareMemory([reader, node("Add", ["x", "one"], ["y"])], "y", "x", ["x@0"])).toBe(false);
    expect(mayShareMemory([node("Add", ["x", "x@0"], ["y"])], "y", "x", ["x@0"])).toBe(false);
  });

  it("is not shared by a node that moves elements", () => {
    expect(mayShareMemory([node("Transpose", ["x"], ["y"])], "y", "x")).toBe(false);
  });

  it("is shared by a product that adds to it, but not with its factors", () => {
    const gemm = [node("Gemm", ["a", "b", "c"], ["y"])];
    expect(mayShareMemory(gemm, "y", "c")).toBe(true);
    expect(mayShareMemory(gemm, "y", "a")).toBe(false);
    expect(mayShareMemory([node("Gemm", ["a", "c", "c"], ["y"])], "y", "c")).toBe(false);
  });

  it("is shared by past and present caches of one attention, keys with keys and values with values", () => {
    expect(mayShareMemory([attention()], "key", "pastKey")).toBe(true);
    expect(mayShareMemory([attention()], "value", "pastValue")).toBe(true);
    expect(mayShareMemory([attention()], "value", "pastKey")).toBe(false);
    expect(mayShareMemory([attention()], "y", "q")).toBe(false);
  });

  it("is not shared by caches that somebody else still reads", () => {
    const reader = node("Neg", ["pastKey"], ["z"]);
    expect(mayShareMemory([attention(), reader], "key", "pastKey")).toBe(false);
    const before = node("Neg", ["pastKey"], ["q"]);
    expect(mayShareMemory([before, attention()], "key", "pastKey")).toBe(true);
    const both = attention(["q", "k", "v", "past", "past", "lengths", "total"]);
    expect(mayShareMemory([both], "key", "past")).toBe(false);
  });

  it("is shared by the caches of every layer of a decoder", () => {
    const [lengths, total] = [input("lengths", [2], "int32"), input("total", [], "int32")];
    const outputs = [];
    let x = input("x", [2, 1, 8]);
    for (const layer of [0, 1]) {
      const [pastKey, pastValue] = [input(`key ${layer}`, [2, 1, 4, 8]), input(`value ${layer}`, [2, 1, 4, 8])];
      const y = cachedAttention({ query: x, key: x, value: x, pastKey, pastValue, lengths, total, heads: 1 });
      outputs.push({ name: `new key ${layer}`, tensor: y.key }, { name: `new value ${layer}`, tensor: y.value });
      x = add(x, y.output);
    }
    const { nodes } = lower([...outputs, { name: "x out", tensor: x }]);
    for (const { name } of outputs) expect(mayShareMemory(nodes, name, name.replace("new ", ""))).toBe(true);
  });
});
