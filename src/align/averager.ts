import { allocate } from "../base/index.ts";
import { viewWeights, type Weights } from "../nn/index.ts";
import { ema } from "../optim/index.ts";
import { pass } from "../train/index.ts";

/** A moving average of weights that change in place. Starts as a copy. */
export function averager(
  weights: Weights,
  decay: number,
): { readonly weights: Weights; update(): Promise<void>; dispose(): void } {
  const flat = allocate("float32", weights.flat.length);
  flat.set(weights.flat);
  const step = pass((x) => ({ next: ema(x.average!, x.weights!, decay) }), {
    arrays: { average: flat, weights: weights.flat },
    scalars: {},
    range: { start: 0, end: flat.length },
    update: { next: "average" },
  });
  return { weights: viewWeights(weights.parameters, flat), update: step.run, dispose: step.dispose };
}
