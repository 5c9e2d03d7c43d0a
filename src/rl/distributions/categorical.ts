import {
  add,
  argmax,
  dims,
  exp,
  logSoftmax,
  mul,
  neg,
  reshape,
  sub,
  sum,
  type Tensor,
  takeAlongAxis,
  where,
} from "../../engine/graph/index.ts";
import type { Distribution } from "./distribution.ts";

/** A choice among A actions. */
export interface Categorical extends Distribution {
  /** log π of every action, [N, A]. */
  readonly logProbs: Tensor;
}

/** Logit of an action that is masked out: exp gives exactly 0, and no −∞ can turn into NaN. */
const impossible = -1e8;

/**
 * softmax(logits), logits [N, A], noise Gumbel: argmax(logits + noise) is an exact sample (Maddison et al. 2014,
 * arXiv:1411.0030). `mask` [N, A] (bool) says which actions are possible, at least one a row: the others have
 * probability and gradient 0 (Huang & Ontañón 2020, arXiv:2006.14171).
 */
export function categorical(logits: Tensor, mask?: Tensor): Categorical {
  const { N } = dims(logits, "N A");
  const possible = mask === undefined ? logits : where(mask, logits, impossible);
  const logProbs = logSoftmax(possible); // [N, A]
  const expectation = (x: Tensor) => sum(mul(exp(logProbs), x), { axis: -1 }); // [N]
  return {
    logProbs,
    noise: { kind: "gumbel", shape: logits.shape },
    sample: (noise) => argmax(add(possible, noise)),
    mode: () => argmax(possible),
    logProb: (action) => reshape(takeAlongAxis(logProbs, reshape(action, [N, 1])), [N]),
    entropy: () => neg(expectation(logProbs)),
    kl: (other) => expectation(sub(logProbs, other.logProbs)),
  };
}
