export { A3cConfig, type A3cOptions, a3c } from "./a3c/a3c.ts";
export type { EnvModule, EnvSource, NamedEnv } from "./a3c/env-source.ts";
export { type Acting, acting } from "./acting.ts";
export * from "./clips/index.ts";
export * from "./distributions/index.ts";
export { type EvaluateOptions, type Evaluation, evaluate } from "./evaluate.ts";
export { policyOnnx } from "./export.ts";
export { type KeepBestOptions, type Kept, keepBest, type Taught, type TaughtBest } from "./keep-best.ts";
export { everyFew, type LogInterval } from "./log-interval.ts";
export * from "./losses/index.ts";
export { type Moments, moments, updateMoments } from "./moments.ts";
export type { ActingNetwork } from "./networks/acting-network.ts";
export { type ActorCritic, actorCritic } from "./networks/actor-critic.ts";
export { type NoisyInputs, noisyLinear } from "./networks/noisy.ts";
export { type AblationOptions, type AblationRow, ablation, ablationCases } from "./off-policy/ablation.ts";
export { ContinuousQConfig, type ContinuousQOptions, continuousQ } from "./off-policy/continuous-q.ts";
export { DdpgConfig, type DdpgOptions, ddpg } from "./off-policy/ddpg.ts";
export { DqnConfig, type DqnOptions, dqn } from "./off-policy/dqn.ts";
export { NafConfig, type NafOptions, naf } from "./off-policy/naf.ts";
export type { OffPolicyOptions, OffPolicyTrained } from "./off-policy/off-policy.ts";
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
} from "./off-policy/rainbow.ts";
export { SacConfig, type SacOptions, sac } from "./off-policy/sac.ts";
export { Td3Config, type Td3Options, td3 } from "./off-policy/td3.ts";
export { A2cConfig, type A2cOptions, a2c } from "./on-policy/a2c.ts";
export { type TraceKind, type TraceStep, traceStep } from "./on-policy/eligibility.ts";
export { type GradientOptions, gradientMoments } from "./on-policy/gradient-variance.ts";
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
} from "./on-policy/importance-sampling.ts";
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
} from "./on-policy/natural-gradient.ts";
export type { OnPolicyOptions, OnPolicyResult, Trained } from "./on-policy/on-policy.ts";
export { PpoConfig, type PpoOptions, ppo } from "./on-policy/ppo.ts";
export { RecurrentPpoConfig, type RecurrentPpoOptions, recurrentPpo } from "./on-policy/recurrent-ppo.ts";
export { ReinforceConfig, type ReinforceOptions, reinforce, reinforcePolicy } from "./on-policy/reinforce.ts";
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
} from "./on-policy/returns.ts";
export { TrpoConfig, type TrpoOptions, trpo } from "./on-policy/trpo.ts";
export { openPolicy, type Policy, policyFiles } from "./policy.ts";
export { preset, presetEvaluation, presetNames, zooEnvironments } from "./presets.ts";
export * from "./replay/index.ts";
export * from "./tabular/index.ts";
