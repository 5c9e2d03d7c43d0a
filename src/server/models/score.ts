/** What a reward model thinks: of texts that somebody tries, and of what people have judged. */
import { type Content, tokenizePromptCompletion } from "../../data/index.ts";
import { groupsToRanks, type JudgementEntry, ranksToGroups, type Text } from "../../feedback/index.ts";
import { rankingQuality } from "../../stats/index.ts";
import type { ReplyOf } from "../protocol.ts";

import type { Judge } from "./cache.ts";

/** A row as a reward model reads it: prompt and completion together, ended as its training data were. */
const rowOf = ({ model: { tokenizer, network } }: Judge, prompt: Text, completion: Text): readonly number[] =>
  tokenizePromptCompletion(
    tokenizer,
    { prompt: prompt as Content, completion: completion as Content },
    { maxLength: network.context },
  ).ids;

/** Scores of several completions to one prompt. Throws as the tokenizing functions of `data` do. */
export const scoreCompletions = (judge: Judge, prompt: Text, completions: readonly Text[]): Promise<number[]> =>
  judge.score(completions.map((completion) => rowOf(judge, prompt, completion)));

/** The ranking that scores give, best group first; equal scores are a tie. */
export function groupsOfScores(scores: readonly number[]): number[][] {
  const sorted = [...new Set(scores)].sort((a, b) => b - a);
  return ranksToGroups(scores.map((score) => 1 + sorted.indexOf(score)));
}

/**
 * How little the scores say about the order: the mean over pairs of the entropy, in bits, of "the first is better"
 * with probability σ(rᵢ − rⱼ), as the model's loss reads them. 1 = it cannot tell, 0 = it is certain of every pair.
 */
export function uncertaintyOf(scores: readonly number[]): number {
  let [sum, pairs] = [0, 0];
  for (const [i, a] of scores.entries()) {
    for (const b of scores.slice(0, i)) {
      const p = 1 / (1 + Math.exp(-Math.abs(a - b)));
      const q = 1 - p;
      sum -= p * Math.log2(p) + (q > 0 ? q * Math.log2(q) : 0);
      pairs++;
    }
  }
  return pairs === 0 ? 0 : sum / pairs;
}

type Disagreements = ReplyOf<"GET /api/disagreements">;

/** The judgements that a reward model contradicts most, the worst first, and how often it agrees. Unreadable ones are passed over. */
export async function disagreements(
  judge: Judge,
  judgements: readonly JudgementEntry[],
  limit: number,
): Promise<Disagreements> {
  const looked: { entry: JudgementEntry; rows: (readonly number[])[] }[] = [];
  for (const entry of judgements) {
    const { prompt, completions, groups } = entry.data;
    if (groups.length < 2) continue;
    try {
      looked.push({ entry, rows: completions.map((completion) => rowOf(judge, prompt, completion)) });
    } catch {
      // Its tokenizer lacks a character, or the text is longer than its context: it has no opinion.
    }
  }
  const all = looked.length === 0 ? [] : await judge.score(looked.flatMap(({ rows }) => rows));
  let at = 0;
  const scored = looked.map(({ entry, rows }) => {
    const scores = all.slice(at, at + rows.length);
    at += rows.length;
    return { entry, scores, lengths: rows.map(({ length }) => length) };
  });
  const quality = rankingQuality(
    scored.map(({ entry: { data }, scores, lengths }) => ({
      ...{ prompt: data.prompt, scores, lengths },
      ranks: groupsToRanks(data.groups, data.completions.length),
    })),
    0,
  );
  const rows = scored.flatMap(({ entry: { by, data }, scores }) => {
    const worst = worstPair(data.groups, scores);
    const { task, prompt, completions, groups } = data;
    return worst ? [{ task, by, prompt, completions, groups, scores, ...worst }] : [];
  });
  return {
    judgements: looked.length,
    pairs: quality?.pairs ?? 0,
    agreement: quality ? { value: quality.accuracy, low: quality.low, high: quality.high } : null,
    rows: rows.sort((a, b) => b.margin - a.margin).slice(0, limit),
  };
}

/** The pair that people order one way and the scores most clearly the other; undefined where there is none. */
function worstPair(groups: readonly (readonly number[])[], scores: readonly number[]) {
  let worst: { better: number; worse: number; margin: number } | undefined;
  for (const [g, group] of groups.entries()) {
    for (const better of group) {
      for (const worse of groups.slice(g + 1).flat()) {
        const margin = scores[worse]! - scores[better]!;
        if (margin > (worst?.margin ?? 0)) worst = { better, worse, margin };
      }
    }
  }
  return worst;
}
