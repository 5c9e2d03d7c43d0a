export { type Batch, type Batches, batches } from "./batches.ts";
export { checkRow, rowOf } from "./check.ts";
export { type Converted, convertFile, convertValue, kindsFrom, type Source, sources } from "./convert.ts";
export {
  conversationOf,
  demonstrationsOf,
  pairsOf,
  preferenceOf,
  rankingOf,
  unpairedOf,
  type WithPrompt,
  withPrompt,
} from "./derive.ts";
export { readValues } from "./formats.ts";
export { consecutiveWindows, packDocuments, randomWindow, splitStream } from "./pack.ts";
export { type Dataset, mapRows, type ReadOptions, readDataset } from "./read.ts";
export { type Content, choiceOf, columnsOf, detectKind, type Kind, kinds, type Rows } from "./rows.ts";
export { type DatasetStats, datasetStats, type Lengths } from "./stats.ts";
export {
  type TokenizedRow,
  type TokenizeOptions,
  tokenizeConversation,
  tokenizePrompt,
  tokenizePromptCompletion,
} from "./tokenize.ts";
