import type { Rng } from "../../base/index.ts";
import type { Shape, Tensor } from "../../engine/graph/index.ts";

/** Numbers drawn outside the graph: their kind, each independent, and their shape. */
export interface Noise {
  readonly kind: "gumbel" | "normal" | "logistic";
  readonly shape: Shape;
}

/** A policy π(· | s) for each of N states, as a value over graph tensors: all of it can be differentiated, twice too. */
export interface Distribution {
  /** What `sample` wants. */
  readonly noise: Noise;
  /** Actions [N] (categorical, int32) or [N, d], reparameterised where that is possible. */
  sample(noise: Tensor): Tensor;
  /** The most likely action (stable-baselines3's `deterministic`). */
  mode(): Tensor;
  /** log π(action), [N]. */
  logProb(action: Tensor): Tensor;
  /** [N], nats. */
  entropy(): Tensor;
  /** KL(this ‖ other), [N]. */
  kl(other: this): Tensor;
}

/** Fills memory with standard noise of a kind. */
export function drawNoise(kind: Noise["kind"], out: Float32Array | Float64Array, rng: Rng): void {
  const next = draw[kind];
  for (let i = 0; i < out.length; i++) out[i] = next(rng);
}

/** Uniform in (0, 1): the logarithms below stay finite. */
const open = (rng: Rng): number => Math.max(rng.uniform(), Number.EPSILON / 4);

const draw: { readonly [K in Noise["kind"]]: (rng: Rng) => number } = {
  normal: (rng) => rng.normal(),
  gumbel: (rng) => -Math.log(-Math.log(open(rng))),
  logistic(rng) {
    const u = open(rng);
    return Math.log(u / (1 - u));
  },
};
