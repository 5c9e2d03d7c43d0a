import { expect, it } from "vitest";
import { initialWeights } from "./index.ts";
import type { Initial } from "./initial.ts";

const weightsOf = (shape: readonly number[], init: Initial, seed = 1): number[] => [
  ...initialWeights([{ name: "w", shape, init }], seed).arrays.get("w")!.data,
];
/** a · bᵀ of rows. */
const products = (rows: readonly number[][]) =>
  rows.map((a) => rows.map((b) => a.reduce((sum, x, i) => sum + x * b[i]!, 0)));
const rowsOf = (flat: readonly number[], columns: number) =>
  Array.from({ length: flat.length / columns }, (_, r) => flat.slice(r * columns, (r + 1) * columns));
const transposed = (rows: readonly number[][]) => rows[0]!.map((_, c) => rows.map((row) => row[c]!));
const identity = (n: number, scale: number) =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? scale : 0)));

it("orthogonal rows of a wide matrix, columns of a tall one, both of a square one", () => {
  expect(products(rowsOf(weightsOf([3, 8], { orthogonal: 2 }), 8))).toBeCloseToAll(identity(3, 4), 1e-5);
  expect(products(transposed(rowsOf(weightsOf([8, 3], { orthogonal: 1 }), 3)))).toBeCloseToAll(identity(3, 1), 1e-5);
  const square = rowsOf(weightsOf([64, 64], { orthogonal: Math.SQRT2 }), 64);
  expect(products(square)).toBeCloseToAll(identity(64, 2), 1e-5);
  expect(products(transposed(square))).toBeCloseToAll(identity(64, 2), 1e-5);
});

it("orthogonal filters count all axes but the first as one", () => {
  expect(products(rowsOf(weightsOf([4, 2, 3, 3], { orthogonal: 1 }), 18))).toBeCloseToAll(identity(4, 1), 1e-5);
});

it("an orthogonal direction is as likely as its opposite", () => {
  const first = Array.from({ length: 200 }, (_, seed) => Math.sign(weightsOf([2, 2], { orthogonal: 1 }, seed)[0]!));
  expect(Math.abs(first.reduce((a, b) => a + b, 0))).toBeLessThan(50);
});

it("uniform weights fill their bounds and nothing else", () => {
  const weights = weightsOf([100, 100], { uniform: 0.25 });
  expect(Math.max(...weights)).toBeLessThanOrEqual(0.25);
  expect(Math.min(...weights)).toBeGreaterThanOrEqual(-0.25);
  expect(weights.reduce((sum, x) => sum + x ** 2, 0) / weights.length).toBeCloseTo(0.25 ** 2 / 3, 3);
});

it("the same seed and name give the same weights, another seed others", () => {
  const init = { orthogonal: 1 };
  expect(weightsOf([3, 3], init)).toEqual(weightsOf([3, 3], init));
  expect(weightsOf([3, 3], init, 2)).not.toEqual(weightsOf([3, 3], init));
});
