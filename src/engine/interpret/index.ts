export { interpreter } from "./backend.ts";
export { type Argument, checkGradients, type GradientCheck, gradientOf } from "./check-gradients.ts";
export { evaluate, type Feeds } from "./evaluate.ts";
export { type Kernel, kernels, type Values } from "./kernels.ts";
export type { Value } from "./value.ts";
