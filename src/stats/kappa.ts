import { assert } from "../base/index.ts";
import { sum } from "./describe.ts";

/** How far apart two categories are: all alike, by steps in the order of `categories`, or by steps squared. */
export type KappaWeights = "unweighted" | "linear" | "quadratic";

/**
 * Cohen's κ of two raters on the same items (Cohen 1960; weighted: 1968): the agreement beyond what their habits alone
 * would give. NaN when both always say the same single thing.
 *
 * @param categories all that could be said, in order; weights need the order. Default: what was said, sorted
 */
export function cohenKappa<T extends number | string>(
  a: readonly T[],
  b: readonly T[],
  { weights = "unweighted", categories }: { weights?: KappaWeights; categories?: readonly T[] } = {},
): number {
  assert(a.length === b.length, `cohenKappa compares lists of one length, got ${a.length} and ${b.length}`);
  const known = categories ?? [...new Set([...a, ...b])].sort((x, y) => (x < y ? -1 : 1));
  const indexOf = new Map(known.map((category, i) => [category, i]));
  const distance = (x: T, y: T) => {
    const [i, j] = [indexOf.get(x), indexOf.get(y)];
    assert(i !== undefined && j !== undefined, `cohenKappa: ${i === undefined ? x : y} is none of the categories`);
    if (weights === "unweighted") return Number(i !== j);
    return weights === "linear" ? Math.abs(i - j) : (i - j) ** 2;
  };
  const observed = sum(a.map((x, item) => distance(x, b[item]!))) / a.length;
  const [habitsA, habitsB] = [shares(a), shares(b)];
  let expected = 0;
  for (const [x, p] of habitsA) for (const [y, q] of habitsB) expected += p * q * distance(x, y);
  return 1 - observed / expected;
}

/**
 * Fleiss' κ (1971): `table[item][category]` counts the raters who said so, the same number for every item. NaN when
 * everybody always said one thing.
 */
export function fleissKappa(table: readonly (readonly number[])[]): number {
  const { observed, raters } = perItem(table);
  const said = table[0]!.map((_, category) => sum(table.map((row) => row[category]!)) / (table.length * raters));
  return beyond(observed, sum(said.map((share) => share ** 2)));
}

/** Randolph's κ (2005): Fleiss' without the raters' habits; chance is one of as many categories as the table has. */
export const randolphKappa = (table: readonly (readonly number[])[]): number =>
  beyond(perItem(table).observed, 1 / table[0]!.length);

const beyond = (observed: number, chance: number): number => (observed - chance) / (1 - chance);

/** The share of agreeing pairs of raters, averaged over the items. */
function perItem(table: readonly (readonly number[])[]) {
  const raters = sum(table[0] ?? []);
  assert(raters >= 2, `needs at least two raters for each item, got ${raters}`);
  for (const [i, row] of table.entries()) {
    assert(
      sum(row) === raters,
      `item ${i} has ${sum(row)} raters, the first has ${raters}; Krippendorff's α takes both`,
    );
  }
  const agreeing = table.map((row) => sum(row.map((n) => n * (n - 1))) / (raters * (raters - 1)));
  return { observed: sum(agreeing) / table.length, raters };
}

function shares<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1 / values.length);
  return counts;
}
