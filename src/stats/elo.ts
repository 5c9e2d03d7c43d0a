/** A game: first player, second player, score of the first (1, ½ or 0). */
export type Game = readonly [first: number, second: number, score: number];

/** The first's expected score against the second: 400 points are ten to one (Elo 1978). */
export const eloExpected = (first: number, second: number): number => 1 / (1 + 10 ** ((second - first) / 400));

/** All players' ratings after each game, in the order in which they were played. */
export function eloRatings(
  games: readonly Game[],
  { players, start = 1500, k = 32 }: { readonly players: number; readonly start?: number; readonly k?: number },
): number[][] {
  let ratings: number[] = new Array(players).fill(start);
  return games.map(([first, second, score]) => {
    const change = k * (score - eloExpected(ratings[first]!, ratings[second]!));
    ratings = ratings.with(first, ratings[first]! + change);
    ratings = ratings.with(second, ratings[second]! - change);
    return ratings;
  });
}
