/**
 * argmax_a Q(s, a) where actions cannot be counted: of some that are tried the best one, after each has climbed a little
 * along the gradient of Q by the action. These are the first two ways of Lee's lecture on Q-learning for continuous actions.
 */
import { sizeOf } from "../../base/index.ts";
import {
  add,
  argmax,
  broadcastTo,
  clip,
  constant,
  dims,
  gather,
  gradients,
  iota,
  max,
  mul,
  reshape,
  stopGradient,
  sum,
  type Tensor,
} from "../../engine/index.ts";

export interface Search {
  /** Of observations [M, w] and actions [M, d] → [M]. */
  q(observations: Tensor, actions: Tensor): Tensor;
  /** [N, w] */
  readonly observations: Tensor;
  /** In [−1, 1], [N, K, d]. */
  readonly candidates: Tensor;
  /** Steps along ∂Q/∂a, which is taken as it is. */
  readonly ascentSteps: number;
  readonly ascentRate: number;
}

/** The best actions [N, d] that were found and their values [N], both without gradient. */
export function bestAction({ q, observations, candidates, ascentSteps, ascentRate }: Search): {
  readonly actions: Tensor;
  readonly values: Tensor;
} {
  const { N, K, d } = dims(candidates, "N K d");
  const { w } = dims(observations, "N w");
  const states = reshape(broadcastTo(reshape(observations, [N!, 1, w!]), [N!, K!, w!]), [N! * K!, w!]);
  let tried = reshape(candidates, [N! * K!, d!]);
  for (let i = 0; i < ascentSteps; i++) {
    const [slope] = gradients(sum(q(states, tried)), [tried]);
    tried = clip(add(tried, mul(stopGradient(slope!), ascentRate)), -1, 1);
  }
  const values = reshape(q(states, tried), [N!, K!]);
  const place = add(mul(iota(N!), K!), argmax(values));
  return { actions: stopGradient(gather(tried, place)), values: stopGradient(max(values, { axis: 1 })) };
}

/**
 * The same K actions for each of N states, [N, K, d], far from one another (Roberts 2018, "The unreasonable effectiveness of
 * quasirandom sequences": multiples of 1/φ, 1/φ² …, modulo 1, with φ the root of x^(d+1) = x + 1).
 */
export function spreadActions(N: number, K: number, d: number): Tensor {
  let phi = 2;
  for (let i = 0; i < 50; i++) phi = (1 + phi) ** (1 / (d + 1));
  const data = Float32Array.from({ length: sizeOf([K, d]) }, (_, i) => {
    const [k, j] = [Math.floor(i / d) + 1, (i % d) + 1];
    return 2 * ((0.5 + k * phi ** -j) % 1) - 1;
  });
  return broadcastTo(constant(data, "float32", [1, K, d]), [N, K, d]);
}
