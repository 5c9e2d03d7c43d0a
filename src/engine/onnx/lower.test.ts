import { describe, expect, it } from "vitest";
import { add, input, matmul, mul, square, sum, type Tensor } from "../graph/index.ts";
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
});
