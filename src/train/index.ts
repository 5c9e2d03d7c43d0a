export { type Batch, ndarray } from "./batch.ts";
export { pass, scalar } from "./chunks.ts";
export { type HeadedLoss, headInChunks } from "./head-in-chunks.ts";
export {
  type Evaluator,
  evaluator,
  type GradientsOptions,
  type Graph,
  type Learner,
  type LearnerOptions,
  type LearnerState,
  type Loss,
  learner,
  type Outputs,
  type StepOptions,
} from "./learner.ts";
export {
  collate,
  defaultMicroBatch,
  learntTokens,
  lengthBucket,
  type MicroBatch,
  microBatches,
  passesFor,
  type TokenRow,
} from "./micro-batches.ts";
export type { UpdateSettings } from "./updater.ts";
