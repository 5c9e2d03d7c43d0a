import { expect, it } from "vitest";
import { stream } from "../../base/index.ts";
import {
  add,
  constant,
  exp,
  gather,
  input,
  matmul,
  mean,
  mul,
  printGraph,
  relu,
  sin,
  split,
  square,
  stopGradient,
  sub,
  sum,
  type Tensor,
  tanh,
  topologicalOrder,
} from "../graph/index.ts";
import { evaluate } from "../interpret/index.ts";
import { gradients } from "./index.ts";

const normals = (n: number, key: string): Float64Array => {
  const rng = stream(3, key);
  return Float64Array.from({ length: n }, () => rng.normal());
};
const x = input("x", [3]);
const at = { x: [1, 2, 3] };

it("adds up what flows in through every use", () => {
  const [dx] = evaluate(gradients(sum(add(mul(x, x), mul(x, 5))), [x]), at);
  expect([...dx!]).toEqual([7, 9, 11]);
});

it("gives zeros of the right shape for what the loss does not depend on", () => {
  const unused = input("unused", [2, 2]);
  const [dx] = gradients(sum(x), [unused]);
  expect(dx!.shape).toEqual([2, 2]);
  expect([...evaluate([dx!], {})[0]!]).toEqual([0, 0, 0, 0]);
});

it("differentiates by values inside the graph, and by the loss itself", () => {
  const h = mul(x, 2);
  const loss = sum(square(h));
  const [dh, dLoss, dx] = evaluate(gradients(loss, [h, loss, x]), at);
  expect([[...dh!], [...dLoss!], [...dx!]]).toEqual([[4, 8, 12], [1], [8, 16, 24]]);
});

it("wants a scalar, and says what came and what to do", () => {
  expect(() => gradients(mul(x, 2), [x])).toThrow(/gradients: wanted a scalar, got mul float32\[3\]/);
});

it("starts from a seed when one is given: a vector–Jacobian product", () => {
  const [dx] = evaluate(gradients(mul(x, x), [x], { seed: constant([1, 10, 100]) }), at);
  expect([...dx!]).toEqual([2, 40, 600]);
});

it("adds to earlier gradients when told to", () => {
  const before = input("before", [3]);
  const y = input("y", [1]);
  const [dx, dy] = gradients(sum(mul(x, x)), [x, y], { into: [before, constant([7])] });
  expect([...evaluate([dx!], { ...at, before: [100, 200, 300] })[0]!]).toEqual([102, 204, 306]);
  expect([...evaluate([dy!], {})[0]!]).toEqual([7]);
});

it("gives Hessian-vector products by differentiating twice", () => {
  // f(x) = ½ xᵀ A x with a symmetric A: the Hessian is A
  const A = constant([
    [2, 1, 0],
    [1, 3, -1],
    [0, -1, 4],
  ]);
  const column = (t: Tensor) => matmul(A, gatherColumn(t));
  const f = mul(sum(mul(gatherColumn(x), column(x))), 0.5);
  const v = constant([1, -2, 0.5]);
  const [dx] = gradients(f, [x]);
  const [hv] = evaluate(gradients(sum(mul(dx!, v)), [x]), at);
  expect(hv).toBeCloseToAll([0, -5.5, 4], 1e-12);
});
const gatherColumn = (t: Tensor): Tensor => gather(t, constant([[0], [1], [2]], "int32"));

it("gives third derivatives", () => {
  const once = (y: Tensor) => gradients(sum(y), [x])[0]!;
  const [third] = evaluate([once(once(once(sin(x))))], at);
  expect(third).toBeCloseToAll([-Math.cos(1), -Math.cos(2), -Math.cos(3)], 1e-12);
});

it("stops where it is told to", () => {
  const [dx] = evaluate(gradients(sum(mul(x, stopGradient(exp(x)))), [x]), at);
  expect(dx).toBeCloseToAll([Math.exp(1), Math.exp(2), Math.exp(3)], 1e-12);
});

it("lays gradients of tiling parts side by side instead of adding padded ones", () => {
  const wide = input("wide", [2, 6]);
  const [a, b, c] = split(wide, [1, 2, 3]);
  const loss = sum(mul(matmul(a!, b!, { transposeA: true }), sum(c!)));
  const [d] = gradients(loss, [wide]);
  expect(printGraph([d!])).toMatch(/concat\(/);
  expect(printGraph([d!])).not.toMatch(/pad\(/);
});

it("scatters rows of a table onto its other gradient: no zeros the size of the table", () => {
  const table = input("table", [4, 2]);
  const rows = gather(table, constant([1, 1], "int32"));
  const head = matmul(rows, table, { transposeB: true }); // a tied head
  const graph = printGraph(gradients(sum(head), [table]));
  expect(graph).toMatch(/indexAdd\(/);
  expect(graph).not.toMatch(/broadcastTo\(.*\) float32\[4, 2\]/);
});

/** A chain of layers, with the values between them. */
function chain(depth: number): {
  loss: Tensor;
  weights: Tensor[];
  between: Tensor[];
  feeds: Record<string, Float64Array>;
} {
  const weights = Array.from({ length: depth }, (_, i) => input(`w${i}`, [3, 3]));
  const between: Tensor[] = [];
  let h = input("h", [2, 3]);
  for (const w of weights) {
    h = add(tanh(matmul(h, w)), relu(h));
    between.push(h);
  }
  const feeds: Record<string, Float64Array> = { h: normals(6, "h") };
  for (const i of weights.keys()) feeds[`w${i}`] = normals(9, `w${i}`);
  return { loss: mean(square(sub(h, 1))), weights, between, feeds };
}

it("computes the same numbers with checkpoints, from a second copy of the forward pass", () => {
  const { loss, weights, between, feeds } = chain(6);
  const plain = gradients(loss, weights);
  const kept = gradients(loss, weights, { checkpoints: [between[1]!, between[3]!] });
  expect(evaluate(kept, feeds)).toEqual(evaluate(plain, feeds));
  // What is not a checkpoint serves the forward pass only (a product and a relu): it need not be kept.
  const uses = (t: Tensor, outputs: readonly Tensor[]) =>
    topologicalOrder([loss, ...outputs]).filter((user) => user.inputs.includes(t)).length;
  expect([0, 2, 4].map((i) => uses(between[i]!, kept))).toEqual([2, 2, 2]);
  expect([0, 2, 4].map((i) => uses(between[i]!, plain))).toEqual([4, 4, 4]);
});

it("second derivatives through checkpoints are the same too", () => {
  const { loss, weights, between, feeds } = chain(3);
  const twice = (checkpoints?: readonly Tensor[]) => {
    const first = gradients(loss, weights, checkpoints ? { checkpoints } : {});
    return evaluate(gradients(sum(square(first[0]!)), weights), feeds);
  };
  expect(twice([between[1]!])).toBeCloseToAll(twice(), 1e-12);
});

it("differentiates chains deeper than the call stack", () => {
  let y: Tensor = x;
  for (let i = 0; i < 10_000; i++) y = mul(y, -1);
  expect([...evaluate(gradients(sum(y), [x]), at)[0]!]).toEqual([1, 1, 1]);
});
