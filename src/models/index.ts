export { type GptConfig, gpt, gptFromHuggingFace, gptToHuggingFace } from "./gpt.ts";
export { type LabelledConfig, labelsFromHuggingFace } from "./labels.ts";
export { type LanguageModel, languageModelFiles, loadModel, openFolderTokenizer } from "./language-model.ts";
export {
  copyModel,
  headOf,
  type Model,
  modelFiles,
  modelFromFiles,
  networkOf,
  newModel,
  type ScoreScale,
  scoreScaleOf,
  withHead,
} from "./model.ts";
export type { CachedStep, CacheShape, Head, Layout, Network } from "./network.ts";
