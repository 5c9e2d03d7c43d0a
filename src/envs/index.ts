export { box, dict, discrete, multiBinary, multiDiscrete } from "./spaces/build.ts";
export type { Env, EnvSpec, Info, Json, Outcome, ResetOptions, Step, Tabular, Transitions } from "./env.ts";
export type { Drawing, Picture, Point, Shape } from "./render/picture.ts";
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
export type {
  Autoreset,
  VectorEnv,
  VectorInfo,
  VectorOptions,
  VectorResetOptions,
  VectorStep,
} from "./vector/vector-env.ts";
