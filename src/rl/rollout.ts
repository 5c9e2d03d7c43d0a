import { allocate, type Rng } from "../base/index.ts";
import { compile, type Specs } from "../engine/index.ts";
import type { VectorEnv } from "../envs/index.ts";
import type { ActorCritic } from "./actor-critic.ts";
import type { Distribution } from "./distributions/index.ts";
import { paramsIn } from "./fused.ts";
import { fillNoise } from "./noise.ts";
import type { Weights } from "../nn/index.ts";
import type { ActionCodec, ObservationCodec } from "./codec.ts";

/** T steps of n environments, t-major: entry (t, i) is at t·n + i. The arrays are used again by the next collection. */
export interface Rollout {
  readonly T: number;
  readonly n: number;
  /** [T·n, d] */
  readonly observations: Float32Array<ArrayBuffer>;
  /** [T·n, a], as the policy said them: before they were clipped to the environment's bounds. */
  readonly actions: Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  /** log π(action), from the weights that acted. */
  readonly logProbs: Float32Array<ArrayBuffer>;
  readonly values: Float32Array<ArrayBuffer>;
  /** Of the state really reached: at a truncation the episode's last one. Anything at a termination. */
  readonly nextValues: Float32Array<ArrayBuffer>;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
}

/** Return and length of an episode that ended. */
export interface Episode {
  readonly return: number;
  readonly length: number;
}

export interface Collector {
  /** Goes on from where the last collection stopped: environments are never reset in between (Huang et al. 2022, detail 1). */
  collect(noise: Rng): { readonly rollout: Rollout; readonly episodes: readonly Episode[] };
  /** What the environments show now, [n, d]: with their snapshot all that the next collection begins with. */
  readonly observations: Float32Array<ArrayBuffer>;
  dispose(): void;
}

export interface CollectorOptions {
  /** Resets in the same step (`same-step`), and says returns in `infos.episode`. */
  readonly env: VectorEnv;
  readonly network: ActorCritic;
  readonly weights: Weights;
  readonly observation: ObservationCodec;
  readonly action: ActionCodec;
  readonly T: number;
}

/** A vector environment whose spaces the codecs know. */
interface Stepping {
  step(actions: ArrayLike<number>): [unknown, Float64Array, Uint8Array, Uint8Array, Readonly<Record<string, unknown>>];
}

/** Lets a policy act. It reads the very memory that updates write to. */
export function collector({ env, network, weights, observation, action, T }: CollectorOptions): Collector {
  const n = env.numEnvs;
  const stepping = env as unknown as Stepping;
  const { width } = observation;
  const floats = (...shape: number[]) => allocate("float32", shape.reduce((a, b) => a * b, 1));
  const rollout: Rollout = {
    ...{ T, n },
    observations: floats(T, n, width),
    actions: action.allocate(T * n),
    logProbs: floats(T, n),
    values: floats(T, n),
    nextValues: floats(T, n),
    rewards: new Float64Array(T * n),
    terminated: new Uint8Array(T * n),
    truncated: new Uint8Array(T * n),
  };
  const buffers = { weights: weights.flat };
  const sizes = { weights: [weights.flat.length], observations: [n, width] };
  let drawn!: Distribution["noise"];
  const acting = compile<Specs, string>(
    (x) => {
      const params = paramsIn(x.weights!, weights.parameters);
      const policy = network.policy(params, x.observations!);
      drawn = policy.noise;
      const sampled = policy.sample(x.noise!);
      return { actions: sampled, logProbs: policy.logProb(sampled), values: network.value(params, x.observations!) };
    },
    { ...sizes, noise: action.noiseShape(n) },
    { buffers, threads: 1 },
  );
  const valuing = compile<Specs, string>(
    (x) => ({ values: network.value(paramsIn(x.weights!, weights.parameters), x.observations!) }),
    sizes,
    { buffers, threads: 1 },
  );
  const valuesOf = (observations: Float32Array): Float32Array => {
    (valuing.inputs.observations as Float32Array).set(observations);
    valuing.run();
    return valuing.float("values");
  };
  const noise = acting.inputs.noise as Float32Array;
  const current = acting.inputs.observations as Float32Array<ArrayBuffer>;
  const last = floats(n, width);
  return {
    observations: current,
    collect(rng) {
      const episodes: Episode[] = [];
      for (let t = 0; t < T; t++) {
        const at = t * n;
        rollout.observations.set(current, at * width);
        fillNoise(noise, drawn.kind, rng);
        acting.run();
        const chosen = acting.outputs.actions as Float32Array & Int32Array;
        rollout.actions.set(chosen, at * action.width);
        rollout.logProbs.set(acting.float("logProbs"), at);
        const values = acting.float("values");
        rollout.values.set(values, at);
        if (t > 0) keepNext(rollout, at - n, values);
        const [next, rewards, terminated, truncated, infos] = stepping.step(action.forEnv(chosen));
        rollout.rewards.set(rewards, at);
        rollout.terminated.set(terminated, at);
        rollout.truncated.set(truncated, at);
        observation.write(next, current);
        if (truncated.includes(1)) {
          observation.write(infos.finalObs, last);
          rollout.nextValues.set(valuesOf(last), at); // of the truncated ones; the others come with the next step
        }
        episodes.push(...episodesIn(infos));
      }
      keepNext(rollout, (T - 1) * n, valuesOf(current));
      return { rollout, episodes };
    },
    dispose() {
      acting.dispose();
      valuing.dispose();
    },
  };
}

/** The value of the next state is that of the next row, except where an episode was cut off. */
function keepNext({ truncated, nextValues, n }: Rollout, at: number, values: Float32Array): void {
  for (let i = 0; i < n; i++) if (truncated[at + i] === 0) nextValues[at + i] = values[i]!;
}

function episodesIn(infos: Readonly<Record<string, unknown>>): Episode[] {
  const { episode, _episode } = infos as { episode?: { r: Float64Array; l: Float64Array }; _episode?: Uint8Array };
  if (!episode || !_episode) return [];
  return Array.from(_episode, (ended, i) => ({ ended, return: episode.r[i]!, length: episode.l[i]! })).flatMap(
    ({ ended, ...rest }) => (ended ? [rest] : []),
  );
}
