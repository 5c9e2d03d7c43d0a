import { z } from "zod";
import { add, dims, gather, iota, mean, mul, reshape, type Tensor } from "../../engine/graph/index.ts";
import type { ParameterSpec, Params } from "../../nn/index.ts";
import { categoricalValues } from "../losses/categorical-value.ts";
import { dueling as combined } from "../losses/td.ts";
import { type Activation, activations, mlp } from "./mlp.ts";
import { noisyNetwork } from "./noisy-network.ts";

/** What is learnt of a return: its mean (DQN), its distribution over fixed atoms (C51) or some of its quantiles (QR-DQN). */
export const ReturnForm = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("mean") }),
  z.object({ kind: z.literal("c51"), low: z.number(), high: z.number(), atoms: z.int() }),
  z.object({ kind: z.literal("qr-dqn"), quantiles: z.int() }),
]);
export type ReturnForm = z.infer<typeof ReturnForm>;

/** What of a Q network is written to a policy's `config.json`. */
export const QDesign = z.object({
  kind: z.literal("q"),
  dueling: z.boolean(),
  noisy: z.boolean(),
  returns: ReturnForm,
});
export type QDesign = z.infer<typeof QDesign>;

/** Values of all actions at once. A state has Z numbers for each of A actions; Z is 1 where only the mean is learnt. */
export interface QNetwork {
  readonly specs: readonly ParameterSpec[];
  /** Normal numbers that one draw of noise takes; 0 where the network has none. */
  readonly noiseSize: number;
  /** Observations [N, d] → [N, A, Z], under noise [noiseSize] or by the means. */
  outputs(params: Params, observations: Tensor, noise?: Tensor): Tensor;
  /** Q(s, ·): outputs [N, A, Z] → [N, A]. */
  values(outputs: Tensor): Tensor;
}

/** @param width of an observation, @param A how many actions there are */
export function qNetwork(
  width: number,
  A: number,
  hidden: readonly number[],
  activation: Activation,
  { dueling, noisy, returns }: Omit<QDesign, "kind">,
): QNetwork {
  const Z = numbersOf(returns);
  const plain = dueling ? duelingLayers(width, A, Z, hidden, activation) : layers(width, A, Z, hidden, activation);
  const noise = noisy ? noisyNetwork(plain.specs, hidden.length > 0 ? plain.seeing : []) : undefined;
  return {
    specs: noise?.specs ?? plain.specs,
    noiseSize: noise?.noiseSize ?? 0,
    outputs: (params, observations, draw) =>
      plain.outputs(noise && draw ? noise.perturbed(params, draw) : params, observations),
    values(outputs) {
      if (returns.kind === "mean") return reshape(outputs, [-1, A]);
      return returns.kind === "c51" ? categoricalValues(outputs, returns) : mean(outputs, { axis: 2 });
    },
  };
}

const numbersOf = (returns: ReturnForm): number =>
  returns.kind === "mean" ? 1 : returns.kind === "c51" ? returns.atoms : returns.quantiles;

interface Layers extends Pick<QNetwork, "specs" | "outputs"> {
  /**
   * Names of the layers that read the observation. They get no noise, as the convolutions in Fortunato et al. get none: what
   * is small in an observation, such as the mountain car's velocity, would drown in it, and the car never see the top.
   */
  readonly seeing: readonly string[];
}

/** Tensors under stable-baselines3's names. */
function layers(width: number, A: number, Z: number, hidden: readonly number[], activation: Activation): Layers {
  const names = [...hidden, 0].map((_, i) => `q_net.q_net.${2 * i}`);
  const net = mlp(names, [width, ...hidden, A * Z], activation, "torch");
  return {
    specs: net.specs,
    seeing: names.slice(0, 1),
    outputs: (params, x) => reshape(net.forward(params, x), [-1, A, Z]),
  };
}

/** The last hidden layer twice: one stream for V(s), one for the advantages (Wang et al. 2016, figure 1). */
function duelingLayers(width: number, A: number, Z: number, hidden: readonly number[], activation: Activation): Layers {
  const [shared, own] = [hidden.slice(0, -1), hidden.slice(-1)];
  const trunkNames = shared.map((_, i) => `q_net.features.${2 * i}`);
  const trunk = mlp(trunkNames, [width, ...shared], activation, "torch");
  const stream = (name: string, out: number) => {
    const names = [...own, 0].map((_, i) => `q_net.${name}.${2 * i}`);
    return mlp(names, [shared.at(-1) ?? width, ...own, out], activation, "torch");
  };
  const [value, advantage] = [stream("value", Z), stream("advantage", A * Z)];
  return {
    specs: [...trunk.specs, ...value.specs, ...advantage.specs],
    seeing: shared.length > 0 ? trunkNames.slice(0, 1) : ["value", "advantage"].map((name) => `q_net.${name}.0`),
    outputs(params, x) {
      const features = shared.length > 0 ? activations[activation](trunk.forward(params, x)) : x;
      const V = reshape(value.forward(params, features), [-1, 1, Z]);
      return combined(V, reshape(advantage.forward(params, features), [-1, A, Z]));
    },
  };
}

/** The numbers of one action each: outputs [N, A, Z], actions [N] → [N, Z]. */
export function ofActions(outputs: Tensor, actions: Tensor): Tensor {
  const { N, A, Z } = dims(outputs, "N A Z");
  return gather(reshape(outputs, [N! * A!, Z!]), add(mul(iota(N!), A!), actions));
}
