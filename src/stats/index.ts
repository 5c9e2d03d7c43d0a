export { meanAgreement, type PairAgreement, pairAgreement } from "./agreement.ts";
export { type BootstrapOptions, bootstrap, clusteredBootstrap } from "./bootstrap.ts";
export { bradleyTerry, type Strengths, winProbabilities } from "./bradley-terry.ts";
export { type Calibration, calibration } from "./calibration.ts";
export {
  type Concordance,
  kendallTauB,
  kendallTauC,
  kendallW,
  midRanks,
  pearson,
  spearman,
} from "./correlation.ts";
export { explainedVariance, mean, quantile, std, sum } from "./describe.ts";
export { eloExpected, eloRatings, type Game } from "./elo.ts";
export type { Interval } from "./interval.ts";
export { cohenKappa, fleissKappa, type KappaWeights, randolphKappa } from "./kappa.ts";
export { alphaOfCoincidences, krippendorffAlpha, type Level } from "./krippendorff.ts";
export { normalCdf, normalQuantile, wilsonInterval } from "./proportion.ts";
export { type Judged, type RankingQuality, rankingQuality } from "./ranking-quality.ts";
export {
  exactInterval,
  mannWhitneyU,
  pairedT,
  signTest,
  type Tested,
  welchT,
  wilcoxonSignedRank,
} from "./significance.ts";
export { pairedWinRate, type WinRate } from "./win-rate.ts";
