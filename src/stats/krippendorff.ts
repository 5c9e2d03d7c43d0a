import { assert } from "../base/index.ts";

/** What the numbers mean: names, an order, a scale with equal steps, or one with a true zero. */
export type Level = "nominal" | "ordinal" | "interval" | "ratio";

/**
 * Krippendorff's α (2004, ch. 11; Hayes & Krippendorff 2007): 1 = agreement, 0 = chance, below = systematic
 * disagreement. Takes any number of raters and any gaps; an item rated once says nothing and does not count.
 *
 * @param ratings `ratings[rater][item]`, null where a rater did not rate
 * @returns NaN when no item has two ratings, or all ratings are one value
 */
export function krippendorffAlpha(ratings: readonly (readonly (number | null)[])[], level: Level): number {
  const items = ratings[0]?.length ?? 0;
  for (const row of ratings) assert(row.length === items, `raters have ${items} and ${row.length} items`);
  const units = Array.from({ length: items }, (_, item) =>
    ratings.map((row) => row[item]!).filter((rating) => rating !== null),
  ).filter((unit) => unit.length >= 2);

  const values = [...new Set(units.flat())].sort((a, b) => a - b);
  const indexOf = new Map(values.map((value, i) => [value, i]));
  const counts = new Float64Array(values.length);
  for (const value of units.flat()) counts[indexOf.get(value)!]!++;
  const n = counts.reduce((a, b) => a + b, 0);
  const distance = distances(values, counts)[level];

  let observed = 0;
  for (const unit of units) {
    let apart = 0;
    for (const a of unit) for (const b of unit) apart += distance(indexOf.get(a)!, indexOf.get(b)!);
    observed += apart / (unit.length - 1);
  }
  return 1 - ((n - 1) * observed) / expectedDistance(counts, distance);
}

/**
 * The same from coincidences, which can be added over items: `coincidences[i · values + j]` is how often the i-th and the
 * j-th value stood in one item, each pair of an item's m ratings (both orders) counting 1 / (m − 1).
 *
 * @param values all that was said, ascending
 */
export function alphaOfCoincidences(values: readonly number[], coincidences: ArrayLike<number>, level: Level): number {
  const size = values.length;
  const counts = new Float64Array(size);
  for (let cell = 0; cell < size * size; cell++) counts[Math.floor(cell / size)]! += coincidences[cell]!;
  const n = counts.reduce((a, b) => a + b, 0);
  const distance = distances(values, counts)[level];
  let observed = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) observed += coincidences[i * size + j]! * distance(i, j);
  }
  return 1 - ((n - 1) * observed) / expectedDistance(counts, distance);
}

/** How far apart ratings would be if they had been given blindly. */
function expectedDistance(counts: Float64Array, distance: (i: number, j: number) => number): number {
  let expected = 0;
  for (let i = 0; i < counts.length; i++) {
    for (let j = 0; j < counts.length; j++) expected += counts[i]! * counts[j]! * distance(i, j);
  }
  return expected;
}

/** Squared differences between the i-th and the j-th value. */
function distances(values: readonly number[], counts: Float64Array) {
  const before = new Float64Array(counts.length + 1); // how many ratings lie below the i-th value
  for (let i = 0; i < counts.length; i++) before[i + 1] = before[i]! + counts[i]!;
  const centre = (i: number) => before[i]! + counts[i]! / 2;
  return {
    nominal: (i: number, j: number) => Number(i !== j),
    ordinal: (i: number, j: number) => (centre(i) - centre(j)) ** 2,
    interval: (i: number, j: number) => (values[i]! - values[j]!) ** 2,
    ratio: (i: number, j: number) => (i === j ? 0 : ((values[i]! - values[j]!) / (values[i]! + values[j]!)) ** 2),
  } satisfies Record<Level, (i: number, j: number) => number>;
}
