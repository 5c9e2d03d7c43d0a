export { A2cConfig, type A2cOptions, a2c } from "./a2c.ts";
export { A3cConfig, type A3cOptions, a3c } from "./a3c.ts";
export { type ActorCritic, actorCritic } from "./actor-critic.ts";
export * from "./distributions/index.ts";
export { type TraceKind, type TraceStep, traceStep } from "./eligibility.ts";
export type { EnvModule, EnvSource, NamedEnv } from "./env-source.ts";
export { type EvaluateOptions, type Evaluation, evaluate } from "./evaluate.ts";
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
export * from "./losses/index.ts";
export { explainedVariance, type Moments, moments, updateMoments } from "./moments.ts";
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
export type { OnPolicyOptions, OnPolicyResult, Trained } from "./on-policy.ts";
export { type Acting, acting, openPolicy, type Policy, policyFiles } from "./policy.ts";
export { PpoConfig, type PpoOptions, ppo } from "./ppo.ts";
export { preset, presetNames } from "./presets.ts";
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
export { TrpoConfig, type TrpoOptions, trpo } from "./trpo.ts";
