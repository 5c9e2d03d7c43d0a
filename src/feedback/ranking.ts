import type { Judgement, Text } from "./entry.ts";

/** A row of the ranking format: equal ranks are ties, 1 is best, the rank after a tie counts on, `null` = not judged. */
export interface RankingRow {
  readonly prompt: Text;
  readonly completions: readonly Text[];
  readonly ranks: readonly (number | null)[];
}

/** `[[2], [0, 3], [1]]` → `[2, 4, 1, 2]` for the ranks of `n` completions. */
export function groupsToRanks(groups: readonly (readonly number[])[], n: number): (number | null)[] {
  const ranks = new Array<number | null>(n).fill(null);
  let rank = 1;
  for (const group of groups) {
    for (const i of group) ranks[i] = rank;
    rank += group.length;
  }
  return ranks;
}

/** `[2, 4, 1, 2]` → `[[2], [0, 3], [1]]`: best group first. Only the order of the ranks matters. */
export function ranksToGroups(ranks: readonly (number | null)[]): number[][] {
  const groups = new Map<number, number[]>();
  ranks.forEach((rank, i) => {
    if (rank !== null) groups.set(rank, [...(groups.get(rank) ?? []), i]);
  });
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}

/** Ranking rows to train a reward model on. A judgement that sets nothing above anything else has nothing to teach. */
export function rankingRows(judgements: readonly { readonly data: Judgement }[]): RankingRow[] {
  return judgements
    .filter(({ data }) => data.groups.length > 1)
    .map(({ data: { prompt, completions, groups } }) => ({
      prompt,
      completions,
      ranks: groupsToRanks(groups, completions.length),
    }));
}
