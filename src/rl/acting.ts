/** Policies at work: observations in, actions out. */
import type { Rng } from "../base/index.ts";
import { compile, type Specs } from "../engine/index.ts";
import { drawNoise } from "./distributions/index.ts";
import { paramsIn, smallGraph } from "./fused.ts";
import type { ActingNetwork } from "./networks/acting-network.ts";
import { scaleObservations } from "./normalizer.ts";
import type { Policy } from "./policy.ts";

export interface Acting {
  /** What the network saw last, [n, d], and what it said, [n, a]. The arrays are used again. */
  readonly seen: Float32Array;
  readonly said: Float32Array | Int32Array;
  /**
   * n observations as a vector environment gives them → n actions as it takes them. The array is used again.
   *
   * @param noise where sampled actions come from; none keeps what was drawn last
   */
  act(observations: unknown, noise?: Rng): ArrayLike<number>;
  /** Environment i begins a new episode: what is remembered of the one before is forgotten. */
  forget(i: number): void;
  dispose(): void;
}

/** Lets a policy act for n environments: its most likely actions, or sampled ones. */
export function acting(policy: Policy<ActingNetwork>, n: number, { sampled = false } = {}): Acting {
  const { network, weights, observation, action, scaling } = policy;
  const drawn = network.noise(n);
  const size = network.recurrent?.memorySize ?? 0;
  const executable = compile<Specs, string>(
    (x) => {
      const params = paramsIn(x.weights!, weights.parameters);
      const { policy, memory } = network.recurrent?.run(params, {
        observations: x.observations!,
        memory: x.memory!,
      }) ?? {
        policy: network.policy(params, x.observations!),
      };
      return { actions: sampled ? policy.sample(x.noise!) : policy.mode(), ...(memory && { memory }) };
    },
    {
      weights: [weights.flat.length],
      observations: [n, observation.width],
      ...(size > 0 && { memory: [n, size] }),
      ...(sampled && { noise: drawn.shape }),
    },
    { buffers: { weights: weights.flat }, ...smallGraph },
  );
  const seen = executable.inputs.observations as Float32Array;
  const said = executable.outputs.actions as Float32Array | Int32Array;
  return {
    seen,
    said,
    act(observations, noise) {
      observation.write(observations, seen);
      if (scaling) scaleObservations(seen, scaling);
      if (sampled && noise) drawNoise(drawn.kind, executable.inputs.noise as Float32Array, noise);
      executable.run();
      if (size > 0) (executable.inputs.memory as Float32Array).set(executable.float("memory"));
      return action.forEnv(said);
    },
    forget(i) {
      if (size > 0) (executable.inputs.memory as Float32Array).fill(0, i * size, (i + 1) * size);
    },
    dispose: () => executable.dispose(),
  };
}
