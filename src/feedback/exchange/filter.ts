/** Which words an export takes. */
import { mean, pairAgreement } from "../../stats/index.ts";
import { isDecision, subjectOf, whereDecided } from "../decision.ts";
import type { JudgementEntry, TaskData, WordEntry } from "../entry.ts";
import { groupsToRanks } from "../ranking.ts";

export interface ExportFilter {
  /** Only these people's words. */
  readonly by?: readonly string[] | undefined;
  /** ISO 8601, included. */
  readonly since?: string | undefined;
  /** ISO 8601, excluded. */
  readonly until?: string | undefined;
  /** Only tasks on whose pairs two or more people agree at least so often, 0 to 1; others' judgements are left out. */
  readonly minAgreement?: number | undefined;
  /** Answers that somebody flagged so are left out for everybody, and tasks whose prompt was. */
  readonly withoutFlags?: readonly string[] | undefined;
  /** The decision on a disputed task stands in place of what people said of it; else it is left out. Default true. */
  readonly decisions?: boolean | undefined;
}

/** What is left, in its order. A qualification test trains nobody: what was said there is left out. */
export function filterWords(
  words: readonly WordEntry[],
  tasks: readonly TaskData[],
  filter: ExportFilter,
): WordEntry[] {
  const { by, since = "", until, minAgreement, withoutFlags = [], decisions = true } = filter;
  const tests = new Set(tasks.flatMap(({ task, qualification }) => (qualification ? [task] : [])));
  const asked = words.filter(
    (word) =>
      (by === undefined || by.includes(word.by)) &&
      Date.parse(word.at) >= (since === "" ? -Infinity : Date.parse(since)) &&
      (until === undefined || Date.parse(word.at) < Date.parse(until)) &&
      !tests.has(subjectOf(word)),
  );
  const settled = decisions ? whereDecided(asked) : asked.filter((word) => !isDecision(word));
  const agreed = minAgreement === undefined ? settled : whereAgreed(settled, minAgreement);
  return withoutFlags.length === 0 ? agreed : withoutFlagged(agreed, words, withoutFlags);
}

/** Words on tasks that judgements agree on; a decision, and what is no judgement, has nothing to agree on and stays. */
function whereAgreed(words: readonly WordEntry[], least: number): WordEntry[] {
  const byTask = new Map<string, JudgementEntry[]>();
  for (const word of words) {
    if (word.kind === "judgement") byTask.set(word.data.task, [...(byTask.get(word.data.task) ?? []), word]);
  }
  const enough = new Set([...byTask].flatMap(([task, given]) => (agreementOn(given) >= least ? [task] : [])));
  return words.filter((word) => word.kind !== "judgement" || isDecision(word) || enough.has(word.data.task));
}

/** Mean over each two people of the share of pairs that they order alike; NaN when there are none. */
function agreementOn(given: readonly JudgementEntry[]): number {
  const rankings = given.map(({ data }) => groupsToRanks(data.groups, data.completions.length));
  const shares = rankings.flatMap((a, i) =>
    rankings.slice(0, i).flatMap((b) => {
      const { agree, pairs } = pairAgreement(a, b);
      return pairs > 0 ? [agree / pairs] : [];
    }),
  );
  return mean(shares);
}

function withoutFlagged(words: readonly WordEntry[], all: readonly WordEntry[], names: readonly string[]): WordEntry[] {
  const flagged = new Map<string, Set<number>>();
  const prompts = new Set<string>();
  for (const word of all) {
    if (word.kind !== "judgement") continue;
    const { labels, flags } = word.data;
    const task = subjectOf(word);
    for (const name of names) {
      if (labels?.[name] === true) prompts.add(task);
      for (const [i, flag] of (flags?.[name] ?? []).entries()) {
        if (flag === true) flagged.set(task, (flagged.get(task) ?? new Set()).add(i));
      }
    }
  }
  return words.flatMap((word): WordEntry[] => {
    const task = subjectOf(word);
    if (prompts.has(task)) return [];
    const gone = flagged.get(task);
    if (word.kind !== "judgement" || gone === undefined) return [word];
    const groups = word.data.groups
      .map((group) => group.filter((i) => !gone.has(i)))
      .filter((group) => group.length > 0);
    return [{ ...word, data: { ...word.data, groups } }];
  });
}
