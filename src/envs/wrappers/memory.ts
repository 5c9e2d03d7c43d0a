/** Observations that reach back (gymnasium/wrappers/stateful_observation.py). */
import { UsageError } from "../../base/index.ts";
import type { Env, Json } from "../env.ts";
import { batchSpace, emptyBatch, writeBatch, zeroOf } from "../spaces/batch.ts";
import { boxArray } from "../spaces/box-array.ts";
import { box, dict, tuple } from "../spaces/build.ts";
import { contains } from "../spaces/contains.ts";
import { flattenInto, flattenSpace } from "../spaces/flatten.ts";
import type { Member, Sample, Space } from "../spaces/space.ts";
import { fromJsonable, toJsonable } from "../spaces/text-form.ts";
import { needsBox } from "./boxes.ts";
import { type Observing, wrap } from "./wrap.ts";

function checkWhole(what: string, n: number, least: number): void {
  if (Number.isSafeInteger(n) && n >= least) return;
  throw new UsageError(`wanted a ${what} of at least ${least}, got ${n}`, { code: "bad-env-option" });
}

/** A list of members that a snapshot can hold. */
const listState = (space: Space, list: Member[]) => ({
  save: (): Json => list.map((member) => toJsonable(space, member)),
  load(saved: Json): void {
    list.splice(0, list.length, ...(saved as readonly Json[]).map((member) => fromJsonable(space, member)));
  },
});

/** What fills a stack at the start: the first observation (default), zeros, or a member of the space. */
export type Padding<O extends Space = Space> = "reset" | "zero" | Sample<O>;

/**
 * The last so many observations, oldest first, as one batch [size × …].
 *
 * @throws UsageError `bad-env-option`, `bad-space`
 */
export function frameStackObservation<E extends Env>(
  env: E,
  stackSize: number,
  { padding = "reset" }: { readonly padding?: Padding } = {},
): Observing<E, Space> {
  checkWhole("stack size", stackSize, 1);
  const space: Space = env.observationSpace;
  const isNamed = padding === "reset" || padding === "zero";
  if (!isNamed && !contains(space, padding)) {
    throw new UsageError(`wanted padding reset, zero or an observation, got ${String(padding)}`, {
      code: "bad-env-option",
    });
  }
  const frames: Member[] = [];
  const stacked = () => {
    const batch = emptyBatch(space, stackSize);
    frames.forEach((frame, i) => {
      writeBatch(space, batch, i, frame);
    });
    return batch;
  };
  return wrap(env, "FrameStackObservation", {
    observationSpace: batchSpace(space, stackSize),
    reset(how) {
      const [observation, info] = env.reset(how);
      const filler = padding === "reset" ? observation : padding === "zero" ? zeroOf(space) : (padding as Member);
      frames.splice(0, frames.length, ...Array<Member>(stackSize - 1).fill(filler), observation);
      return [stacked(), info];
    },
    step(action) {
      const [observation, ...rest] = env.step(action);
      frames.shift();
      frames.push(observation);
      return [stacked(), ...rest];
    },
    ...listState(space, frames),
  });
}

/** Every observation so many steps late; zeros before the first. @throws UsageError `bad-env-option` */
export function delayObservation<E extends Env>(env: E, delay: number): E {
  checkWhole("delay", delay, 0);
  const waiting: Member[] = [];
  const exchange = (observation: Member) => {
    waiting.push(observation);
    return waiting.length > delay ? waiting.shift()! : zeroOf(env.observationSpace);
  };
  return wrap(env, "DelayObservation", {
    reset(how) {
      const [observation, info] = env.reset(how);
      waiting.length = 0;
      return [exchange(observation), info];
    },
    step(action) {
      const [observation, ...rest] = env.step(action);
      return [exchange(observation), ...rest];
    },
    ...listState(env.observationSpace, waiting),
  });
}

export interface TimeAwareOptions {
  /** One vector (default) instead of a Dict `{ obs, time }`, or the parts that were there and one more. */
  readonly flatten?: boolean | undefined;
  /** Time from 0 to 1 instead of steps; default false. */
  readonly normalizeTime?: boolean | undefined;
  /** Key of the time in a Dict, default `time`. */
  readonly timeKey?: string | undefined;
}

/**
 * The observation with the number of steps so far: makes a time limit visible (Pardo et al. 2018, arXiv:1712.00378).
 *
 * @throws UsageError `bad-env-option` for an environment without a time limit.
 */
export function timeAwareObservation<E extends Env>(env: E, options: TimeAwareOptions = {}): Observing<E, Space> {
  const { flatten = true, normalizeTime = false, timeKey = "time" } = options;
  const limit = env.spec?.maxEpisodeSteps;
  if (limit === undefined) {
    throw new UsageError("timeAwareObservation needs an environment with a time limit", {
      code: "bad-env-option",
      help: "make it with maxEpisodeSteps",
    });
  }
  const space: Space = env.observationSpace;
  const timeSpace = normalizeTime ? box(0, 1) : box(0, limit, [1], "int32");
  const timed: Space =
    space.kind === "dict"
      ? dict({ ...space.spaces, [timeKey]: timeSpace })
      : space.kind === "tuple"
        ? tuple([...space.spaces, timeSpace])
        : dict({ obs: space, [timeKey]: timeSpace });
  const flat = flatten ? flattenSpace(timed) : undefined;
  let elapsed = 0;
  const withTime = (observation: Member): Member => {
    const time = boxArray(timeSpace.dtype, [normalizeTime ? elapsed / limit : elapsed]);
    const both: Member =
      space.kind === "dict"
        ? { ...(observation as Readonly<Record<string, Member>>), [timeKey]: time }
        : space.kind === "tuple"
          ? [...(observation as readonly Member[]), time]
          : { obs: observation, [timeKey]: time };
    if (flat === undefined) return both;
    const out = new Float32Array(flat.low.length);
    flattenInto(timed, both, out, 0);
    return out;
  };
  return wrap(env, "TimeAwareObservation", {
    observationSpace: flat ?? timed,
    reset(how) {
      const [observation, info] = env.reset(how);
      elapsed = 0;
      return [withTime(observation), info];
    },
    step(action) {
      const [observation, ...rest] = env.step(action);
      elapsed++;
      return [withTime(observation), ...rest];
    },
    save: () => elapsed,
    load(saved) {
      elapsed = saved as number;
    },
  });
}

/**
 * Does every action so many times and gives the larger of the last two observations, coordinate by coordinate (Mnih et al.
 * 2015, against flicker); rewards add up. After an end there may be one only (Gymnasium then mixes in older ones).
 *
 * @throws UsageError `bad-env-option`, `bad-space`
 */
export function maxAndSkipObservation<E extends Env>(env: E, skip = 4): E {
  checkWhole("skip", skip, 2);
  needsBox(env.observationSpace, "maxAndSkipObservation");
  const { dtype } = env.observationSpace;
  return wrap(env, "MaxAndSkipObservation", {
    step(action) {
      let total = 0;
      let last: ArrayLike<number> | undefined;
      for (let i = 1; ; i++) {
        const [observation, reward, terminated, truncated, info] = env.step(action);
        const before = last ?? (observation as ArrayLike<number>);
        last = observation as ArrayLike<number>;
        total += reward;
        if (i < skip && !terminated && !truncated) continue;
        const larger = boxArray(
          dtype,
          Float64Array.from(before, (v, j) => Math.max(v, last![j]!)),
        );
        return [larger, total, terminated, truncated, info];
      }
    },
  });
}
