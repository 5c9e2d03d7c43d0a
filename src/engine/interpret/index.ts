export { evaluate, type Feeds } from "./evaluate.ts";
export { type Kernel, kernels, type Values } from "./kernels.ts";
export type { Value } from "./value.ts";
export { interpreter } from "./backend.ts";
