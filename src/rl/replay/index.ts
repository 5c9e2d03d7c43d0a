export { type Assembled, type NStep, type NStepOptions, nStep, type Transition } from "./n-step.ts";
export { type Draw, type Prioritized, type PrioritizedOptions, prioritized } from "./prioritized.ts";
export { type Arrays, type Column, type Ring, ring } from "./ring.ts";
