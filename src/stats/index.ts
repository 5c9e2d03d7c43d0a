export { meanAgreement, type PairAgreement, pairAgreement } from "./agreement.ts";
export { type BootstrapOptions, clusteredBootstrap } from "./bootstrap.ts";
export { kendallTauB, midRanks, pearson, spearman } from "./correlation.ts";
export { mean, quantile, std, sum } from "./describe.ts";
export type { Interval } from "./interval.ts";
export { normalCdf, normalQuantile, wilsonInterval } from "./proportion.ts";
export { type Judged, type RankingQuality, rankingQuality } from "./ranking-quality.ts";
export { pairedWinRate, type WinRate } from "./win-rate.ts";
