import { describe, expect, it } from "vitest";
import { gradients } from "../grad/index.ts";
import { add, broadcastTo, exp, input, matmul, mean, mul, reshape, square, sum, type Tensor } from "../graph/index.ts";
import { lower } from "./index.ts";

const opTypes = (outputs: Readonly<Record<string, Tensor>>): string[] =>
  lower(Object.entries(outputs).map(([name, tensor]) => ({ name, tensor }))).nodes.map((n) => n.opType);

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
