import { kendallTauB, mean } from "../../stats/index.ts";
import type { Judgement } from "../entry.ts";

/** Mean Kendall's τ-b over the pairs of judgements of one task, each over what both judged; undefined where none says anything. */
export function meanAgreementOf(judgements: readonly Pick<Judgement, "groups">[]): number | undefined {
  const places = judgements.map(
    ({ groups }) => new Map(groups.flatMap((group, place) => group.map((i) => [i, place]))),
  );
  const taus = places.flatMap((mine, i) =>
    places.slice(0, i).flatMap((theirs) => {
      const both = [...mine.keys()].filter((item) => theirs.has(item));
      const tau = kendallTauB(
        both.map((item) => mine.get(item)!),
        both.map((item) => theirs.get(item)!),
      );
      return Number.isNaN(tau) ? [] : [tau];
    }),
  );
  return taus.length === 0 ? undefined : mean(taus);
}
