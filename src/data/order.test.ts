import { describe, expect, it } from "vitest";
import { stream } from "../base/index.ts";
import { batches, consecutiveWindows, packDocuments, randomWindow, splitStream } from "./index.ts";

describe("batches", () => {
  it("take every row once an epoch, in an order that changes with epoch and seed", () => {
    const { steps, stepsPerEpoch, batchAt } = batches(10, 4, 7, 3);
    expect([stepsPerEpoch, steps]).toEqual([3, 9]);
    const epoch = (e: number) => [0, 1, 2].flatMap((i) => [...batchAt(e * 3 + i).rows]);
    expect(epoch(0).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(epoch(1)).not.toEqual(epoch(0));
    expect([...batches(10, 4, 8).batchAt(0).rows]).not.toEqual([...batchAt(0).rows]);
    expect(batchAt(5)).toMatchObject({ epoch: 1, rows: { length: 2 } });
  });

  it("need only the step number to go on", () => {
    const unbroken = batches(11, 3, 1, 4);
    const expected = Array.from({ length: unbroken.steps }, (_, step) => [...unbroken.batchAt(step).rows]);
    for (const step of [13, 2, 15, 7]) expect([...batches(11, 3, 1, 4).batchAt(step).rows]).toEqual(expected[step]);
  });

  it("count the steps of a part of an epoch", () => expect(batches(100, 10, 0, 0.25).steps).toBe(3));
});

describe("packing", () => {
  const ids = Int32Array.from({ length: 20 }, (_, i) => i);

  it("puts the end token between documents", () => {
    expect([...packDocuments([[5, 6], [], [7]], 2)]).toEqual([5, 6, 2, 2, 7]);
    expect([...packDocuments([[5], [7]], undefined)]).toEqual([5, 7]);
    expect(packDocuments([], 2)).toHaveLength(0);
  });

  it("keeps the last tenth for validation", () => {
    const { train, validation } = splitStream(ids);
    expect([train.length, [...validation]]).toEqual([18, [18, 19]]);
  });

  it("makes each token but the first a target exactly once in consecutive windows", () => {
    for (const context of [1, 3, 7, 19, 50]) {
      expect(consecutiveWindows(ids, context).flatMap((window) => [...window.subarray(1)])).toEqual([
        ...ids.subarray(1),
      ]);
    }
    expect(consecutiveWindows(ids.subarray(0, 1), 4)).toEqual([]);
  });

  it("draws random windows, every start in turn", () => {
    const starts = new Set<number>();
    for (let row = 0; row < 300; row++) {
      const window = randomWindow(ids, 16, stream(1, "window", row));
      expect([...window]).toEqual(Array.from({ length: 17 }, (_, i) => window[0]! + i));
      starts.add(window[0]!);
    }
    expect([...starts].toSorted()).toEqual([0, 1, 2, 3]);
  });

  it("says that a text is too short for the context", () => {
    expect(() => randomWindow(ids, 20, stream(0))).toThrow(/20 tokens, a window of context 20 needs 21/);
  });
});
