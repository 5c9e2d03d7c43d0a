export type { Dynamics } from "./classic/dynamics.ts";
export type { Env, EnvSpec, Info, Json, Outcome, ResetOptions, Step, Tabular, Transitions } from "./env.ts";
export { type Generator, type GeneratorState, generator } from "./random/generator.ts";
export {
  type EnvId,
  type EnvOf,
  type EnvOptions,
  envIds,
  type MakeOptions,
  type MakeVecOptions,
  make,
  makeVec,
  type Registration,
  register,
  spec,
} from "./registry.ts";
export { apng, type FilmOptions, film } from "./render/apng.ts";
export { type Context2d, paint } from "./render/canvas.ts";
export { drawObservation } from "./render/observation.ts";
export type { Drawing, Picture, Point, Shape } from "./render/picture.ts";
export { type Pixels, toRgb } from "./render/raster.ts";
export { toSvg } from "./render/svg.ts";
export {
  box,
  dict,
  discrete,
  graph,
  multiBinary,
  multiDiscrete,
  oneOf,
  sequence,
  text,
  tuple,
} from "./spaces/build.ts";
export { contains } from "./spaces/contains.ts";
export { flatdim, flatten, flattenInto, flattenSpace, unflatten } from "./spaces/flatten.ts";
export { type HowToSample, type Mask, type Sampler, type SamplerState, sampler } from "./spaces/sampler.ts";
export type {
  Actions,
  Batch,
  Box,
  BoxArrays,
  BoxType,
  Dict,
  Discrete,
  Graph,
  GraphSample,
  Member,
  MultiBinary,
  MultiDiscrete,
  OneOf,
  Sample,
  Sequence,
  Space,
  SpaceRecord,
  Text,
  Tuple,
} from "./spaces/space.ts";
export { describeSpace, fromJsonable, sameSpace, toJsonable } from "./spaces/text-form.ts";
export type { BlackjackOptions } from "./toy/blackjack.ts";
export { frozenLakeMaps, generateRandomMap } from "./toy/frozen-lake.ts";
export type { RenderMode } from "./toy/render-mode.ts";
export { normalizeVectorObservation, normalizeVectorReward } from "./vector/normalize.ts";
export { recordVectorStatistics } from "./vector/statistics.ts";
export { syncVector } from "./vector/sync.ts";
export type { EnvSource } from "./vector/thread-memory.ts";
export { type ThreadsOptions, threadVector } from "./vector/threads.ts";
export type {
  Autoreset,
  VectorEnv,
  VectorInfo,
  VectorOptions,
  VectorResetOptions,
  VectorStep,
} from "./vector/vector-env.ts";
export { restoreVector, snapshotOfVector, wrapVector } from "./vector/wrap-vector.ts";
export {
  clipAction,
  discretizeAction,
  repeatAction,
  rescaleAction,
  type StickyOptions,
  stickyAction,
} from "./wrappers/actions.ts";
export { type CheckOptions, checkEnv } from "./wrappers/check-env.ts";
export {
  autoreset,
  cubes,
  type EpisodeQueue,
  type EpisodeStatistics,
  type RecordOptions,
  recordEpisodeStatistics,
  recordEpisodes,
  type StatisticsOptions,
} from "./wrappers/episodes.ts";
export { type Masked, maskedObservation } from "./wrappers/masks.ts";
export {
  delayObservation,
  frameStackObservation,
  maxAndSkipObservation,
  type Padding,
  type TimeAwareOptions,
  timeAwareObservation,
} from "./wrappers/memory.ts";
export { type RunningMoments, runningMoments } from "./wrappers/moments.ts";
export { type NormalizeOptions, normalizeObservation, normalizeReward } from "./wrappers/normalize.ts";
export {
  discretizeObservation,
  dtypeObservation,
  filterObservation,
  flattenObservation,
  rescaleObservation,
  reshapeObservation,
} from "./wrappers/observations.ts";
export { orderEnforcing } from "./wrappers/order-enforcing.ts";
export { passiveEnvChecker } from "./wrappers/passive-checker.ts";
export { timeLimit } from "./wrappers/time-limit.ts";
export { clipReward, transformAction, transformObservation, transformReward } from "./wrappers/transform.ts";
export { describe, restoreTo, snapshotOf, unwrapped, wrap } from "./wrappers/wrap.ts";
