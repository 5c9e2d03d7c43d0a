import { compileFunction } from "node:vm";
import { expect, it } from "vitest";
import type { UsageError } from "../../base/index.ts";
import * as graph from "../graph/index.ts";
import {
  add,
  constant,
  crossEntropy,
  gather,
  indexAdd,
  input,
  mul,
  scatterAdd,
  takeAlongAxis,
} from "../graph/index.ts";
import { evaluate } from "./index.ts";

const x = input("x", [2, 2]);

function failure(run: () => unknown): UsageError {
  try {
    run();
  } catch (error) {
    return error as UsageError;
  }
  throw new Error("nothing was thrown");
}

it("computes each node once: sixty doublings are sixty additions", () => {
  let y = input("y", [1]);
  for (let i = 0; i < 60; i++) y = add(y, y);
  expect(evaluate([y], { y: [1] })[0]![0]).toBe(2 ** 60);
});

it("is not limited by the call stack", () => {
  let y = input("y", []);
  for (let i = 0; i < 20_000; i++) y = mul(y, -1);
  expect([...evaluate([y], { y: [3] })[0]!]).toEqual([3]);
});

it("leaves what was fed and earlier results alone", () => {
  const fed = Float64Array.of(1, 2, 3, 4);
  const base = add(x, 1);
  const [before, after] = evaluate([base, indexAdd(base, constant([0], "int32"), constant([[10, 10]]))], { x: fed });
  expect([[...fed], [...before!], [...after!]]).toEqual([
    [1, 2, 3, 4],
    [2, 3, 4, 5],
    [12, 13, 4, 5],
  ]);
});

it("computes in double precision whatever the dtype", () => {
  expect(evaluate([mul(x, x)], { x: [1 + 1e-12, 0, 0, 0] })[0]![0]).toBeCloseTo(1 + 2e-12, 15);
});

it("takes 64-bit integers, and 16-bit floats as numbers or as raw bits", () => {
  const ids = input("ids", [2], "int64");
  const half = input("half", [2], "float16");
  expect(evaluate([ids, half], { ids: BigInt64Array.of(5n, -6n), half: [1.5, 2] }).map((v) => [...v])).toEqual([
    [5, -6],
    [1.5, 2],
  ]);
  expect([...evaluate([half], { half: Uint16Array.of(0x3c00, 0x4000) })[0]!]).toEqual([1, 2]);
});

it("names a missing feed, and the one that was probably meant", () => {
  const error = failure(() => evaluate([add(input("tokens", [3]), 1)], { token: [1, 2, 3] }));
  expect(error).toMatchObject({ name: "UsageError", code: "feed", help: "was token meant?" });
  expect(error.message).toBe('input "tokens" wants 3 numbers for float32[3], got none');
});

it("says how many numbers a feed wants and how many came", () => {
  const error = failure(() => evaluate([x], { x: [1, 2, 3] }));
  expect(error).toMatchObject({ name: "UsageError", code: "feed" });
  expect(error.message).toBe('input "x" wants 4 numbers for float32[2, 2], got 3');
});

const ids = input("ids", [1], "int32");
const column = input("ids", [1, 1], "int32");
const cell = constant([[1]]);
it.each([
  { op: "gather", of: gather(x, ids) },
  { op: "indexAdd", of: indexAdd(x, ids, constant([[1, 1]])) },
  { op: "takeAlongAxis", of: takeAlongAxis(constant([[1, 2]]), column) },
  { op: "scatterAdd", of: scatterAdd(constant([[1, 2]]), column, cell) },
  { op: "crossEntropy", of: crossEntropy(constant([[1, 2]]), ids) },
])("$op refuses an index that is out of range, with the index and the size", ({ op, of }) => {
  for (const index of [2, -1, 0.5]) {
    const error = failure(() => evaluate([of], { x: [1, 2, 3, 4], ids: [index] }));
    expect(error).toMatchObject({ name: "UsageError", code: "index" });
    expect(error.message).toContain(`${op} float32[`);
    expect(error.message).toContain(`index ${index} is outside 0 … 1 (size 2)`);
  }
  expect(() => evaluate([of], { x: [1, 2, 3, 4], ids: [1] })).not.toThrow();
});

it("an index error points to the user's line that made the node", () => {
  const made = compileFunction("\n\nreturn gather(x, ids)", ["gather", "x", "ids"], { filename: "/home/me/model.ts" });
  const error = failure(() => evaluate([made(graph.gather, x, ids)], { x: [1, 2, 3, 4], ids: [9] }));
  expect(error.where).toBe("/home/me/model.ts:3");
});

it("refuses to divide integers by zero", () => {
  const error = failure(() => evaluate([graph.div(constant([1], "int32"), constant([0], "int32"))], {}));
  expect(error).toMatchObject({ code: "division" });
});
