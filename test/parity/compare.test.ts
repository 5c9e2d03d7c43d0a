import { describe, expect, it } from "vitest";
import { differences, undetermined } from "./compare.ts";

const tolerance = { atol: 1e-6, rtol: 1e-3 };

describe("comparing with a fixture", () => {
  it("accepts flat arrays for nested lists, within the tolerance", () => {
    expect(differences({ x: [[1, 2], [100]] }, { x: Float64Array.of(1, 2, 100.05) }, tolerance)).toEqual([]);
  });

  it.each([
    ["a number off", { x: [1, 2.1] }, "x[1 of 2]: 2.1 instead of 2"],
    ["NaN", { x: [Number.NaN, 2] }, "x[0 of 2]: null instead of 1"],
    ["a value too few", { x: [1] }, "x: 1 values instead of 2"],
    ["nothing", {}, "x: not computed"],
    ["text for a number", { x: [1, "2"] }, 'x[1 of 2]: "2" instead of 2'],
  ])("names %s", (_, actual, problem) => {
    expect(differences({ x: [1, 2] }, actual, tolerance)).toEqual([problem]);
  });

  it("allows nothing where the case says exact", () => {
    expect(differences({ x: 1 }, { x: 1 + 1e-15 }, { exact: true })).toHaveLength(1);
    expect(differences({ x: "a" }, { x: "a" }, { exact: true })).toEqual([]);
  });

  it("looks into lists of objects and names the place", () => {
    const expected = { rows: [{ id: 1 }, { id: 2 }] };
    expect(differences(expected, { rows: [{ id: 1 }, { id: 3 }] }, tolerance)).toEqual(["rows[1].id: 3 instead of 2"]);
    expect(differences(expected, { rows: [{ id: 1 }] }, tolerance)).toEqual(["rows: 1 values instead of 2"]);
  });

  it("passes what has no right value", () => {
    expect(differences({ x: { noise: 1 } }, { x: { noise: undetermined } }, tolerance)).toEqual([]);
  });
});
