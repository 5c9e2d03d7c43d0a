export { findingOfFailure } from "./failure.ts";
export type { Finding } from "./finding.ts";
export { reinforcement } from "./reinforcement.ts";
export { type RewardQuality, rewardModelling } from "./reward-model.ts";
export { type Cuts, endNeverTrained, fullyMasked, type LearntRow, type Masked, padIsEos, truncatedRows } from "./rows.ts";
export { examination, type MetricsRow, nothingToWatch, type Watch } from "./watch.ts";
