/** One person's work: how much, how fast, and how it agrees with the others, with test questions and with itself. */
import { quantile } from "../../stats/index.ts";
import type { TaskData, WordEntry } from "../entry.ts";
import { midRanksOf, othersThan, placesOf, type RankedTask, type Ranking, tauOf } from "./rankings.ts";
import { addTask, createSums, type Measured, meanOf, measure, type Resampling, type Sums } from "./resampling.ts";

export interface PersonReport {
  name: string;
  synthetic: boolean;
  judgements: number;
  demonstrations: number;
  skips: number;
  /** Median seconds a task. */
  seconds: number | null;
  /** Kendall's τ-b with the mean ranking of the others, mean over tasks; likewise below. */
  consensus: Measured;
  /** With the right answers of test questions. */
  gold: Measured;
  /** With what the person said when asked the first time. */
  self: Measured;
  /** Share of judgements that put the answer shown first on top, and what it would be without a habit. */
  firstPlace: { share: number; expected: number } | null;
}

type Agreements = Readonly<Record<"consensus" | "gold" | "self", Sums>>;

/** τ of each person with the others, with gold and with himself, summed for resampling. */
export function agreementsByPerson(
  ranked: readonly RankedTask[],
  tasks: ReadonlyMap<string, TaskData>,
  resampling: Resampling,
): Map<string, Agreements> {
  const byPerson = new Map<string, Agreements>();
  const add = (by: string, kind: keyof Agreements, index: number, tau: number) => {
    if (Number.isNaN(tau)) return;
    const fresh = () => createSums(resampling, 2);
    const sums = byPerson.get(by) ?? { consensus: fresh(), gold: fresh(), self: fresh() };
    byPerson.set(by, sums);
    addTask(resampling, sums[kind], index, tau, 1);
  };
  const byId = new Map(ranked.map((task) => [task.task, task]));
  for (const task of ranked) {
    const data = tasks.get(task.task);
    const right = data?.gold && midRanksOf(data.gold.groups, task.completions);
    const original = data?.repeats === undefined ? undefined : byId.get(data.repeats);
    const places = placesOf(task);
    for (const ranking of task.rankings) {
      if (task.rankings.length > 1)
        add(ranking.by, "consensus", task.index, tauOf(ranking.ranks, othersThan(ranking, places)));
      if (right) add(ranking.by, "gold", task.index, tauOf(ranking.ranks, right));
      const before = original?.rankings.find(({ by }) => by === ranking.by);
      if (before && data) {
        const same = sameOrder(before, tasks.get(original!.task), data);
        add(ranking.by, "self", task.index, tauOf(ranking.ranks, same));
      }
    }
  }
  return byPerson;
}

/** The places of an earlier ranking in the order in which the repetition holds the same completions. */
function sameOrder({ ranks }: Ranking, original: TaskData | undefined, repeated: TaskData): (number | null)[] {
  const placeOf = new Map(original?.completions.map((text, i) => [JSON.stringify(text), ranks[i] ?? null]));
  return repeated.completions.map((text) => placeOf.get(JSON.stringify(text)) ?? null);
}

export function personReport(
  { name, synthetic }: Pick<PersonReport, "name" | "synthetic">,
  words: readonly WordEntry[],
  agreements: Agreements | undefined,
  resampling: Resampling,
): PersonReport {
  const mean = (sums: Sums | undefined) => (sums ? measure(resampling, sums, meanOf) : null);
  const count = (kind: WordEntry["kind"]) => words.reduce((n, word) => n + Number(word.kind === kind), 0);
  return {
    name,
    synthetic,
    judgements: count("judgement"),
    demonstrations: count("demonstration"),
    skips: count("skip"),
    seconds: medianSeconds(words),
    consensus: mean(agreements?.consensus),
    gold: mean(agreements?.gold),
    self: mean(agreements?.self),
    firstPlace: firstPlaceOf(words),
  };
}

/** Imported words were not timed, and not shown in any order known here. */
export const isOurs = ({ ui }: { readonly ui: string }): boolean => ui !== "import";

export function medianSeconds(words: readonly WordEntry[]): number | null {
  const seconds: number[] = [];
  for (const { data } of words) if ("seconds" in data && isOurs(data)) seconds.push(data.seconds);
  return seconds.length === 0 ? null : quantile(seconds, 0.5);
}

/** Of several on top each has its part. */
function firstPlaceOf(words: readonly WordEntry[]): PersonReport["firstPlace"] {
  let [share, expected, count] = [0, 0, 0];
  for (const { kind, data } of words) {
    if (kind !== "judgement" || !isOurs(data)) continue;
    let judged = 0;
    for (const group of data.groups) judged += group.length;
    if (judged < 2) continue;
    const top = data.groups[0]!;
    if (top.includes(data.order[0]!)) share += 1 / top.length;
    expected += 1 / judged;
    count++;
  }
  return count === 0 ? null : { share: share / count, expected: expected / count };
}
