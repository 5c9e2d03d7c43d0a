import { stream } from "../base/index.ts";
import { clusteredBootstrap, kendallTauB, mean } from "../stats/index.ts";

interface Judged {
  /** Rows of one prompt hang together. */
  readonly prompt: unknown;
  readonly scores: readonly number[];
  /** In tokens. */
  readonly lengths: readonly number[];
  /** 1 is best, equal is a tie, null was not judged; absent where nobody judged. */
  readonly ranks: readonly (number | null)[] | undefined;
}

/**
 * How well scores order answers as people did: the share of right pairs (equal scores count half) with its bootstrap
 * interval over prompts, Kendall's τ-b averaged over prompts, and the share that length alone gets right.
 * Empty when no row has two answers of different rank.
 */
export function rankingQuality(rows: readonly Judged[], seed: number) {
  const judged = rows.filter(
    ({ ranks }) => ranks !== undefined && new Set(ranks.filter((rank) => rank !== null)).size > 1,
  );
  if (judged.length === 0) return {};
  const outcomes = judged.map(({ ranks, scores }) => right(ranks!, scores));
  const byPrompt = new Map<string, number[]>();
  for (const [i, { prompt }] of judged.entries()) {
    const key = JSON.stringify(prompt);
    byPrompt.set(key, [...(byPrompt.get(key) ?? []), ...outcomes[i]!]);
  }
  const { value, low, high } = clusteredBootstrap([...byPrompt.values()], { rng: stream(seed, "accuracy interval") });
  const taus = judged.map(({ ranks, scores }) => tau(ranks!, scores)).filter(Number.isFinite);
  return {
    accuracy: value,
    low,
    high,
    pairs: outcomes.flat().length,
    kendallTau: taus.length > 0 ? mean(taus) : null,
    lengthBaseline: mean(judged.flatMap(({ ranks, lengths }) => right(ranks!, lengths))),
  };
}

/** For each pair that people order: 1 where the scores order it alike, ½ where they are equal, else 0. */
function right(ranks: readonly (number | null)[], scores: readonly number[]): number[] {
  const places = ranks.flatMap((rank, i) => (rank === null ? [] : [{ rank, score: scores[i]! }]));
  return places.flatMap((a) =>
    places.filter((b) => b.rank > a.rank).map((b) => (a.score > b.score ? 1 : a.score < b.score ? 0 : 0.5)),
  );
}

function tau(ranks: readonly (number | null)[], scores: readonly number[]): number {
  const judged = ranks.flatMap((rank, i) => (rank === null ? [] : [{ goodness: -rank, score: scores[i]! }]));
  return kendallTauB(
    judged.map(({ goodness }) => goodness),
    judged.map(({ score }) => score),
  );
}
