export { A2cConfig, type A2cOptions, a2c } from "./a2c.ts";
export { type ActorCritic, actorCritic } from "./actor-critic.ts";
export * from "./distributions/index.ts";
export { type EvaluateOptions, type Evaluation, evaluate } from "./evaluate.ts";
export type { OnPolicyOptions, OnPolicyResult, Trained } from "./on-policy.ts";
export { type Acting, acting, openPolicy, type Policy, policyFiles } from "./policy.ts";
export { PpoConfig, type PpoOptions, ppo } from "./ppo.ts";
