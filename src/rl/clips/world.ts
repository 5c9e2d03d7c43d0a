/**
 * The environments as the agent is to see them: with predicted rewards in the place of theirs, which are kept for measuring;
 * and what was done in them, kept for clips.
 */
import { UsageError } from "../../base/index.ts";
import { envIds, type Json, type VectorEnv, wrapVector } from "../../envs/index.ts";
import { known } from "../codec.ts";
import type { Episode } from "../on-policy/rollout.ts";
import type { StepCodec } from "./features.ts";
import type { ClipMemory } from "./memory.ts";

export interface WorldOptions {
  /** Resets in the same step. */
  readonly env: VectorEnv;
  readonly codec: StepCodec;
  readonly memory: ClipMemory;
  /** Of each of the rows [n, width], into [n]. */
  predict(rows: Float32Array, into: Float64Array): void;
  /**
   * Ends are hidden: the environment resets underneath, and the agent sees one endless episode in which an end costs so much
   * (Christiano et al. 2017, appendix A). Undefined: ends are refused, because their mere number would tell the reward's sign.
   */
  readonly endPenalty?: number | undefined;
  readonly name: string;
}

export interface World {
  readonly env: VectorEnv;
  /** True returns of the episodes that ended since the last call. */
  takeEpisodes(): Episode[];
}

type Saved = {
  readonly observations: readonly number[];
  readonly episodes: readonly number[];
  readonly returns: readonly number[];
  readonly lengths: readonly number[];
  readonly begun: number;
};

/** @throws UsageError `variable-horizon`: at once where another environment of this kind has no end, or at the first end */
export function clipWorld({ env, codec, memory, predict, endPenalty, name }: WorldOptions): World {
  if (endPenalty === undefined && withoutEnd(name)) throw variableHorizon(name);
  const n = env.numEnvs;
  const inner = known(env);
  /** What is seen now, in which the next actions are taken. */
  const observations = new Float32Array(n * codec.observationWidth);
  const rows = new Float32Array(n * codec.width);
  const predicted = new Float64Array(n);
  const real = new Float64Array(n);
  const none = new Uint8Array(n);
  const episodes = new Int32Array(n);
  const returns = new Float64Array(n);
  const lengths = new Int32Array(n);
  let begun = 0;
  let ended: Episode[] = [];
  const begin = (i: number) => {
    episodes[i] = begun++;
    returns[i] = 0;
    lengths[i] = 0;
  };
  const watched = wrapVector(env, "PredictedRewards", {
    reset(how) {
      const result = inner.reset(how as { seed?: number });
      observations.set(result[0] as ArrayLike<number>);
      for (let i = 0; i < n; i++) begin(i);
      return result as ReturnType<VectorEnv["reset"]>;
    },
    step(given) {
      const actions = given as ArrayLike<number>;
      codec.write(observations, actions, rows);
      predict(rows, predicted);
      const [next, rewards, terminated, truncated, infos] = inner.step(actions);
      if (endPenalty === undefined && terminated.includes(1)) throw variableHorizon(name);
      for (let i = 0; i < n; i++) real[i] = rewards[i]! - (terminated[i] === 1 ? endPenalty! : 0);
      memory.add({ observations, actions, rewards: real, episodes });
      observations.set(next as ArrayLike<number>);
      for (let i = 0; i < n; i++) {
        returns[i]! += rewards[i]!;
        lengths[i]!++;
        if (terminated[i] === 0 && truncated[i] === 0) continue;
        ended.push({ return: returns[i]!, length: lengths[i]! });
        const episode = episodes[i]!;
        begin(i);
        if (endPenalty !== undefined) episodes[i] = episode; // a clip may show how it goes on
      }
      const step = endPenalty === undefined ? [terminated, truncated, infos] : [none, none, {}];
      return [next, predicted, ...step] as unknown as ReturnType<VectorEnv["step"]>;
    },
    save: (): Saved => ({
      ...{ observations: [...observations], episodes: [...episodes], returns: [...returns], lengths: [...lengths] },
      begun,
    }),
    load(given: Json) {
      const saved = given as unknown as Saved;
      observations.set(saved.observations);
      episodes.set(saved.episodes);
      returns.set(saved.returns);
      lengths.set(saved.lengths);
      ({ begun } = saved);
    },
  });
  return {
    env: watched,
    takeEpisodes() {
      const taken = ended;
      ended = [];
      return taken;
    },
  };
}

/** The same environment whose episodes are all as long, where there is one. */
function withoutEnd(name: string): string | undefined {
  const other = name.replace(/-v(\d+)$/, "FixedHorizon-v$1");
  return envIds().includes(other) ? other : undefined;
}

function variableHorizon(name: string): UsageError {
  const other = withoutEnd(name);
  const hide = "hide the ends from the agent: --continue-episodes";
  return new UsageError(
    `episodes of ${name} end, and how long they are would tell the reward that clips are to teach`,
    {
      code: "variable-horizon",
      help: other ? `take ${other}; or ${hide}` : hide,
    },
  );
}
