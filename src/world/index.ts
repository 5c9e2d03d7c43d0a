export {
  type Annotator,
  calibrateNoise,
  type Features,
  type Ranking,
  rankFeatures,
  ranksWithTies,
  secondsFor,
  utility,
} from "./annotator.ts";
export { chatTemplate } from "./chat-template.ts";
export { type ChatMessage, type Demonstration, demonstrations, promptRow } from "./demonstrations.ts";
export { gold } from "./gold.ts";
export type { FactKind, UnknownKind } from "./language.ts";
export {
  allPrompts,
  findPrompt,
  heldOutPrompts,
  type PromptUse,
  trainingPrompts,
  type WorldPrompt,
} from "./prompts.ts";
export { simulatedAnnotators, textFeatures } from "./simulated.ts";
export { pretrainingText } from "./stories.ts";
export { features, rank, townspeople } from "./townspeople.ts";
export { readAnswer, type Verdict } from "./verdict.ts";
export { type Fact, isFact, type LanguageCode, makeWorld, type Unknown, type World } from "./world.ts";
