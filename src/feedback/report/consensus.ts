import { bradleyTerry, type Interval } from "../../stats/index.ts";
import type { Judgement } from "../entry.ts";

/** A little pull to the mean, so that an answer that always won has a strength too. */
const l2 = 0.1;

/**
 * How good people together found each completion of one task: Bradley–Terry strengths (natural logarithm, mean 0), a tie
 * being half a win for both. The 95 % interval is ±1.96 standard errors as if all pairs of a ranking were independent; they
 * are not, so it is rather narrow. Null without comparisons.
 */
export function consensusOf(judgements: readonly { readonly data: Judgement }[]): Interval[] | null {
  const n = judgements.reduce((most, { data }) => Math.max(most, data.completions.length), 0);
  const wins = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  let compared = false;
  for (const { data } of judgements) {
    const place = new Map(data.groups.flatMap((group, i) => group.map((completion) => [completion, i] as const)));
    for (const [a, placeA] of place) {
      for (const [b, placeB] of place) {
        if (a === b) continue;
        wins[a]![b]! += placeA < placeB ? 1 : placeA === placeB ? 0.5 : 0;
        compared = true;
      }
    }
  }
  if (!compared) return null;
  const { logStrengths, standardErrors } = bradleyTerry(wins, { l2 });
  return logStrengths.map((value, i) => {
    const half = 1.96 * standardErrors[i]!;
    return { value, low: value - half, high: value + half };
  });
}
