export { A2cConfig, type A2cOptions, a2c } from "./a2c.ts";
export { A3cConfig, type A3cOptions, a3c } from "./a3c.ts";
export { type AblationOptions, type AblationRow, ablation, ablationCases } from "./ablation.ts";
export { type ActorCritic, actorCritic } from "./actor-critic.ts";
export * from "./clips/index.ts";
export { ContinuousQConfig, type ContinuousQOptions, continuousQ } from "./continuous-q.ts";
export { DdpgConfig, type DdpgOptions, ddpg } from "./ddpg.ts";
export * from "./distributions/index.ts";
export { DqnConfig, type DqnOptions, dqn } from "./dqn.ts";
export { type TraceKind, type TraceStep, traceStep } from "./eligibility.ts";
export type { EnvModule, EnvSource, NamedEnv } from "./env-source.ts";
export { type EvaluateOptions, type Evaluation, evaluate } from "./evaluate.ts";
export { policyOnnx } from "./export.ts";
export { type GradientOptions, gradientMoments } from "./gradient-variance.ts";
export {
  doublyRobustEstimate,
  effectiveSampleSize,
  type ModelledTrajectory,
  ordinaryEstimate,
  perDecisionEstimate,
  type Trajectory,
  trajectoryReturn,
  trajectoryWeight,
  weightedEstimate,
} from "./importance-sampling.ts";
export { type KeepBestOptions, type Kept, keepBest, type Taught, type TaughtBest } from "./keep-best.ts";
export { everyFew, type LogInterval } from "./log-interval.ts";
export * from "./losses/index.ts";
export { type Moments, moments, updateMoments } from "./moments.ts";
export { NafConfig, type NafOptions, naf } from "./naf.ts";
export {
  type ConjugateGradientOptions,
  conjugateGradient,
  damped,
  hessianProduct,
  type LineSearchInputs,
  lineSearch,
  type Product,
  type TrustRegionInputs,
  type TrustRegionStep,
  trustRegionStep,
} from "./natural-gradient.ts";
export { type NoisyInputs, noisyLinear } from "./noisy.ts";
export type { OffPolicyOptions, OffPolicyTrained } from "./off-policy.ts";
export type { OnPolicyOptions, OnPolicyResult, Trained } from "./on-policy.ts";
export { type Acting, type ActingNetwork, acting, openPolicy, type Policy, policyFiles } from "./policy.ts";
export { PpoConfig, type PpoOptions, ppo } from "./ppo.ts";
export { preset, presetNames, zooEnvironments } from "./presets.ts";
export {
  C51Config,
  type C51Options,
  c51,
  QrDqnConfig,
  type QrDqnOptions,
  qrDqn,
  RainbowConfig,
  type RainbowOptions,
  rainbow,
} from "./rainbow.ts";
export { RecurrentPpoConfig, type RecurrentPpoOptions, recurrentPpo } from "./recurrent-ppo.ts";
export { ReinforceConfig, type ReinforceOptions, reinforce, reinforcePolicy } from "./reinforce.ts";
export * from "./replay/index.ts";
export {
  type AdvantageInputs,
  type Advantages,
  discountedReturns,
  gae,
  lambdaReturns,
  type NextValuesInputs,
  nextValues,
  nStepReturns,
  type Steps,
  totalReturns,
  type VtraceInputs,
  vtrace,
} from "./returns.ts";
export { SacConfig, type SacOptions, sac } from "./sac.ts";
export * from "./tabular/index.ts";
export { Td3Config, type Td3Options, td3 } from "./td3.ts";
export { TrpoConfig, type TrpoOptions, trpo } from "./trpo.ts";
