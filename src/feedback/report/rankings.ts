/** How people agree on rankings: pairs, Krippendorff's α, Fleiss' κ, Kendall's W, and τ task by task. */
import { alphaOfCoincidences, kendallTauB } from "../../stats/index.ts";
import type { JudgementEntry } from "../entry.ts";
import { addTask, createSums, type Measured, meanOf, measure, type Resampling } from "./resampling.ts";

/** A judgement's places: 1 is best, equal answers share the mean of their places, null was not judged. */
export interface Ranking {
  readonly by: string;
  readonly ranks: readonly (number | null)[];
}

/** The rankings that people gave of one task. */
export interface RankedTask {
  readonly task: string;
  /** Its number among all, for resampling. */
  readonly index: number;
  readonly completions: number;
  readonly rankings: readonly Ranking[];
}

export const rankingOf = ({ by, data: { groups, completions } }: JudgementEntry): Ranking => ({
  by,
  ranks: midRanksOf(groups, completions.length),
});

/** `[[2], [0, 3], [1]]` → `[2.5, 4, 1, 2.5]`. */
export function midRanksOf(groups: readonly (readonly number[])[], n: number): (number | null)[] {
  const ranks = new Array<number | null>(n).fill(null);
  let before = 0;
  for (const group of groups) {
    for (const i of group) ranks[i] = before + (group.length + 1) / 2;
    before += group.length;
  }
  return ranks;
}

/** τ-b of two lists of places over what both judged; NaN where one of them ties all of it. */
export function tauOf(a: Ranking["ranks"], b: Ranking["ranks"]): number {
  if (!a.includes(null) && !b.includes(null)) return kendallTauB(a as number[], b as number[]);
  const both = a.flatMap((_, i) => (a[i] === null || b[i] === null ? [] : [i]));
  return kendallTauB(
    both.map((i) => a[i]!),
    both.map((i) => b[i]!),
  );
}

export interface RankingAgreement {
  readonly pairs: Measured;
  readonly alpha: Measured;
  readonly fleiss: Measured;
  readonly kendallW: Measured;
}

/** Over the tasks that two or more people ranked; the others have nothing to say. */
export function rankingAgreement(tasks: readonly RankedTask[], resampling: Resampling): RankingAgreement {
  const most = tasks.reduce((k, { completions }) => Math.max(k, completions), 0);
  // Places go by halves: the i-th value is (i + 2) / 2.
  const values = Array.from({ length: Math.max(0, 2 * most - 1) }, (_, i) => (i + 2) / 2);
  const pairs = createSums(resampling, 2);
  const fleiss = createSums(resampling, 4);
  const concordance = createSums(resampling, 2);
  const coincidences = createSums(resampling, values.length ** 2);
  for (const task of tasks) {
    const counted = countPairs(task);
    if (counted.strict > 0) addTask(resampling, pairs, task.index, counted.agree, counted.strict);
    if (counted.items > 0)
      addTask(resampling, fleiss, task.index, counted.alike, counted.items, counted.ties, counted.said);
    const w = concordanceOf(task);
    if (!Number.isNaN(w)) addTask(resampling, concordance, task.index, w, 1);
    const start = resampling.blockOf[task.index]! * coincidences.width;
    if (addCoincidences(task, coincidences.values.subarray(start, start + coincidences.width), values.length))
      coincidences.tasks++;
  }
  return {
    pairs: measure(resampling, pairs, meanOf),
    alpha: measure(resampling, coincidences, (cells) => alphaOfCoincidences(values, cells, "ordinal")),
    fleiss: measure(resampling, fleiss, fleissOf),
    kendallW: measure(resampling, concordance, meanOf),
  };
}

/**
 * What people say of each two answers, counted over a task: first, second or tie. `agree` of `strict` pairs of people
 * order two answers alike, of those who order them; `alike` is the sum over `items` of the share of pairs of people who
 * say the same; `ties` of all `said`.
 */
