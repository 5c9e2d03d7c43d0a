import { add, div, mul, sqrt, square, sub } from "../engine/graph/index.ts";
import { type Optimizer, withDecay } from "./optimizer.ts";

export interface AdagradOptions {
  /** Default 1e-10. */
  readonly epsilon?: number;
}

/** Adagrad (Duchi et al. 2011): x −= lr · g / (√Σg² + ε). Weight decay is L2. */
export const adagrad = ({ epsilon = 1e-10 }: AdagradOptions = {}): Optimizer => ({
  name: "adagrad",
  slots: { sum: 0 },
  scalars: ({ learningRate, weightDecay }) => ({ learningRate, weightDecay }),
  update({ parameter, gradient, slots, scalars }) {
    const g = withDecay(gradient, parameter, scalars.weightDecay);
    const sum = add(slots.sum!, square(g));
    const change = mul(div(g, add(sqrt(sum), epsilon)), scalars.learningRate!);
    return { parameter: sub(parameter, change), slots: { sum } };
  },
});
