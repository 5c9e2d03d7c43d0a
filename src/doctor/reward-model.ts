/** Whether a reward model learnt anything, and anything but length. Known when it is done. */
import { type Finding, percent } from "./finding.ts";
import { type MetricsRow, mean, type Watch } from "./watch.ts";

/** On pairs that were kept for validation; nulls without any. */
export interface RewardQuality {
  readonly accuracy: number | null;
  /** 95 % interval. */
  readonly low: number | null;
  readonly high: number | null;
  /** Accuracy of taking the longer answer for the better one. */
  readonly lengthBaseline: number | null;
}

/** No more than this is guessing, however many pairs show it. */
const guessing = 0.52;

/** Steps without which nothing is said of rows that are met for the first time. */
const enoughSteps = 20;

function judge({ accuracy, low, high, lengthBaseline }: RewardQuality, rows: readonly MetricsRow[]): Finding[] {
  if (accuracy === null) {
    const met = firstMeetings(rows);
    return met ? atChance(met, "pairs that it met for the first time, in the later half of the first epoch") : [];
  }
  const found = atChance({ value: accuracy, low: low!, high: high! }, "pairs that it has not seen");
  return found.length > 0 ? found : nothingButLength(accuracy, lengthBaseline!);
}

/**
 * The training accuracy of a step is measured before the model learns its rows: in the first epoch it is an accuracy on
 * unseen pairs. Mean over steps and its 95 % interval, from the second half of that epoch.
 */
function firstMeetings(rows: readonly MetricsRow[]) {
  const first = rows.filter(({ epoch }) => typeof epoch === "number" && epoch <= 1);
  const later = first.slice(Math.floor(first.length / 2)).flatMap(({ accuracy }) => accuracy ?? []);
  const values = later.filter(Number.isFinite); // a step may have no pair
  if (values.length < enoughSteps) return undefined;
  const value = mean(values);
  const variance = mean(values.map((x) => (x - value) ** 2)) / (values.length - 1);
  const half = 1.96 * Math.sqrt(variance);
  return { value, low: value - half, high: value + half };
}

function atChance(
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
  where: string,
): Finding[] {
  if (low > 0.5 && value > guessing) return [];
  return [
    {
      code: "reward-at-chance",
      level: "warn",
      number: value,
      message: `the reward model is right in ${percent(value)} (95 %: ${percent(low)} to ${percent(high)}) of ${where}: it cannot be told from guessing`,
      cause: "rankings that contradict each other, or are too few to learn from or to measure with",
      fix: "check the ranks (1 is best) and how far people agree, rank more answers, or keep more for --validation-share",
    },
  ];
}

function nothingButLength(accuracy: number, lengthBaseline: number): Finding[] {
  const byLength = Math.max(lengthBaseline, 1 - lengthBaseline);
  if (accuracy > byLength) return [];
  const choice = lengthBaseline >= 0.5 ? "longer" : "shorter";
  return [
    {
      code: "reward-is-length",
      level: "warn",
      number: byLength,
      message: `always taking the ${choice} answer is right in ${percent(byLength)} of the pairs, the reward model in ${percent(accuracy)}`,
      cause: "length alone explains what it learnt, and a policy that is trained on it will learn length",
      fix: "rank more pairs of similar length, or compare with a reward for length alone before trusting it",
    },
  ];
}

export const rewardModelling: Watch<RewardQuality> = { window: Number.POSITIVE_INFINITY, checks: [], atEnd: judge };
