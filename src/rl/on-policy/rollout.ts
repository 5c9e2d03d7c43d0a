import { allocate, type Rng } from "../../base/index.ts";
import { compile, type Specs, type Tensor } from "../../engine/index.ts";
import type { VectorEnv } from "../../envs/index.ts";
import { known } from "../codec.ts";
import { drawNoise } from "../distributions/index.ts";
import { paramsIn, smallGraph } from "../fused.ts";
import { policyAndValue } from "../networks/actor-critic.ts";
import type { Normalizer } from "../normalizer.ts";
import type { Policy } from "../policy.ts";

/** T steps of n environments, t-major: entry (t, i) is at t·n + i. The arrays are used again by the next collection. */
export interface Rollout {
  readonly T: number;
  readonly numEnvs: number;
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
  /** What the policy remembered before each step, [T·n, S]; S is 0 where it does not. */
  readonly memories: Float32Array<ArrayBuffer>;
}

/** Lets what was cut off count as ended (CleanRL). */
export function endTruncated({ terminated, truncated }: Rollout): void {
  for (let i = 0; i < terminated.length; i++) terminated[i]! |= truncated[i]!;
}

/** Return and length of an episode that ended. */
export interface Episode {
  readonly return: number;
  readonly length: number;
}

/** What a collection goes on from. */
export interface CollectorState {
  /** What the policy sees now, [n, d]. */
  readonly observations: Float32Array<ArrayBuffer>;
  /** Of the episodes under way. */
  readonly returns: Float64Array;
  readonly lengths: Int32Array;
  /** Of a policy that remembers, [n, S]. */
  readonly memory?: Float32Array<ArrayBuffer>;
}

export interface Collector {
  readonly state: CollectorState;
  /** Resets the environments: only at the very beginning. */
  start(seed: number): void;
  /** Goes on from where the last collection stopped: environments are never reset in between (Huang et al. 2022, detail 1). */
  collect(noise: Rng): { readonly rollout: Rollout; readonly episodes: readonly Episode[] };
  dispose(): void;
}

export interface CollectorOptions {
  /** Resets in the same step (`same-step`). */
  readonly env: VectorEnv;
  readonly policy: Policy;
  readonly T: number;
  readonly scaling?: Normalizer | undefined;
  /** Noise stays for so many steps (gSDE), at most to the end of the rollout. Default 1. */
  readonly redraw?: number;
}

/** Lets a policy act. It reads the very memory that updates write to. */
export function collector({ env, policy, T, scaling, redraw = 1 }: CollectorOptions): Collector {
  const { network, weights, observation, action } = policy;
  const { recurrent } = network;
  const size = recurrent?.memorySize ?? 0;
  const n = env.numEnvs;
  const stepping = known(env);
  const { width } = observation;
  const floats = (...shape: number[]) =>
    allocate(
      "float32",
      shape.reduce((a, b) => a * b, 1),
    );
  const rollout: Rollout = {
    ...{ T, numEnvs: n },
    observations: floats(T, n, width),
    actions: action.allocate(T * n),
    logProbs: floats(T, n),
    values: floats(T, n),
    nextValues: floats(T, n),
    rewards: new Float64Array(T * n),
    terminated: new Uint8Array(T * n),
    truncated: new Uint8Array(T * n),
    memories: floats(T, n, size),
  };
  const memory = floats(n, size);
  const buffers = { weights: weights.flat, ...(recurrent && { memory }) };
  const sizes = {
    ...{ weights: [weights.flat.length], observations: [n, width] },
    ...(recurrent && { memory: [n, size] }),
  };
  /** What the policy says, and the value, of what is seen and remembered. */
  const said = ({ weights: flat, observations, memory }: Readonly<Record<string, Tensor>>) =>
    policyAndValue(network, paramsIn(flat!, weights.parameters), { observations: observations!, memory });
  const drawn = network.noise(n);
  const acting = compile<Specs, string>(
    (x) => {
      const { policy, value, ...rest } = said(x);
      const sampled = policy.sample(x.noise!);
      return { actions: sampled, logProbs: policy.logProb(sampled), values: value, ...rest };
    },
    { ...sizes, noise: drawn.shape },
    { buffers, ...smallGraph },
  );
  const valuing = compile<Specs, string>((x) => ({ values: said(x).value }), sizes, { buffers, ...smallGraph });
  const valuesOf = (observations: Float32Array): Float32Array => {
    (valuing.inputs.observations as Float32Array).set(observations);
    valuing.run();
    return valuing.float("values");
  };
  const noise = acting.inputs.noise as Float32Array;
  const current = acting.inputs.observations as Float32Array<ArrayBuffer>;
  const last = floats(n, width);
  const state = {
    ...{ observations: current, returns: new Float64Array(n), lengths: new Int32Array(n) },
    ...(recurrent && { memory }),
  };
  /** What the environments show, as the policy is to see it; the statistics move with it. */
  const look = (batch: unknown) => {
    observation.write(batch, current);
    scaling?.see(current);
    scaling?.scale(current);
  };
  /** The returns of episodes that ended at this row; the sums of the others go on. */
  const endedAt = (at: number): Episode[] => {
    const { returns, lengths } = state;
    const ended: Episode[] = [];
    for (let i = 0; i < n; i++) {
      returns[i]! += rollout.rewards[at + i]!;
      lengths[i]!++;
      if (rollout.terminated[at + i] === 0 && rollout.truncated[at + i] === 0) continue;
      ended.push({ return: returns[i]!, length: lengths[i]! });
      returns[i] = 0;
      lengths[i] = 0;
    }
    return ended;
  };
  return {
    state,
    start: (seed) => look(stepping.reset({ seed })[0]),
    collect(rng) {
      const episodes: Episode[] = [];
      for (let t = 0; t < T; t++) {
        const at = t * n;
        rollout.observations.set(current, at * width);
        rollout.memories.set(memory, at * size);
        if (t % redraw === 0) drawNoise(drawn.kind, noise, rng);
        acting.run();
        const chosen = acting.outputs.actions as Float32Array & Int32Array;
        rollout.actions.set(chosen, at * action.width);
        rollout.logProbs.set(acting.float("logProbs"), at);
        const values = acting.float("values");
        if (recurrent) memory.set(acting.float("memory"));
        rollout.values.set(values, at);
        if (t > 0) keepNext(rollout, at - n, values);
        const [next, rewards, terminated, truncated, infos] = stepping.step(action.forEnv(chosen));
        rollout.rewards.set(rewards, at);
        rollout.terminated.set(terminated, at);
        rollout.truncated.set(truncated, at);
        episodes.push(...endedAt(at));
        const earned = rollout.rewards.subarray(at, at + n);
        scaling?.earn(earned, (i) => terminated[i] === 1 || truncated[i] === 1);
        scaling?.scaleRewards(earned);
        look(next);
        if (truncated.includes(1)) {
          observation.write(infos.finalObs, last);
          scaling?.scale(last);
          rollout.nextValues.set(valuesOf(last), at); // of the truncated ones; the others come with the next step
        }
        for (let i = 0; i < n; i++) {
          if (terminated[i] === 1 || truncated[i] === 1) memory.fill(0, i * size, (i + 1) * size);
        }
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
function keepNext({ truncated, nextValues, numEnvs }: Rollout, at: number, values: Float32Array): void {
  for (let i = 0; i < numEnvs; i++) if (truncated[at + i] === 0) nextValues[at + i] = values[i]!;
}
