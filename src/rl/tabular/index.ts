export {
  type Bandit,
  type BanditAgent,
  type BanditCurve,
  epsilonGreedyAgent,
  gaussianBandit,
  gradientAgent,
  testbed,
  ucbAgent,
} from "./bandits.ts";
export { actionValues, backup, expectation, greedy, optimalActions, optimality } from "./bellman.ts";
export { closedForm, occupancy } from "./closed-form.ts";
export { exploring, type playing } from "./config.ts";
export { type Control, type Defaults, tabularDefaults } from "./defaults.ts";
export { DoubleQLearningConfig, doubleQLearning, doubleQTarget } from "./double-q-learning.ts";
export { DynaQConfig, dynaQ } from "./dyna-q.ts";
export { bestReturn, exactReturn, type Returns } from "./evaluate.ts";
export { ExpectedSarsaConfig, expectedSarsa, expectedSarsaTarget } from "./expected-sarsa.ts";
export { bestWithin, finiteHorizon, type HorizonPlan, valueWithin } from "./finite-horizon.ts";
export { mdpFromEnv } from "./from-env.ts";
export type { Learnt, Resume, TabularResult, World } from "./learning.ts";
export {
  deterministic,
  type Mdp,
  type Mrp,
  mdp,
  mrpOf,
  type Plan,
  type Policy as TabularPolicy,
  softened,
  startValue,
  uniformPolicy,
} from "./mdp.ts";
export { MonteCarloConfig, monteCarlo } from "./monte-carlo.ts";
export { MonteCarloPredictionConfig, monteCarloPrediction } from "./monte-carlo-prediction.ts";
export { NStepTdConfig, nStepTd } from "./n-step-td.ts";
export { type Numbering, numbering } from "./numbering.ts";
export { OffPolicyMonteCarloConfig, offPolicyMonteCarlo } from "./off-policy-monte-carlo.ts";
export { type Evaluation as PolicyEvaluation, policyEvaluation } from "./policy-evaluation.ts";
export { type PolicyIteration, policyIteration } from "./policy-iteration.ts";
export type { Predicting } from "./prediction.ts";
export { prioritizedSweeping } from "./prioritized-sweeping.ts";
export { QLearningConfig, qLearning, qLearningTarget } from "./q-learning.ts";
export type { Play, Rule, TabularEnv, Transition as TabularTransition } from "./rule.ts";
export { SarsaConfig, sarsa, sarsaTarget } from "./sarsa.ts";
export { simulate } from "./simulate.ts";
export { TdConfig, td } from "./td.ts";
export { TdLambdaConfig, tdLambda } from "./td-lambda.ts";
export { valueIteration } from "./value-iteration.ts";
export { mdpFromYaml } from "./yaml.ts";
