export * from "./distributions/index.ts";
export { type TraceKind, type TraceStep, traceStep } from "./eligibility.ts";
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
