import { add, div, maximum, mul, sqrt, square, sub } from "../engine/graph/index.ts";
import { type EpsilonStyle, type Optimizer, withDecay } from "./optimizer.ts";

export interface AdamOptions {
  /** Decay of the first and the second moment. Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly epsilon?: number;
  /**
   * `torch` (default): m̂ / (√v̂ + ε), the published algorithm. `tensorflow`: m̂ · √(1 − β₂ᵗ) / (√v + ε), the form of the
   * paper's section 2 end, whose ε is not divided by the bias correction: smaller first steps.
   */
  readonly epsilonStyle?: EpsilonStyle;
  /** Divides by the largest v so far (Reddi et al. 2018). Default false. */
  readonly amsgrad?: boolean;
}

/** Adam (Kingma & Ba 2015, arXiv:1412.6980) with coupled weight decay (L2, as torch.optim.Adam). */
export const adam = (options: AdamOptions = {}): Optimizer => adamFamily("adam", options);

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019, arXiv:1711.05101): x ← (1 − lr·λ) x before the step. */
export const adamw = (options: AdamOptions = {}): Optimizer => adamFamily("adamw", options);

function adamFamily(
  name: "adam" | "adamw",
  { betas: [beta1, beta2] = [0.9, 0.999], epsilon = 1e-8, epsilonStyle = "torch", amsgrad = false }: AdamOptions,
): Optimizer {
  const decoupled = name === "adamw";
  return {
    name,
    slots: { m: 0, v: 0, ...(amsgrad && { vMax: 0 }) },
    // lr · m̂ / (√v̂ + ε) = stepSize · m / (√v + ε′): the bias corrections move into two numbers per step.
    scalars({ step, learningRate, weightDecay }) {
      const rootCorrection = Math.sqrt(1 - beta2 ** step);
      return {
        stepSize: (learningRate * rootCorrection) / (1 - beta1 ** step),
        epsilon: epsilonStyle === "torch" ? epsilon * rootCorrection : epsilon,
        ...(decoupled ? { shrink: 1 - learningRate * weightDecay } : { weightDecay }),
      };
    },
    update({ parameter, gradient, slots, scalars }) {
      const g = decoupled ? gradient : withDecay(gradient, parameter, scalars.weightDecay);
      const m = add(mul(slots.m!, beta1), mul(g, 1 - beta1));
      const v = add(mul(slots.v!, beta2), mul(square(g), 1 - beta2));
      const vMax = amsgrad ? maximum(slots.vMax!, v) : v;
      const change = mul(div(m, add(sqrt(vMax), scalars.epsilon!)), scalars.stepSize!);
      const kept = decoupled ? mul(parameter, scalars.shrink!) : parameter;
      return { parameter: sub(kept, change), slots: { m, v, ...(amsgrad && { vMax }) } };
    },
  };
}
