import { add, mul, sub, type Tensor } from "../engine/graph/index.ts";

/** Polyak averaging of a target network: target + τ (online − target). */
export const polyak = (target: Tensor, online: Tensor, tau: number): Tensor =>
  add(target, mul(sub(online, target), tau));

/** Exponential moving average of weights: decay · average + (1 − decay) · value (InstructGPT: decay 0.992). */
export const ema = (average: Tensor, value: Tensor, decay: number): Tensor => polyak(average, value, 1 - decay);
