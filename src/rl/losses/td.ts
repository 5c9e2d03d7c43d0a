import {
  abs,
  add,
  argmax,
  dims,
  lessEqual,
  max,
  mean,
  mul,
  reshape,
  square,
  stopGradient,
  sub,
  type Tensor,
  takeAlongAxis,
  where,
} from "../../engine/graph/index.ts";

// Temporal differences of the DQN family. A `discount` is γⁿ after n steps and 0 where the episode terminated.

/** Q(s, a) of the actions taken: q [B, A] and actions [B] → [B]. */
export const chosenValues = (q: Tensor, actions: Tensor): Tensor => {
  const { B } = dims(q, "B A");
  return reshape(takeAlongAxis(q, reshape(actions, [B, 1])), [B]);
};

/** max_a Q(s′, a) (Watkins 1989; Mnih et al. 2015): [B, A] → [B]. */
export const greedyValues = (q: Tensor): Tensor => max(q, { axis: -1 });

/** Q_target(s′, argmax_a Q_online(s′, a)) (van Hasselt et al. 2016, arXiv:1509.06461): [B, A] twice → [B]. */
export const doubleValues = (online: Tensor, target: Tensor): Tensor => chosenValues(target, argmax(online));

/** r + discount · V(s′), all [B], without gradient. */
export const tdTarget = (rewards: Tensor, discounts: Tensor, nextValues: Tensor): Tensor =>
  stopGradient(add(rewards, mul(discounts, nextValues)));

/** V + A − mean A over the actions (Wang et al. 2016, arXiv:1511.06581, eq. 9); `max` is eq. 8, which learns less well. */
export function dueling(value: Tensor, advantage: Tensor, less: "mean" | "max" = "mean"): Tensor {
  const baseline = (less === "mean" ? mean : max)(advantage, { axis: 1, keepDims: true }); // [B, 1] or [B, 1, Z]
  return add(value, sub(advantage, baseline));
}

/** Error² or Huber's: ½ x² within ±δ, δ(|x| − ½ δ) outside, so that the gradient is at most δ. */
export type TdForm = "mse" | "huber";

export const huber = (x: Tensor, delta = 1): Tensor => {
  const size = abs(x);
  return where(lessEqual(size, delta), mul(square(x), 0.5), mul(sub(size, 0.5 * delta), delta));
};

export interface TdInputs {
  /** Q(s, a), [B]. */
  readonly values: Tensor;
  /** [B] of `tdTarget`. */
  readonly targets: Tensor;
  readonly form: TdForm;
  /** Of prioritised replay, [B]; all 1 when absent. */
  readonly weights?: Tensor;
}

/** E[w · error], and the differences [B] that become priorities. */
export function tdLoss({ values, targets, form, weights }: TdInputs): {
  readonly loss: Tensor;
  readonly differences: Tensor;
} {
  const differences = sub(targets, values);
  const errors = form === "mse" ? square(differences) : huber(differences); // [B]
  return { loss: batchMean(errors, weights), differences };
}

/** E[w · x]: a mean over the batch, not over the weights (Schaul et al. 2016, algorithm 1). */
export const batchMean = (x: Tensor, weights?: Tensor): Tensor => mean(weights === undefined ? x : mul(x, weights));
