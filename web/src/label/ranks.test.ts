import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupsOf, insertBefore, isComplete, noRanks, place, type Ranks, ranksOf } from "./ranks.ts";

const ranksArb = fc
  .integer({ min: 2, max: 9 })
  .chain((n) => fc.array(fc.option(fc.integer({ min: 1, max: n })), { minLength: n, maxLength: n }));

describe("a ranking in the making", () => {
  it("the same digit is a tie, and gaps between digits close", () => {
    const ranks = [3, 1, 3, 7].reduce<Ranks>((held, rank, item) => place(held, item, rank), noRanks(4));
    expect(groupsOf(ranks)).toEqual([[1], [0, 2], [3]]);
    expect(isComplete(ranks)).toBe(true);
  });

  it("without ties the one that held a rank takes the other's", () => {
    expect(place([1, 2, null], 1, 1, false)).toEqual([2, 1, null]);
    expect(place([1, null], 1, 1, false)).toEqual([null, 1]);
  });

  it("what is dropped between two ranks pushes the lower ones down", () => {
    expect(insertBefore([1, 2, null], 2, 2)).toEqual([1, 3, 2]);
    expect(insertBefore([1, 1, 2], 2, 1)).toEqual([2, 2, 1]);
  });

  it("an answer without a rank leaves the ranking incomplete", () => {
    expect(isComplete([1, null])).toBe(false);
    expect(groupsOf([1, null])).toEqual([[0]]);
  });

  it("whatever is inserted, the others keep their order and ties", () => {
    fc.assert(
      fc.property(ranksArb, fc.nat(8), fc.integer({ min: 1, max: 9 }), (ranks, at, rank) => {
        const item = at % ranks.length;
        const rest = (all: Ranks) => groupsOf(all.map((other, i) => (i === item ? null : other)));
        const after = insertBefore(ranks, item, rank);
        expect(rest(after)).toEqual(rest(ranks));
        expect(groupsOf(after)).toContainEqual([item]);
        expect(Math.max(...after.map((r) => r ?? 0))).toBeLessThanOrEqual(ranks.length);
      }),
    );
  });

  it("groups become ranks and groups again", () => {
    expect(groupsOf(ranksOf([[2], [0, 3], [1]], 4))).toEqual([[2], [0, 3], [1]]);
  });
});
