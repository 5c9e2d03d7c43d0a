import { add, div, mul, sqrt, square, sub } from "../engine/graph/index.ts";
import { type EpsilonStyle, type Optimizer, withDecay } from "./optimizer.ts";

export interface RmspropOptions {
  /** Decay of the mean square. Default 0.99. */
  readonly alpha?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Default 0. */
  readonly momentum?: number;
  /** Divides by the standard deviation in place of the root mean square (Graves 2013). Default false. */
  readonly centered?: boolean;
  /**
   * `torch` (default): g / (√v + ε), v starts at 0, learning rate outside the momentum. `tensorflow`: g / √(v + ε), v
   * starts at 1, learning rate inside the momentum; the form that A2C's published results were made with.
   */
  readonly epsilonStyle?: EpsilonStyle;
}

/** RMSprop (Hinton 2012, lecture 6e). Weight decay is L2. */
export function rmsprop({
  alpha = 0.99,
  epsilon = 1e-8,
  momentum = 0,
  centered = false,
  epsilonStyle = "torch",
}: RmspropOptions = {}): Optimizer {
  const torch = epsilonStyle === "torch";
  return {
    name: "rmsprop",
    slots: { v: torch ? 0 : 1, ...(centered && { mean: 0 }), ...(momentum !== 0 && { momentum: 0 }) },
    scalars: ({ learningRate, weightDecay }) => ({ learningRate, weightDecay }),
    update({ parameter, gradient, slots, scalars }) {
      const learningRate = scalars.learningRate!;
      const g = withDecay(gradient, parameter, scalars.weightDecay);
      const v = add(mul(slots.v!, alpha), mul(square(g), 1 - alpha));
      const mean = centered ? add(mul(slots.mean!, alpha), mul(g, 1 - alpha)) : undefined;
      const spread = mean === undefined ? v : sub(v, square(mean));
      const root = torch ? add(sqrt(spread), epsilon) : sqrt(add(spread, epsilon));
      const scaled = div(g, root);
      const kept = { v, ...(mean !== undefined && { mean }) };
      if (momentum === 0) return { parameter: sub(parameter, mul(scaled, learningRate)), slots: kept };
      const buffer = add(mul(slots.momentum!, momentum), torch ? scaled : mul(scaled, learningRate));
      const change = torch ? mul(buffer, learningRate) : buffer;
      return { parameter: sub(parameter, change), slots: { ...kept, momentum: buffer } };
    },
  };
}
