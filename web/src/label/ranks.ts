/** A ranking while it is made: the rank of each completion, 1 is best, null is not ranked yet, the same rank is a tie. */
export type Ranks = readonly (number | null)[];

export const noRanks = (count: number): Ranks => Array.from({ length: count }, () => null);

const without = (ranks: Ranks, item: number): Ranks => ranks.map((rank, i) => (i === item ? null : rank));

/** Gives an item a rank (null: none). Without ties, who held that rank changes places with the item. */
export function place(ranks: Ranks, item: number, rank: number | null, ties = true): Ranks {
  const holder = ties || rank === null ? -1 : ranks.findIndex((other, i) => other === rank && i !== item);
  return ranks.map((other, i) => (i === item ? rank : i === holder ? (ranks[item] ?? null) : other));
}

/** Puts an item between others, before those of that rank; the ranks become dense. */
export function insertBefore(ranks: Ranks, item: number, rank: number): Ranks {
  const rest = without(ranks, item);
  const above = distinct(rest).filter((other) => other < rank);
  return rest.map((other, i) => {
    if (i === item) return above.length + 1;
    if (other === null) return null;
    const dense = distinct(rest).indexOf(other) + 1;
    return dense <= above.length ? dense : dense + 1;
  });
}

const distinct = (ranks: Ranks): number[] => [...new Set(ranks.filter((rank) => rank !== null))].sort((a, b) => a - b);

export const isComplete = (ranks: Ranks): boolean => ranks.every((rank) => rank !== null);

/** Groups of completions, the best first. What has no rank is left out. */
export const groupsOf = (ranks: Ranks): number[][] =>
  distinct(ranks).map((rank) => ranks.flatMap((other, i) => (other === rank ? [i] : [])));

export function ranksOf(groups: readonly (readonly number[])[], count: number): Ranks {
  const ranks: (number | null)[] = [...noRanks(count)];
  for (const [g, group] of groups.entries()) for (const i of group) ranks[i] = g + 1;
  return ranks;
}
