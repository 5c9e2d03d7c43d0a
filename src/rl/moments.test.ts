import fc from "fast-check";
import { expect, it } from "vitest";
import { moments, updateMoments } from "./index.ts";

it("moments of batches are those of all rows at once, column by column", () => {
  const row = fc.tuple(fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: 90, max: 99, noNaN: true }));
  fc.assert(
    fc.property(fc.array(fc.array(row, { maxLength: 5 }), { maxLength: 5 }), (batches) => {
      const rows = batches.flat();
      fc.pre(rows.length > 0);
      const seen = moments(2, 0);
      for (const batch of batches) updateMoments(seen, batch.flat());
      const mean = [0, 1].map((c) => rows.reduce((sum, r) => sum + r[c]!, 0) / rows.length);
      const variance = [0, 1].map((c) => rows.reduce((sum, r) => sum + (r[c]! - mean[c]!) ** 2, 0) / rows.length);
      expect(seen.count).toBe(rows.length);
      expect(seen.mean).toBeCloseToAll(mean, 1e-9);
      expect(seen.variance).toBeCloseToAll(variance, 1e-9);
    }),
  );
});

it("moments begin as mean 0 and variance 1 of very little weight", () => {
  const seen = moments(1);
  expect([seen.count, seen.mean[0], seen.variance[0]]).toEqual([1e-4, 0, 1]);
  updateMoments(seen, [5]);
  expect(seen.mean[0]).toBeCloseTo(5 / 1.0001, 12);
  expect(seen.variance[0]).toBeCloseTo((1e-4 + (25 * 1e-4) / 1.0001) / 1.0001, 12);
});
