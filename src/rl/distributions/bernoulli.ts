import { add, cast, dims, greater, mul, sigmoid, softplus, sub, sum, type Tensor } from "../../engine/graph/index.ts";
import type { Distribution } from "./distribution.ts";

/** Independent bits. */
export interface Bernoulli extends Distribution {
  /** [N, d] */
  readonly logits: Tensor;
}

/** d independent bits, P(1) = σ(logit): logits [N, d], actions [N, d] of 0 and 1 (int32), noise logistic. */
export function bernoulli(logits: Tensor): Bernoulli {
  dims(logits, "N d");
  const over = (x: Tensor) => sum(x, { axis: -1 }); // [N, d] → [N]
  const bits = (x: Tensor) => cast(greater(x, 0), "int32");
  return {
    logits,
    noise: { kind: "logistic", shape: logits.shape },
    sample: (noise) => bits(add(logits, noise)),
    mode: () => bits(logits),
    logProb: (action) => over(sub(mul(cast(action, "float32"), logits), softplus(logits))),
    entropy: () => over(sub(softplus(logits), mul(sigmoid(logits), logits))),
    kl: (other) =>
      over(add(mul(sigmoid(logits), sub(logits, other.logits)), sub(softplus(other.logits), softplus(logits)))),
  };
}
