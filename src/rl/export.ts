/**
 * A policy as an ONNX model, for whatever runs those: the weights are in it, and so is the scaling of observations.
 *
 * input   observations  float32 [N, d]: flat, of a discrete observation one of d numbers is 1; where actions are masked,
 *                       a 1 or 0 for each of them behind that
 * output  actions       as the environment takes them, the most likely ones: int32 [N] (discrete), int32 [N, k]
 *                       (multi-discrete, bits) or float32 [N, k] within the bounds (box)
 *         logits        log π of every action, float32 [N, A], where actions are discrete and have probabilities
 *         mean          float32 [N, k] before bounds or tanh, where actions are continuous and have a density
 *
 * A policy that remembers has an input `memory` float32 [N, S] more, 0 at an episode's start, and an output `next_memory`, which
 * is the next step's.
 *
 * N is any number, but 1 for Q-learning by search (`continuous-q`).
 */
import { constant, onnxModel, type Tensor } from "../engine/index.ts";
import type { Distribution } from "./distributions/index.ts";
import type { ActingNetwork } from "./networks/acting-network.ts";
import { scaledObservations } from "./normalizer.ts";
import type { Policy } from "./policy.ts";

export function policyOnnx({ network, weights, observation, action, scaling }: Policy<ActingNetwork>): Uint8Array {
  const params = Object.fromEntries(
    Array.from(weights.arrays, ([name, { data, shape }]) => [name, constant(data, "float32", shape)]),
  );
  const { recurrent } = network;
  const asSeen = (observations: Tensor) => (scaling ? scaledObservations(observations, scaling) : observations);
  const answers = (policy: Pick<Distribution, "mode">) => ({
    actions: action.inGraph(policy.mode()),
    ...numbersOf(policy),
  });
  if (!recurrent) {
    return onnxModel(({ observations }) => answers(network.policy(params, asSeen(observations))), {
      observations: [observation.width],
    });
  }
  return onnxModel(
    ({ observations, memory }) => {
      const { policy, memory: next } = recurrent.run(params, { observations: asSeen(observations), memory });
      return { ...answers(policy), next_memory: next };
    },
    { observations: [observation.width], memory: [recurrent.memorySize] },
  );
}

/** What a distribution knows besides its mode. */
function numbersOf(distribution: object): Readonly<Record<string, Tensor>> {
  const { logProbs, mean, inner } = distribution as {
    readonly logProbs?: Tensor;
    readonly mean?: Tensor;
    readonly inner?: { readonly mean: Tensor };
  };
  const middle = mean ?? inner?.mean;
  return { ...(logProbs && { logits: logProbs }), ...(middle && { mean: middle }) };
}
