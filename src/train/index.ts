export { pass, scalar } from "./chunks.ts";
export {
  type Batch,
  type Evaluator,
  evaluator,
  type Learner,
  type LearnerOptions,
  type LearnerState,
  type Loss,
  learner,
  ndarray,
  type Outputs,
} from "./learner.ts";
export {
  collate,
  defaultMicroBatch,
  learntTokens,
  lengthBucket,
  type MicroBatch,
  microBatches,
  type TokenRow,
  tokensPerPass,
} from "./micro-batches.ts";
export type { UpdateSettings } from "./updater.ts";
