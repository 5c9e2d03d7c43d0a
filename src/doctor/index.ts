export { findingOfFailure } from "./failure.ts";
export type { Finding } from "./finding.ts";
export { brokenWeights, endless, padIsEos } from "./model.ts";
export { reinforcement } from "./reinforcement.ts";
export { type RewardQuality, rewardModelling } from "./reward-model.ts";
export {
  type Cuts,
  endNeverTrained,
  fullyMasked,
  type LearntRow,
  type Masked,
  truncatedRows,
} from "./rows.ts";
export { examination, type MetricsRow, nothingToWatch, type Watch } from "./watch.ts";
