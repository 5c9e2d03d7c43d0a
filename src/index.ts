/**
 * Plaudit: teach a language model from human feedback.
 *
 * Trainers are async generators: they yield a step, and `record` writes it to a run folder. Below them lie the learner
 * (`plaudit/train`) and the engine (`plaudit/engine`).
 */
export {
  type ClassificationOptions,
  type ClassificationResult,
  type ClassifiedRow,
  type Classifying,
  classificationInputs,
  classify,
  type FineTuned,
  measureRewardModel,
  type PpoOptions,
  type PpoResult,
  type Pretrained,
  type PretrainOptions,
  type PretrainResult,
  type Prompt,
  ppo,
  pretrain,
  type RankedRow,
  type Reinforced,
  type Resume,
  type Rewarding,
  type RewardOptions,
  type RewardResult,
  rewardModel,
  type SftOptions,
  type SftResult,
  separatorsOf,
  sft,
} from "./align/index.ts";
export { DataError, PlauditError, type Problem, type Rng, stream, UsageError } from "./base/index.ts";
export { readDataset, tokenizePrompt, tokenizePromptCompletion } from "./data/index.ts";
export { type Completion, type Generator, generator, type SamplingOptions } from "./generate/index.ts";
export { type LanguageModel, loadModel, newModel } from "./models/index.ts";
export { learnedReward, type RewardFunction, type RewardInput } from "./rewards/index.ts";
export { record } from "./run/index.ts";
export { renderChat, type Tokenizer, trainBpeTokenizer, trainCharacterTokenizer } from "./text/index.ts";
