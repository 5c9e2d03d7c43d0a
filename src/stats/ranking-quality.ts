import { stream } from "../base/index.ts";
import { clusteredBootstrap } from "./bootstrap.ts";
import { kendallTauB } from "./correlation.ts";
import { mean } from "./describe.ts";

/** Scores of one prompt's answers beside what people said of them. */
export interface Judged {
  /** Rows of one prompt hang together. */
  readonly prompt: unknown;
  readonly scores: readonly number[];
  /** In tokens. */
  readonly lengths: readonly number[];
  /** 1 is best, equal is a tie, null was not judged; absent where nobody judged. */
  readonly ranks: readonly (number | null)[] | undefined;
}

export interface RankingQuality {
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
  /** Null where no prompt has one. */
  readonly kendallTau: number | null;
  /** Mean of score(better) − score(worse). */
  readonly margin: number;
  readonly lengthBaseline: number;
}

/**
 * How well scores order answers as people did: the share of right pairs (equal scores count half) with its bootstrap
 * interval over prompts, Kendall's τ-b averaged over prompts, and the share that length alone gets right.
 * Undefined when no row has two answers of different rank.
 */
export function rankingQuality(rows: readonly Judged[], seed: number): RankingQuality | undefined {
  const judged = rows.filter(
    ({ ranks }) => ranks !== undefined && new Set(ranks.filter((rank) => rank !== null)).size > 1,
  );
  if (judged.length === 0) return undefined;
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
    margin: mean(judged.flatMap(({ ranks, scores }) => margins(ranks!, scores))),
    lengthBaseline: mean(judged.flatMap(({ ranks, lengths }) => right(ranks!, lengths))),
  };
}

/** For each pair that people order: by how much the better one's score is higher. */
function margins(ranks: readonly (number | null)[], scores: readonly number[]): number[] {
  const places = ranks.flatMap((rank, i) => (rank === null ? [] : [{ rank, score: scores[i]! }]));
  return places.flatMap((a) => places.filter((b) => b.rank > a.rank).map((b) => a.score - b.score));
}

/** 1 where the scores order the pair alike, ½ where they are equal, else 0. */
const right = (ranks: readonly (number | null)[], scores: readonly number[]): number[] =>
  margins(ranks, scores).map((margin) => (margin > 0 ? 1 : margin < 0 ? 0 : 0.5));

function tau(ranks: readonly (number | null)[], scores: readonly number[]): number {
  const judged = ranks.flatMap((rank, i) => (rank === null ? [] : [{ goodness: -rank, score: scores[i]! }]));
  return kendallTauB(
    judged.map(({ goodness }) => goodness),
    judged.map(({ score }) => score),
  );
}
