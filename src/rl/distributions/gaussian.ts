import { add, broadcastTo, dims, exp, mul, neg, square, sub, sum, type Tensor } from "../../engine/graph/index.ts";
import type { Distribution } from "./distribution.ts";

/** Independent normal distributions. */
export interface Gaussian extends Distribution {
  /** [N, d] */
  readonly mean: Tensor;
  /** [N, d], or [d] for all states. */
  readonly logStd: Tensor;
}

/** Half of log 2π: what a standard normal's log-density begins with. */
const halfLogTau = 0.5 * Math.log(2 * Math.PI);

/** N(mean, exp(logStd)²) in each of d dimensions: mean [N, d], logStd [d] (one for all states) or [N, d], noise normal. */
export function gaussian(mean: Tensor, logStd: Tensor): Gaussian {
  dims(mean, "N d");
  const over = (x: Tensor) => sum(broadcastTo(x, mean.shape), { axis: -1 }); // [N, d] → [N]
  /** (x − mean) / σ */
  const standard = (x: Tensor, of: { readonly mean: Tensor; readonly logStd: Tensor }) =>
    mul(sub(x, of.mean), exp(neg(of.logStd)));
  const self: Gaussian = {
    mean,
    logStd,
    noise: { kind: "normal", shape: mean.shape },
    sample: (noise) => add(mean, mul(exp(logStd), noise)),
    mode: () => mean,
    logProb: (action) => over(sub(mul(square(standard(action, self)), -0.5), add(logStd, halfLogTau))),
    entropy: () => over(add(logStd, 0.5 + halfLogTau)),
    // log σq/σp + ½ (σp/σq)² + ½ ((μp − μq)/σq)² − ½
    kl(other) {
      const narrower = sub(logStd, other.logStd); // log σp/σq
      const squares = add(exp(mul(narrower, 2)), square(standard(mean, other)));
      return over(sub(mul(sub(squares, 1), 0.5), narrower));
    },
  };
  return self;
}
