import { assert } from "../base/index.ts";
import { midRanks } from "./correlation.ts";
import { mean, sum } from "./describe.ts";

/** How far predicted probabilities of a yes (1) are from what happened (0 or 1). */
export interface Calibration {
  /** Expected calibration error over bins of equal width (Guo et al. 2017). */
  readonly ece: number;
  /** Mean squared error. */
  readonly brier: number;
  /** Mean −log of the probability given to what happened, nats. */
  readonly logLoss: number;
  /** P(a yes was given more than a no), equal ones count half. NaN without both. */
  readonly auc: number;
}

export function calibration(
  probabilities: readonly number[],
  outcomes: readonly number[],
  { bins = 10 }: { readonly bins?: number } = {},
): Calibration {
  assert(
    probabilities.length === outcomes.length,
    `${probabilities.length} probabilities, ${outcomes.length} outcomes`,
  );
  const binOf = (p: number) => Math.min(bins - 1, Math.floor(p * bins));
  const excess = new Float64Array(bins);
  for (const [i, p] of probabilities.entries()) excess[binOf(p)]! += p - outcomes[i]!;
  const given = (i: number) => (outcomes[i] === 1 ? probabilities[i]! : 1 - probabilities[i]!);
  const yes = sum([...outcomes]);
  const no = outcomes.length - yes;
  const ranks = midRanks(probabilities);
  const ranksOfYes = sum(ranks.filter((_, i) => outcomes[i] === 1));
  return {
    ece: excess.reduce((total, x) => total + Math.abs(x), 0) / probabilities.length,
    brier: mean(probabilities.map((p, i) => (p - outcomes[i]!) ** 2)),
    logLoss: mean(probabilities.map((_, i) => -Math.log(Math.max(given(i), Number.EPSILON)))),
    auc: (ranksOfYes - (yes * (yes + 1)) / 2) / (yes * no),
  };
}
