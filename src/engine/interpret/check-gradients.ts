import { type Rng, sizeOf, stream } from "../../base/index.ts";
import { gradients } from "../grad/index.ts";
import { add, constant, input, mul, type Shape, sum, type Tensor } from "../graph/index.ts";
import { evaluate } from "./evaluate.ts";

export interface Argument {
  readonly shape: Shape;
  /** How one value is drawn; standard normal when absent. */
  readonly draw?: (rng: Rng) => number;
}

/** Gradients of Σ w·fn(…) for random fixed weights w: the rules' beside central finite differences, one array an argument. */
export interface GradientCheck {
  readonly analytic: readonly Float64Array[];
  readonly numeric: readonly Float64Array[];
}

/**
 * Differentiates `fn` at random numbers in two ways: by the rules, and by central differences of step 1e-5 in double
 * precision. For tests; away from kinks the two agree to about 1e-7, the precision of a graph's float32 constants.
 */
export function checkGradients(
  fn: (...inputs: Tensor[]) => Tensor,
  args: readonly (Argument | Shape)[],
): GradientCheck {
  const specs = args.map((arg): Argument => ("shape" in arg ? arg : { shape: arg }));
  const rng = stream(1, "check-gradients");
  const feeds: Record<string, number[]> = {};
  const inputs = specs.map(({ shape, draw = (r) => r.normal() }, i) => {
    feeds[`x${i}`] = Array.from({ length: sizeOf(shape) }, () => draw(rng));
    return input(`x${i}`, shape);
  });
  const loss = weighted(fn(...inputs), rng);
  const at = () => evaluate([loss], feeds)[0]![0]!;
  const step = 1e-5;
  const numeric = specs.map((_, i) =>
    Float64Array.from(feeds[`x${i}`]!, (value, j) => {
      feeds[`x${i}`]![j] = value + step;
      const above = at();
      feeds[`x${i}`]![j] = value - step;
      const below = at();
      feeds[`x${i}`]![j] = value;
      return (above - below) / (2 * step);
    }),
  );
  return { analytic: evaluate(gradients(loss, inputs), feeds), numeric };
}

/** The gradient of `fn` as a function of its own: checking it checks second derivatives. */
export function gradientOf(fn: (...inputs: Tensor[]) => Tensor): (...inputs: Tensor[]) => Tensor {
  return (...inputs) => {
    const rng = stream(1, "gradient-of");
    const dx = gradients(weighted(fn(...inputs), rng), inputs);
    return dx.map((g) => weighted(g, rng)).reduce((a, b) => add(a, b));
  };
}

function weighted(y: Tensor, rng: Rng): Tensor {
  const weights = Float32Array.from({ length: sizeOf(y.shape) }, () => rng.normal());
  return sum(mul(y, constant(weights, "float32", y.shape)));
}
