import type { Tensor } from "../../engine/graph/index.ts";
import type { ParameterSpec, Params } from "../../nn/index.ts";
import type { Distribution, Noise } from "../distributions/index.ts";
import type { Recurrent } from "./actor-critic.ts";

/** What every policy's network can be asked. */
export interface ActingNetwork {
  readonly specs: readonly ParameterSpec[];
  /** What sampling for n states takes. */
  noise(n: number): Noise;
  /** Of observations [N, d], or [N, d + A] with a mask of possible actions behind them. */
  policy(params: Params, observations: Tensor): Pick<Distribution, "sample" | "mode">;
  /** Of those that remember. */
  readonly recurrent?: Recurrent;
}
