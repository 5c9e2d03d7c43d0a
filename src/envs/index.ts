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
export type { Drawing, Picture, Point, Shape } from "./render/picture.ts";
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
export { syncVector } from "./vector/sync.ts";
export type {
  Autoreset,
  VectorEnv,
  VectorInfo,
  VectorOptions,
  VectorResetOptions,
  VectorStep,
} from "./vector/vector-env.ts";
export { orderEnforcing } from "./wrappers/order-enforcing.ts";
export { passiveEnvChecker } from "./wrappers/passive-checker.ts";
export { timeLimit } from "./wrappers/time-limit.ts";
export { describe, restoreTo, snapshotOf, unwrapped, wrap } from "./wrappers/wrap.ts";
