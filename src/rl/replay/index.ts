export { type Assembled, type NStep, type NStepOptions, nStep, type Transition } from "./n-step.ts";
export { type Prioritized, type PrioritizedDraw, type PrioritizedOptions, prioritized } from "./prioritized.ts";
export { type Column, type ReplayState, type Ring, ring } from "./ring.ts";
