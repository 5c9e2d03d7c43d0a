export {
  type Advantages,
  gaeResponses,
  type ResponsesInputs,
  type WhitenOptions,
  whiten,
} from "./advantages.ts";
export { type ChunkedInputs, type ChunkedOutputs, chunkedCrossEntropy } from "./chunked.ts";
export { classificationLoss, rowLogits } from "./classification.ts";
export { categoricalKl, entropy, type KlEstimator, klEstimate } from "./kl.ts";
export { type AdaptiveKlOptions, adaptiveKl, fixedKl, type KlController } from "./kl-control.ts";
export { type CombinedInputs, combinedLoss, type PolicyInputs, type PolicyOutputs, ppoPolicyLoss } from "./policy.ts";
export {
  type KwiseInputs,
  kwiseLoss,
  type PairDivisor,
  type PairWeights,
  type PairwiseInputs,
  type PairwiseMetrics,
  pairWeights,
  pairwiseLoss,
  pairwiseMetrics,
  type RankingInputs,
  type Ranks,
  rankedPairs,
  rankingLoss,
} from "./reward.ts";
export { ignoredLabel, type SftInputs, sftLoss, shiftLabels, type Targets, tokenAccuracy } from "./sft.ts";
export { type ScorePosition, type TokenRewards, type TokenRewardsInputs, tokenRewards } from "./token-rewards.ts";
export { type ValueInputs, valueLoss } from "./value.ts";
export { type Aggregate, tokenWeights } from "./weights.ts";
