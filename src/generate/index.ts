export { type Generator, type GeneratorOptions, generator } from "./generator.ts";
export type { Completion, DrawnToken, SamplingOptions } from "./options.ts";
export { leastTemperature } from "./options.ts";
