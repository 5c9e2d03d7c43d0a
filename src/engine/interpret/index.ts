export { interpreter } from "./backend.ts";
export { type Argument, checkGradients, gradientOf } from "./check-gradients.ts";
export { evaluate, type Feeds } from "./evaluate.ts";
