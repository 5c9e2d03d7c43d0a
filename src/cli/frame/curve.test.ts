import { describe, expect, it } from "vitest";
import { curve } from "./curve.ts";

const of = (values: readonly number[], columns: number, filled = columns) => {
  const drawn = curve();
  for (const [i, value] of values.entries()) drawn.add(i / values.length, value);
  return drawn.row(columns, filled);
};

describe("a curve", () => {
  it("spans from the lowest to the highest value and grows with the bar", () => {
    expect(of([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe("▁▂▃▄▅▆▇█");
    expect(of([0, 1, 2, 3, 4, 5, 6, 7], 8, 3)).toBe("▁▂▃");
    expect(of([7, 0], 8)).toBe("████▁▁▁▁");
  });

  it("draws means where there are more values than columns, and a flat line in the middle", () => {
    expect(of([0, 2, 8, 6], 2)).toBe("▁█");
    expect(of([3, 3, 3], 3)).toBe("▅▅▅");
  });

  it("is empty before its first value, and passes NaN and infinity over", () => {
    const late = curve();
    late.add(0.5, 1);
    late.add(0.6, Number.NaN);
    late.add(0.7, Number.POSITIVE_INFINITY);
    late.add(0.75, 0);
    expect(late.row(4, 4)).toBe("  █▁");
    expect(of([], 4)).toBe("    ");
  });
});