function countPairs({ rankings, completions }: RankedTask) {
  let [agree, strict, alike, items, ties, said] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < completions; i++) {
    for (let j = 0; j < i; j++) {
      let [first, second, tie] = [0, 0, 0];
      for (const { ranks } of rankings) {
        const a = ranks[i]!;
        const b = ranks[j]!;
        if (a === null || b === null) continue;
        if (a < b) first++;
        else if (a > b) second++;
        else tie++;
      }
      const people = first + second + tie;
      if (people < 2) continue;
      agree += (first * (first - 1) + second * (second - 1)) / 2;
      strict += ((first + second) * (first + second - 1)) / 2;
      alike += (first * (first - 1) + second * (second - 1) + tie * (tie - 1)) / (people * (people - 1));
      items++;
      ties += tie;
      said += people;
    }
  }
  return { agree, strict, alike, items, ties, said };
}

/**
 * Fleiss' κ. Which of two answers stands first in a file means nothing, so each pair counts in both orders: whatever is
 * no tie is "first" and "second" in equal shares.
 */
function fleissOf([alike, items, ties, said]: Float64Array): number {
  const tie = ties! / said!;
  const chance = tie ** 2 + (1 - tie) ** 2 / 2;
  return (alike! / items! - chance) / (1 - chance);
}

/**
 * Kendall's W of those who ranked all the answers, ties allowed for; NaN with fewer than two of them. With mean places it is
 * the spread of the totals over the most that it could be: Σᵢ (Σⱼ rᵢⱼ − m r̄)² / (m Σᵢⱼ (rᵢⱼ − r̄)²).
 */
function concordanceOf({ rankings, completions }: RankedTask): number {
  const whole = rankings.filter(({ ranks }) => !ranks.includes(null));
  if (whole.length < 2) return Number.NaN;
  const middle = (completions + 1) / 2;
  let [spread, most] = [0, 0];
  for (let i = 0; i < completions; i++) {
    let total = 0;
    for (const { ranks } of whole) {
      const away = ranks[i]! - middle;
      total += away;
      most += away ** 2;
    }
    spread += total ** 2;
  }
  return spread / (whole.length * most);
}

/** Each answer is an item, its places are the ratings. Says whether there was any with two. */
function addCoincidences({ rankings, completions }: RankedTask, cells: Float64Array, size: number): boolean {
  let any = false;
  for (let i = 0; i < completions; i++) {
    const places: number[] = [];
    for (const { ranks } of rankings) if (ranks[i] != null) places.push(2 * ranks[i]! - 2);
    if (places.length < 2) continue;
    any = true;
    const weight = 1 / (places.length - 1);
    for (let a = 0; a < places.length; a++) {
      for (let b = 0; b < places.length; b++) if (a !== b) cells[places[a]! * size + places[b]!]! += weight;
    }
  }
  return any;
}

/** Mean τ-b over each two people; NaN when no two of them put anything in an order. */
export function meanTau(rankings: readonly Ranking[]): number {
  let [total, count] = [0, 0];
  for (let a = 0; a < rankings.length; a++) {
    for (let b = 0; b < a; b++) {
      const tau = tauOf(rankings[a]!.ranks, rankings[b]!.ranks);
      if (Number.isNaN(tau)) continue;
      total += tau;
      count++;
    }
  }
  return total / count;
}

/** Sum of the places of each answer, and how many people gave it one. */
export function placesOf({ rankings, completions }: RankedTask) {
  const totals = new Array<number>(completions).fill(0);
  const counts = new Array<number>(completions).fill(0);
  for (const { ranks } of rankings) {
    for (let i = 0; i < completions; i++) {
      if (ranks[i] == null) continue;
      totals[i]! += ranks[i]!;
      counts[i]!++;
    }
  }
  return { totals, counts };
}

/** What the others think: their mean places; null where nobody else judged. */
export const othersThan = ({ ranks }: Ranking, { totals, counts }: ReturnType<typeof placesOf>): (number | null)[] =>
  totals.map((total, i) => {
    const own = ranks[i] ?? null;
    const others = counts[i]! - Number(own !== null);
    return others === 0 ? null : (total - (own ?? 0)) / others;
  });
