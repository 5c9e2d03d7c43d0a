export {
  ClassificationConfig,
  type ClassificationOptions,
  type ClassificationResult,
  type Classifying,
  classify,
  gpt1Classification,
  measureClassifier,
} from "./classification.ts";
export {
  type ClassificationIds,
  classificationInputs,
  type InputOptions,
  type Separators,
  separatorsOf,
} from "./classification-inputs.ts";
export { type ClassifiedRow, classProbabilities } from "./classifier-passes.ts";
export { languageModelLoss, type Measured, measureRows, measureText } from "./language-modelling.ts";
export {
  instructGptPpo,
  PpoConfig,
  type PpoOptions,
  type PpoResult,
  type Prompt,
  ppo,
  type Reinforced,
} from "./ppo.ts";
export {
  PretrainConfig,
  type Pretrained,
  type PretrainOptions,
  type PretrainResult,
  pretrain,
  windowCount,
} from "./pretrain.ts";
export { pretrainingMix } from "./pretraining-mix.ts";
export type { Resume } from "./resume.ts";
export {
  instructGptReward,
  measureRewardModel,
  type RankedRow,
  RewardConfig,
  type Rewarding,
  type RewardOptions,
  type RewardResult,
  rewardModel,
} from "./reward-model.ts";
export {
  type FineTuned,
  instructGptSft,
  SftConfig,
  type SftOptions,
  type SftResult,
  sft,
} from "./sft.ts";
