import type { Json } from "../env.ts";
import { type EpisodeQueue, keep, type StatisticsOptions } from "../wrappers/episodes.ts";
import { resetPlan } from "./arguments.ts";
import type { VectorEnv } from "./vector-env.ts";
import { wrapVector } from "./wrap-vector.ts";

type Saved = { readonly [key in "r" | "l" | "ended" | "returns" | "lengths"]: readonly number[] };

/**
 * Return and length of each episode (gymnasium/wrappers/vector/common.py): where some end, `infos.episode` has `{ r, l }` [n]
 * and `infos._episode` says for which they count; `episodes` has the last ones. In `next-step` the reset's own row is no
 * step. With a clock there is `t` in seconds too.
 */
export function recordVectorStatistics<V extends VectorEnv>(
  vector: V,
  { bufferLength = 100, now }: StatisticsOptions = {},
): V & { readonly episodes: EpisodeQueue } {
  const n = vector.numEnvs;
  const r = new Float64Array(n);
  const l = new Float64Array(n);
  const began = new Float64Array(n);
  const ended = new Uint8Array(n);
  const returns: number[] = [];
  const lengths: number[] = [];
  const begin = (i: number) => {
    r[i] = 0;
    l[i] = 0;
    began[i] = now?.() ?? 0;
  };

  const wrapped = wrapVector(vector, "RecordEpisodeStatistics", {
    reset(how = {}) {
      const result = vector.reset(how);
      const { isReset } = resetPlan(how, n);
      for (let i = 0; i < n; i++) {
        if (!isReset(i)) continue;
        begin(i);
        ended[i] = 0;
      }
      return result;
    },
    step(actions) {
      const [observations, rewards, terminated, truncated, infos] = vector.step(actions);
      let over = 0;
      for (let i = 0; i < n; i++) {
        if (ended[i] === 1) begin(i);
        if (ended[i] === 0 || vector.autoreset === "same-step") {
          r[i] = r[i]! + rewards[i]!;
          l[i] = l[i]! + 1;
        }
        ended[i] = terminated[i]! | truncated[i]!;
        over += ended[i]!;
      }
      if (over === 0) return [observations, rewards, terminated, truncated, infos];
      const where = (value: (i: number) => number) => Float64Array.from(ended, (end, i) => (end === 1 ? value(i) : 0));
      const seconds = now === undefined ? {} : { t: where((i) => (now() - began[i]!) / 1000) };
      const episode = { r: where((i) => r[i]!), l: where((i) => l[i]!), ...seconds };
      for (let i = 0; i < n; i++) {
        if (ended[i] === 0) continue;
        keep(returns, r[i]!, bufferLength);
        keep(lengths, l[i]!, bufferLength);
      }
      return [observations, rewards, terminated, truncated, { ...infos, episode, _episode: ended.slice() }];
    },
    save: (): Json =>
      ({
        r: Array.from(r),
        l: Array.from(l),
        ended: Array.from(ended),
        returns: [...returns],
        lengths: [...lengths],
      }) satisfies Saved,
    load(saved) {
      const state = saved as Saved;
      r.set(state.r);
      l.set(state.l);
      ended.set(state.ended);
      returns.splice(0, returns.length, ...state.returns);
      lengths.splice(0, lengths.length, ...state.lengths);
    },
  });
  return Object.assign(wrapped, { episodes: { returns, lengths } });
}
