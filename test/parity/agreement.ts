import {
  bradleyTerry,
  calibration,
  cohenKappa,
  eloExpected,
  eloRatings,
  exactInterval,
  fleissKappa,
  kendallTauB,
  kendallTauC,
  kendallW,
  krippendorffAlpha,
  mannWhitneyU,
  midRanks,
  pairedT,
  pearson,
  randolphKappa,
  signTest,
  spearman,
  type Tested,
  welchT,
  wilcoxonSignedRank,
  wilsonInterval,
  winProbabilities,
} from "../../src/stats/index.ts";
import type { Json } from "./cases.ts";
import type { Checkers } from "./registry.ts";

const pair = ({ statistic, p }: Tested) => [statistic, p];
const ends = ({ low, high }: { low: number; high: number }) => [low, high];

function strengths({ wins, l2 = 0 }: Json): Json {
  const { logStrengths, nll } = bradleyTerry(wins, { l2 });
  const powers = logStrengths.map(Math.exp);
  const total = powers.reduce((a, b) => a + b, 0);
  return {
    log_strengths: logStrengths,
    strengths_sum_1: powers.map((power) => power / total),
    nll,
    win_probabilities: winProbabilities(logStrengths),
  };
}

/** Statistics have no engine: each is computed once an engine all the same, which costs nothing. */
export const agreementCheckers: Checkers = {
  "agreement/cohen_kappa": ({ a, b, categories }) => ({
    unweighted: cohenKappa(a, b, { categories }),
    linear: cohenKappa(a, b, { categories, weights: "linear" }),
    quadratic: cohenKappa(a, b, { categories, weights: "quadratic" }),
    observed_agreement: a.filter((x: Json, i: number) => x === b[i]).length / a.length,
  }),
  "agreement/fleiss_kappa": ({ table }) => ({ kappa: fleissKappa(table), randolph: randolphKappa(table) }),
  "agreement/krippendorff_alpha": ({ ratings }) => ({
    nominal: krippendorffAlpha(ratings, "nominal"),
    ordinal: krippendorffAlpha(ratings, "ordinal"),
    interval: krippendorffAlpha(ratings, "interval"),
    ratio: krippendorffAlpha(ratings, "ratio"),
  }),
  "agreement/rank_correlation": ({ x, y }) => ({
    kendall_tau_b: kendallTauB(x, y),
    kendall_tau_c: kendallTauC(x, y),
    spearman: spearman(x, y),
    pearson: pearson(x, y),
    ranks_x: midRanks(x),
    ranks_y: midRanks(y),
  }),
  "agreement/kendall_w": ({ ratings }) => {
    const { w, tieCorrected, friedman } = kendallW(ratings);
    return { w, w_tie_corrected: tieCorrected, friedman_chi2: friedman };
  },
  "agreement/bradley_terry": strengths,
  "agreement/elo": ({ players, start, k, games }) => {
    const ratings = eloRatings(games, { players, start, k });
    const before = [new Array(players).fill(start), ...ratings];
    const expected = games.map(([a, b]: Json, i: number) => eloExpected(before[i]![a], before[i]![b]));
    return { expected_score_first: expected, ratings };
  },
  "agreement/win_rate_interval": ({ wins, n, confidence }) => ({
    rate: wins / n,
    wilson: ends(wilsonInterval(wins, n, confidence)),
    exact: ends(exactInterval(wins, n, confidence)),
    two_sided_p_vs_half: signTest(wins, n),
  }),
  "agreement/two_sample_tests": ({ x, y }) => ({
    paired_t: pair(pairedT(x, y)),
    welch_t: pair(welchT(x, y)),
    wilcoxon_signed_rank: pair(wilcoxonSignedRank(x, y)),
    mann_whitney_u: pair(mannWhitneyU(x, y)),
  }),
  "agreement/calibration": ({ probabilities, outcomes, bins }) => {
    const { ece, brier, logLoss, auc } = calibration(probabilities, outcomes, { bins });
    return { ece, brier, log_loss: logLoss, auc };
  },
};
