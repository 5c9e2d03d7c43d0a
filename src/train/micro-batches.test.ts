import { describe, expect, it } from "vitest";
import { collate, defaultMicroBatch, learntTokens, lengthBucket, microBatches } from "./micro-batches.ts";

describe("lengths that are compiled for", () => {
  it("are at least the length, never more than 16 % beyond 64, and few", () => {
    const buckets = new Set<number>();
    for (let length = 1; length <= 2048; length++) {
      const bucket = lengthBucket(length);
      buckets.add(bucket);
      expect(bucket).toBeGreaterThanOrEqual(length);
      expect(bucket - length).toBeLessThan(Math.max(8, length * 0.25));
    }
    expect(buckets.size).toBeLessThanOrEqual(8 + 5 * 4);
  });
});

describe("rows of a pass", () => {
  it("are all of a small step, and even parts of a large one", () => {
    expect(defaultMicroBatch(3, 64)).toBe(3);
    expect(defaultMicroBatch(12, 96)).toBe(6); // not 8 and then 4 padded to 8
    expect(defaultMicroBatch(32, 40)).toBe(16);
    expect(defaultMicroBatch(5, 4096)).toBe(1);
  });

  it("leave less padding than one row a pass", () => {
    for (let rows = 1; rows <= 64; rows++) {
      for (const length of [8, 40, 96, 128, 300, 1024]) {
        const size = defaultMicroBatch(rows, length);
        const passes = Math.ceil(rows / size);
        expect(passes * size - rows, `${rows} rows of ${length}`).toBeLessThan(passes);
      }
    }
  });
});

describe("micro-batches", () => {
  it("hold every row once, longest first, ties in order, and are compiled for the longest of theirs", () => {
    const lengths = [5, 90, 7, 90, 12];
    const batches = microBatches(lengths, 2);
    expect(batches).toEqual([
      { rows: [1, 3], T: 96 },
      { rows: [4, 2], T: 16 },
      { rows: [0], T: 8 },
    ]);
    expect(microBatches(lengths, 2, 92)[0]!.T).toBe(92);
  });

  it("shift targets by one; padding and prompts weigh nothing", () => {
    const rows = [
      { ids: [5, 6, 7], mask: [0, 0, 1] },
      { ids: [8, 9], mask: [1, 1] },
    ];
    const { ids, targets, weights } = collate(rows, { size: 3, T: 3, tokenWeight: 0.5 });
    expect([...(ids!.data as Int32Array)]).toEqual([5, 6, 7, 8, 9, 0, 0, 0, 0]);
    expect([...(targets!.data as Int32Array)]).toEqual([0, 7, 0, 9, 0, 0, 0, 0, 0]);
    expect([...(weights!.data as Float32Array)]).toEqual([0, 0.5, 0, 0.5, 0, 0, 0, 0, 0]);
    expect(rows.map(learntTokens)).toEqual([1, 1]);
  });

  it("take a window of one id more than they hold: the last is only a target", () => {
    const { ids, targets } = collate([{ ids: [1, 2, 3, 4], mask: [1, 1, 1, 1] }], { size: 1, T: 3, tokenWeight: 1 });
    expect([...(ids!.data as Int32Array)]).toEqual([1, 2, 3]);
    expect([...(targets!.data as Int32Array)]).toEqual([2, 3, 4]);
  });
});
