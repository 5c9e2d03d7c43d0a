import { assert } from "../base/index.ts";

/** How many pairs two rankings put in the same order, of those that both order strictly. Addable over rankings. */
export interface PairAgreement {
  readonly agree: number;
  readonly pairs: number;
}

/**
 * Pairs of items that two rankings order alike. A pair tied, or not judged (`null`), in either ranking is left out: it
 * gives a reward model no pair to learn from, so it is none to agree on. Only the order of the ranks matters.
 */
export function pairAgreement(a: readonly (number | null)[], b: readonly (number | null)[]): PairAgreement {
  assert(a.length === b.length, `rankings of the same items have one length, got ${a.length} and ${b.length}`);
  let [agree, pairs] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const [ai, aj, bi, bj] = [a[i]!, a[j]!, b[i]!, b[j]!];
      if (ai === null || aj === null || bi === null || bj === null || ai === aj || bi === bj) continue;
      pairs++;
      if (ai < aj === bi < bj) agree++;
    }
  }
  return { agree, pairs };
}

/** The agreement over many rankings: every pair counts once. NaN when there is no pair. */
export function meanAgreement(parts: readonly PairAgreement[]): number {
  let [agree, pairs] = [0, 0];
  for (const part of parts) {
    agree += part.agree;
    pairs += part.pairs;
  }
  return agree / pairs;
}
