import { describe, expect, it } from "vitest";
import { gradients } from "../grad/index.ts";
import {
  add,
  broadcastTo,
  crossEntropy,
  exp,
  indexAdd,
  input,
  lessEqual,
  matmul,
  max,
  mean,
  mul,
  reshape,
  slice,
  square,
  sum,
  type Tensor,
  takeAlongAxis,
} from "../graph/index.ts";
import { lower } from "./index.ts";

const opTypes = (outputs: Readonly<Record<string, Tensor>>, oneThread = false): string[] => {
  const named = Object.entries(outputs).map(([name, tensor]) => ({ name, tensor }));
  return lower(named, { oneThread }).nodes.map((n) => n.opType);
};

describe("lowering", () => {
  it("computes a sum of squares in one node", () => {
    expect(opTypes({ y: sum(square(input("x", [3, 4])), { axis: 0 }) })).not.toContain("Mul");
    expect(opTypes({ y: sum(square(input("x", [3, 4]))) })).toContain("ReduceSumSquare");
  });

  it("keeps the squares that someone else reads, and products of two tensors", () => {
    const squares = square(input("x", [3]));
    expect(opTypes({ squares, total: sum(squares) })).not.toContain("ReduceSumSquare");
    expect(opTypes({ y: sum(mul(input("a", [3]), input("b", [3]))) })).not.toContain("ReduceSumSquare");
  });

  it("names what rows are added to, so that it can be made in the output's own memory", () => {
    const [rows, at, x] = [input("rows", [2, 3]), input("at", [2], "int32"), input("x", [4, 3])];
    const tied = matmul(input("a", [5, 4], "float32"), input("b", [5, 3]), { transposeA: true });
    const grounds = (base: Tensor, more: readonly Tensor[] = []) => {
      const y = indexAdd(base, at, rows, 0);
      const outputs = [y, ...more].map((tensor, i) => ({ name: `out${i}`, tensor }));
      const lowered = lower(outputs);
      return { names: [...lowered.grounds.keys()], made: lowered.nodes.flatMap((n) => n.outputs), ...lowered };
    };
    const found = grounds(tied);
    expect(found.names).toEqual(["out0"]);
    expect(found.made).toContain(found.grounds.get("out0"));
    expect(grounds(x).names).toEqual([]); // an input is the caller's
    expect(grounds(tied, [exp(tied)]).names).toEqual([]); // somebody else reads it
    expect(grounds(tied, [tied]).names).toEqual([]);
  });

  it("makes inputs of the pieces of an input where these may be bound by themselves", () => {
    const flat = input("flat", [10]);
    const matrix = reshape(slice(flat, { 0: [4, 10] }), [2, 3]);
    const columns = slice(input("m", [4, 6]), { 1: [0, 2] }); // lie apart from each other
    const rows = slice(input("m", [4, 6]), { 0: [1, 3] });
    const outputs = [matrix, columns, rows].map((x, i) => ({ name: `y${i}`, tensor: exp(x) }));
    expect(lower(outputs).views.size).toBe(0);
    const { nodes, views } = lower(outputs, { views: true });
    expect(nodes.map(({ opType }) => opType).sort()).toEqual(["Exp", "Exp", "Exp", "Slice"]);
    expect([...views.values()]).toEqual([
      { of: "flat", start: 4, shape: [2, 3], dtype: "float32" },
      { of: "m", start: 6, shape: [2, 6], dtype: "float32" },
    ]);
    expect(lower(outputs, { views: true, external: new Set(["flat", "m"]) }).views.size).toBe(0);
  });

  it("lets Gemm add what is added to a product, but not when the product itself is wanted", () => {
    const product = matmul(input("a", [2, 3]), input("b", [3, 4]));
    const biased = add(product, input("bias", [4]));
    expect(opTypes({ biased })).toEqual(["Gemm"]);
    expect(opTypes({ product, biased })).toContain("Add");
  });

  it("leaves out copies that ONNX makes by itself", () => {
    const wide = broadcastTo(input("row", [3]), [2, 3]);
    expect(opTypes({ y: mul(input("x", [2, 3]), wide) })).toEqual(["Mul"]);
    expect(opTypes({ y: reshape(wide, [6]) })).toEqual(["Expand", "Reshape"]);
  });

  it("adds whole rows at a time where one thread adds them, and number by number where several would race", () => {
    const graph = (dtype: "float32" | "int32", axis = 0) =>
      indexAdd(
        input("table", [4, 4], dtype),
        input("ids", [3], "int32"),
        input("rows", axis === 0 ? [3, 4] : [4, 3], dtype),
        axis,
      );
    expect(opTypes({ y: graph("float32") }, true)).toContain("ScatterND");
    expect(opTypes({ y: graph("float32") })).toContain("ScatterElements");
    expect(opTypes({ y: graph("float32", 1) }, true)).toContain("ScatterElements");
    expect(opTypes({ y: graph("int32") }, true)).toContain("ScatterElements");
  });

  it("looks once for what the loss and the accuracy both need of the logits", () => {
    const [logits, targets] = [input("logits", [3, 5]), input("targets", [3], "int32")];
    const largest = max(logits, { axis: -1, keepDims: true });
    const chosen = takeAlongAxis(logits, reshape(targets, [3, 1]));
    const ops = opTypes({ loss: crossEntropy(logits, targets), right: lessEqual(largest, chosen) });
    expect(ops.filter((op) => op === "GatherElements")).toHaveLength(1);
    expect(ops.filter((op) => op === "ReduceMax")).toHaveLength(2); // of the logits and of their softmax
  });

  it("lists leaves with the most products before them first: the loss last, which the runtime takes first", () => {
    const [x, w, v] = [input("x", [2, 3]), input("w", [3, 3]), input("v", [3, 3])];
    const loss = mean(exp(exp(exp(exp(exp(exp(matmul(matmul(x, w), v))))))));
    const [dw, dv] = gradients(loss, [w, v]);
    const { nodes } = lower(Object.entries({ loss, dv: dv!, dw: dw! }).map(([name, tensor]) => ({ name, tensor })));
    const consumed = new Set(nodes.flatMap((n) => n.inputs));
    const leaves = nodes.flatMap((n) => n.outputs).filter((name) => !consumed.has(name));
    expect(leaves).toEqual(["dw", "dv", "loss"]);
  });
});
