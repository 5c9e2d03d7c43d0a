import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { downsample } from "./downsample.ts";

const curve = (y: (number | null)[]) => ({ x: y.map((_, i) => i + 1), y });

describe("downsampling a curve", () => {
  it("leaves a short one as it is", () => {
    expect(downsample(curve([1, 2, 3]), 10)).toEqual(curve([1, 2, 3]));
  });

  it("keeps the only spike of 100,000 points, and the only hole", () => {
    const y: (number | null)[] = Array.from({ length: 100_000 }, (_, i) => Math.sin(i / 5000));
    y[54_321] = 1e6;
    y[77_777] = null;
    const { x, y: kept } = downsample(curve(y), 1000);
    expect(x.length).toBeLessThanOrEqual(1000);
    expect(kept[x.indexOf(54_322)]).toBe(1e6);
    expect(kept[x.indexOf(77_778)]).toBe(null);
  });

  it("keeps order, ends, extremes and true points, and no more of them than asked for", () => {
    const value = fc.oneof(
      { weight: 9, arbitrary: fc.double({ noNaN: true }) },
      { weight: 1, arbitrary: fc.constant(null) },
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 500 }), fc.integer({ min: 10, max: 100 }), (y, limit) => {
        const { x, y: kept } = downsample(curve(y), limit);
        expect(x.length).toBeLessThanOrEqual(limit);
        expect([x[0], x.at(-1)]).toEqual([1, y.length]);
        for (const [i, step] of x.entries()) {
          expect(kept[i]).toBe(y[step - 1]);
          if (i > 0) expect(step).toBeGreaterThan(x[i - 1]!);
        }
        const finite = (values: readonly (number | null)[]) => values.filter((v) => v !== null);
        if (finite(y).length === 0) return;
        expect(Math.min(...finite(kept))).toBe(Math.min(...finite(y)));
        expect(Math.max(...finite(kept))).toBe(Math.max(...finite(y)));
        expect(kept.includes(null)).toBe(y.includes(null));
      }),
    );
  });
});
