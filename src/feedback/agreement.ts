import { type Interval, type PairAgreement, pairAgreement, wilsonInterval } from "../stats/index.ts";
import type { JudgementEntry } from "./entry.ts";
import { groupsToRanks } from "./ranking.ts";

/** Share of pairs that two people order alike, with Wilson's interval (pairs of one task are not independent). */
export interface Agreement extends Interval {
  readonly pairs: number;
}

export interface AgreementReport {
  /** Undefined while nobody has judged what somebody else judged. */
  readonly all: Agreement | undefined;
  /** Each person against all the others, those with most pairs first. */
  readonly people: readonly ({ readonly by: string } & Agreement)[];
}

/** Agreement over all tasks that two or more people judged; see {@link pairAgreement} for what counts as a pair. */
export function agreementOf(judgements: readonly JudgementEntry[]): AgreementReport {
  const byTask = new Map<string, { by: string; ranks: (number | null)[] }[]>();
  for (const { by, data } of judgements) {
    const rankings = byTask.get(data.task) ?? [];
    byTask.set(data.task, rankings);
    rankings.push({ by, ranks: groupsToRanks(data.groups, data.completions.length) });
  }
  let all = none;
  const people = new Map<string, PairAgreement>();
  for (const rankings of byTask.values()) {
    rankings.forEach((a, i) => {
      for (const b of rankings.slice(0, i)) {
        const part = pairAgreement(a.ranks, b.ranks);
        all = add(all, part);
        for (const { by } of [a, b]) people.set(by, add(people.get(by) ?? none, part));
      }
    });
  }
  const judged = [...people].flatMap(([by, part]) => (part.pairs > 0 ? [{ by, ...share(part) }] : []));
  return { all: all.pairs > 0 ? share(all) : undefined, people: judged.sort((a, b) => b.pairs - a.pairs) };
}

const none: PairAgreement = { agree: 0, pairs: 0 };
const add = (a: PairAgreement, b: PairAgreement): PairAgreement => ({
  agree: a.agree + b.agree,
  pairs: a.pairs + b.pairs,
});
const share = ({ agree, pairs }: PairAgreement): Agreement => ({ ...wilsonInterval(agree, pairs), pairs });
