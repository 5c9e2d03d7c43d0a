import { UsageError } from "../base/index.ts";
import { add, mul, sub } from "../engine/graph/index.ts";
import { type Optimizer, withDecay } from "./optimizer.ts";

export interface SgdOptions {
  /** Default 0. */
  readonly momentum?: number;
  /** The gradient enters the momentum with weight 1 − dampening, from the second step on. Default 0. */
  readonly dampening?: number;
  /** Looks one momentum step ahead. Default false. */
  readonly nesterov?: boolean;
}

/**
 * Gradient descent with momentum in PyTorch's form: the first step's momentum is the gradient itself, and the learning
 * rate stands outside the momentum. Weight decay is L2.
 */
export function sgd({ momentum = 0, dampening = 0, nesterov = false }: SgdOptions = {}): Optimizer {
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    throw new UsageError(`sgd: Nesterov momentum wants momentum > 0 and dampening 0, got ${momentum} and ${dampening}`);
  }
  return {
    name: "sgd",
    slots: momentum === 0 ? {} : { momentum: 0 },
    scalars: ({ step, learningRate, weightDecay }) => ({
      learningRate,
      weightDecay,
      ...(momentum !== 0 && { gradientWeight: step === 1 ? 1 : 1 - dampening }),
    }),
    update({ parameter, gradient, slots, scalars }) {
      const g = withDecay(gradient, parameter, scalars.weightDecay);
      if (momentum === 0) return { parameter: sub(parameter, mul(g, scalars.learningRate!)), slots: {} };
      const buffer = add(mul(slots.momentum!, momentum), mul(g, scalars.gradientWeight!));
      const direction = nesterov ? add(g, mul(buffer, momentum)) : buffer;
      return { parameter: sub(parameter, mul(direction, scalars.learningRate!)), slots: { momentum: buffer } };
    },
  };
}
