/** Wrappers that know of episodes (gymnasium/wrappers/common.py, rendering.py). */
import { UsageError } from "../../base/index.ts";
import type { Env, Json } from "../env.ts";
import type { Picture } from "../render/picture.ts";
import { wrap } from "./wrap.ts";

/** What is said of an episode on its last step, in `info.episode`: return and length. */
export interface EpisodeStatistics {
  readonly r: number;
  readonly l: number;
  /** Seconds, where a clock was given. */
  readonly t?: number;
}

export interface StatisticsOptions {
  /** How many of the last episodes are kept, default 100. */
  readonly bufferLength?: number | undefined;
  /** A clock in milliseconds, for `t`; without one there is no `t`. */
  readonly now?: (() => number) | undefined;
}

export interface EpisodeQueue {
  /** Of the last episodes, oldest first. */
  readonly returns: readonly number[];
  readonly lengths: readonly number[];
}

/** Counts return and length of each episode: `info.episode` on its last step, the last ones in `episodes`. */
export function recordEpisodeStatistics<E extends Env>(
  env: E,
  { bufferLength = 100, now }: StatisticsOptions = {},
): E & { readonly episodes: EpisodeQueue } {
  let r = 0;
  let l = 0;
  let began = 0;
  const returns: number[] = [];
  const lengths: number[] = [];
  const wrapped = wrap(env, "RecordEpisodeStatistics", {
    reset(how) {
      const result = env.reset(how);
      r = 0;
      l = 0;
      began = now?.() ?? 0;
      return result;
    },
    step(action) {
      const [observation, reward, terminated, truncated, info] = env.step(action);
      r += reward;
      l++;
      if (!terminated && !truncated) return [observation, reward, terminated, truncated, info];
      const episode: EpisodeStatistics = now === undefined ? { r, l } : { r, l, t: (now() - began) / 1000 };
      keep(returns, r, bufferLength);
      keep(lengths, l, bufferLength);
      return [observation, reward, terminated, truncated, { ...info, episode }];
    },
    save: (): Json => ({ r, l, returns: [...returns], lengths: [...lengths] }),
    load(saved) {
      const state = saved as {
        readonly r: number;
        readonly l: number;
        readonly returns: number[];
        readonly lengths: number[];
      };
      r = state.r;
      l = state.l;
      returns.splice(0, returns.length, ...state.returns);
      lengths.splice(0, lengths.length, ...state.lengths);
    },
  });
  return Object.assign(wrapped, { episodes: { returns, lengths } });
}

/** Adds to a list that holds the last so many. */
export function keep(list: number[], value: number, limit: number): void {
  list.push(value);
  if (list.length > limit) list.shift();
}

/** Resets by itself: the step after an end ignores its action and gives the reset observation with reward 0. */
export function autoreset<E extends Env>(env: E): E {
  let ended = false;
  return wrap(env, "Autoreset", {
    reset(how) {
      ended = false;
      return env.reset(how);
    },
    step(action) {
      if (ended) {
        const [observation, info] = env.reset();
        ended = false;
        return [observation, 0, false, false, info];
      }
      const result = env.step(action);
      ended = result[2] || result[3];
      return result;
    },
    save: () => ended,
    load(saved) {
      ended = saved === true;
    },
  });
}

export interface RecordOptions {
  /** Which episodes are recorded, counted from 0; default `cubes`. */
  readonly trigger?: ((episode: number) => boolean) | undefined;
  /** Gets the pictures of a recorded episode, its first observation's included, when it has ended or the environment is closed. */
  readonly onEpisode: (pictures: readonly Picture[], episode: number) => void;
}

/** 0, 1, 8, 27, … 729, then every 1000th: Gymnasium's choice of episodes to look at. */
export const cubes = (episode: number): boolean =>
  episode < 1000 ? Math.round(Math.cbrt(episode)) ** 3 === episode : episode % 1000 === 0;

/**
 * Collects the pictures of some episodes, for a `film` or a page. Recording is no part of a snapshot.
 *
 * @throws UsageError `no-pictures` for an environment that draws none.
 */
export function recordEpisodes<E extends Env>(env: E, { trigger = cubes, onEpisode }: RecordOptions): E {
  if (env.render === undefined) {
    throw new UsageError("wanted an environment that draws pictures", {
      code: "no-pictures",
      help: "give it render(), which returns text or a list of shapes",
    });
  }
  let episode = -1;
  let pictures: Picture[] | undefined;
  const finish = () => {
    if (pictures !== undefined) onEpisode(pictures, episode);
    pictures = undefined;
  };
  const wrapped = wrap(env, "RecordEpisodes", {
    reset(how) {
      finish();
      const result = env.reset(how);
      episode++;
      if (trigger(episode)) pictures = [env.render!()];
      return result;
    },
    step(action) {
      const result = env.step(action);
      pictures?.push(env.render!());
      if (result[2] || result[3]) finish();
      return result;
    },
    save: () => episode,
    load(saved) {
      episode = saved as number;
    },
  });
  return Object.assign(wrapped, {
    close() {
      finish();
      env.close?.();
    },
  });
}
