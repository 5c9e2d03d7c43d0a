/** The last steps of n environments, from which clips are cut: never across the end of an episode. */
import type { NDArray, Rng } from "../../base/index.ts";
import type { Clip } from "../../feedback/index.ts";
import { ring } from "../replay/index.ts";
import type { StepCodec } from "./features.ts";

export interface MemoryOptions {
  readonly numEnvs: number;
  /** Steps of all environments together that are kept. */
  readonly capacity: number;
  readonly codec: Pick<StepCodec, "observationWidth" | "actionWidth">;
  /** Said in every clip: the environment's name, and steps a second. */
  readonly env: string;
  readonly fps: number;
}

/** One step of all environments. */
export interface Moment {
  /** In which the actions were taken, [n, observationWidth]. */
  readonly observations: ArrayLike<number>;
  readonly actions: ArrayLike<number>;
  /** What the environment gave: for measuring, and for labellers that stand in for people. */
  readonly rewards: ArrayLike<number>;
  /** Which episode it was, [n]: another number after every end. */
  readonly episodes: ArrayLike<number>;
}

/** A clip, and beside it what whoever judges it must not be told. */
export interface Segment {
  readonly clip: Clip;
  /** The true rewards, one a step. */
  readonly rewards: readonly number[];
}

export interface ClipMemory {
  add(moment: Moment): void;
  /**
   * A clip of k steps, from anywhere or from where something moves: of two clips that stand still nobody can say anything.
   * Undefined where no stretch of one episode is as long.
   */
  cut(rng: Rng, k: number, which: "moving" | "any"): Segment | undefined;
  snapshot(): Map<string, NDArray>;
  restore(saved: ReadonlyMap<string, NDArray>): void;
}

/** Tries to find a stretch of one episode before it is given up. */
const tries = 1000;

export function clipMemory({ numEnvs: n, capacity, codec, env, fps }: MemoryOptions): ClipMemory {
  const { observationWidth, actionWidth } = codec;
  const rows = ring(Math.ceil(capacity / n), {
    observations: { dtype: "float32", width: n * observationWidth },
    actions: { dtype: "float32", width: n * actionWidth },
    rewards: { dtype: "float32", width: n },
    episodes: { dtype: "int32", width: n },
    /** When the row was written: rows that follow each other in memory need not do so in time. */
    time: { dtype: "int32", width: 1 },
  });
  let time = 0;
  const isOneStretch = (first: number, last: number, i: number): boolean => {
    const times = new Int32Array(2);
    const episodes = new Int32Array(2 * n);
    rows.take([first, last], { time: times, episodes });
    const k = ((last - first + rows.capacity) % rows.capacity) + 1;
    return times[1]! - times[0]! === k - 1 && episodes[i] === episodes[n + i];
  };
  const segmentAt = (places: readonly number[], i: number): Segment => {
    const k = places.length;
    const observations = new Float32Array(k * n * observationWidth);
    const actions = new Float32Array(k * n * actionWidth);
    const rewards = new Float32Array(k * n);
    rows.take(places, { observations, actions, rewards });
    const rowsOf = (of: Float32Array, width: number) =>
      places.map((_, t) => Array.from(of.subarray((t * n + i) * width, (t * n + i + 1) * width), rounded));
    const acted = rowsOf(actions, actionWidth);
    return {
      clip: {
        env,
        fps,
        observations: rowsOf(observations, observationWidth),
        actions: actionWidth === 1 ? acted.flat() : acted,
      },
      rewards: places.map((_, t) => rewards[t * n + i]!),
    };
  };
  return {
    add({ observations, actions, rewards, episodes }) {
      rows.add({ observations, actions, rewards, episodes, time: [time++] });
    },
    cut(rng, k, which) {
      if (rows.size < k) return undefined;
      for (let attempt = 0; attempt < tries; attempt++) {
        const i = rng.integer(n);
        const first = rng.integer(rows.size);
        const places = Array.from({ length: k }, (_, t) => (first + t) % rows.capacity);
        if (places[k - 1]! >= rows.size || !isOneStretch(first, places[k - 1]!, i)) continue;
        const segment = segmentAt(places, i);
        if (which === "any" || k === 1 || moves(segment.clip)) return segment;
      }
      return undefined;
    },
    snapshot: () => new Map([...Object.entries(rows.snapshot()), ["time", scalar(time)]]),
    restore(saved) {
      rows.restore(Object.fromEntries(saved));
      time = Number(saved.get("time")!.data[0]);
    },
  };
}

const moves = ({ observations }: Clip): boolean =>
  observations.some((now) => now.some((x, j) => x !== observations[0]![j]));

const scalar = (x: number): NDArray => ({ dtype: "int32", shape: [1], data: Int32Array.of(x) });

/** Five significant digits: what an eye sees, in a fifth of the room. */
const rounded = (x: number): number => Number(x.toPrecision(5));
