export { type AdagradOptions, adagrad } from "./adagrad.ts";
export { type AdamOptions, adam, adamw } from "./adam.ts";
export { ema, polyak } from "./average.ts";
export { clipCoefficient } from "./clipping.ts";
export type { EpsilonStyle, Optimizer, StepNumbers, UpdateInputs, UpdateOutputs } from "./optimizer.ts";
export { type RmspropOptions, rmsprop } from "./rmsprop.ts";
export {
  constant,
  constantWithWarmup,
  cosine,
  instructGptConstant,
  interpolate,
  inverseSqrt,
  linear,
  polynomial,
  type Schedule,
  type ScheduleName,
  type ScheduleOptions,
  schedule,
  scheduleNames,
} from "./schedules.ts";
export { type SgdOptions, sgd } from "./sgd.ts";
