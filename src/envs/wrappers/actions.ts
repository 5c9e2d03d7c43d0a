/** Other forms of the same action (gymnasium/wrappers/transform_action.py, stateful_action.py). */
import { UsageError } from "../../base/index.ts";
import type { Env, Json } from "../env.ts";
import { type Generator, generator } from "../random/generator.ts";
import { boxArray } from "../spaces/box-array.ts";
import { box } from "../spaces/build.ts";
import type { Box, Discrete, Member, MultiDiscrete } from "../spaces/space.ts";
import { fromJsonable, toJsonable } from "../spaces/text-form.ts";
import { binsOf, needsBox, rescaleBox, spaceOfBins } from "./boxes.ts";
import { transformAction } from "./transform.ts";
import { type Acting, wrap } from "./wrap.ts";

/** Takes any number and cuts it to the Box. @throws UsageError `bad-space` */
export function clipAction<E extends Env>(env: E): E {
  needsBox(env.actionSpace, "clipAction");
  const { low, high, shape, dtype } = env.actionSpace;
  const cut = (action: Member) =>
    boxArray(
      dtype,
      Float64Array.from(action as ArrayLike<number>, (v, i) => Math.min(Math.max(v, low[i]!), high[i]!)),
    );
  const open = box(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, shape, dtype as "float32");
  return transformAction(env as Env, cut, open, "ClipAction") as unknown as E;
}

/** Takes [min, max] for a Box's own bounds. @throws UsageError `bad-space` */
export function rescaleAction<E extends Env>(
  env: E,
  min: number | ArrayLike<number>,
  max: number | ArrayLike<number>,
): E {
  needsBox(env.actionSpace, "rescaleAction");
  const { space, backward } = rescaleBox(env.actionSpace, min, max);
  return transformAction(env as Env, (a) => backward(a as ArrayLike<number>), space, "RescaleAction") as unknown as E;
}

/**
 * Takes a bin for a Box's numbers, as one number (default) or each by itself; the environment gets its middle.
 *
 * @throws UsageError `bad-space`, `bad-env-option`
 */
export function discretizeAction<E extends Env>(
  env: E,
  bins: number | readonly number[],
  options?: { readonly multidiscrete?: false },
): Acting<E, Discrete>;
export function discretizeAction<E extends Env>(
  env: E,
  bins: number | readonly number[],
  options: { readonly multidiscrete: true },
): Acting<E, MultiDiscrete>;
export function discretizeAction(
  env: Env,
  bins: number | readonly number[],
  { multidiscrete = false }: { readonly multidiscrete?: boolean } = {},
): Env {
  needsBox(env.actionSpace, "discretizeAction");
  const space: Box = env.actionSpace;
  const { counts, middle, unflat } = binsOf(space, bins);
  const toBox = (action: Member) =>
    boxArray(space.dtype, middle(typeof action === "number" ? unflat(action) : (action as ArrayLike<number>)));
  return transformAction(env, toBox, spaceOfBins(counts, multidiscrete), "DiscretizeAction");
}

export interface StickyOptions {
  /** Probability of doing the last action again instead, in [0, 1). */
  readonly repeatActionProbability: number;
  /** How often then, or a range to draw from; default 1. */
  readonly repeatActionDuration?: number | readonly [least: number, most: number] | undefined;
}

/**
 * Sometimes does the last action again instead of the one given (Machado et al. 2018). It draws from the environment's
 * generator, as Gymnasium's does; where that is not to be had, from one of its own with the reset's seed.
 *
 * @throws UsageError `bad-env-option`
 */
export function stickyAction<E extends Env>(env: E, options: StickyOptions): E {
  const { repeatActionProbability: p, repeatActionDuration = 1 } = options;
  const [least, most] =
    typeof repeatActionDuration === "number" ? [repeatActionDuration, repeatActionDuration] : repeatActionDuration;
  if (!(p >= 0 && p < 1) || !Number.isSafeInteger(least) || !Number.isSafeInteger(most) || least < 1 || most < least) {
    throw new UsageError(`wanted a probability in [0, 1) and 1 ≤ least ≤ most, got ${p}, ${least} and ${most}`, {
      code: "bad-env-option",
    });
  }
  let last: Member | undefined;
  /** Of a repetition: how often still. */
  let left = 0;
  let own: Generator | undefined;
  const random = () => {
    own ??= generator(0);
    return env.random?.() ?? own;
  };
  return wrap(env, "StickyAction", {
    reset(how) {
      last = undefined;
      left = 0;
      if (env.random === undefined && how?.seed !== undefined) own = generator(how.seed);
      return env.reset(how);
    },
    step(action: Member) {
      if (left === 0 && last !== undefined && random().random() < p) left = random().integers(least, most + 1);
      const done = left > 0 ? last! : action;
      if (left > 0) left--;
      last = done;
      return env.step(done);
    },
    save: (): Json => ({
      last: last === undefined ? null : toJsonable(env.actionSpace, last),
      left,
      own: own?.save() ?? null,
    }),
    load(saved) {
      const state = saved as { readonly last: Json; readonly left: number; readonly own: never };
      last = state.last === null ? undefined : fromJsonable(env.actionSpace, state.last);
      left = state.left;
      own = state.own === null ? undefined : generator(0);
      if (state.own !== null) own!.load(state.own);
    },
  });
}

/** Does every action so many times, or to the end; rewards add up. @throws UsageError `bad-env-option` */
export function repeatAction<E extends Env>(env: E, times: number): E {
  if (!Number.isSafeInteger(times) || times < 1) {
    throw new UsageError(`wanted a positive number of repetitions, got ${times}`, { code: "bad-env-option" });
  }
  return wrap(env, "RepeatAction", {
    step(action) {
      let total = 0;
      for (let i = 1; ; i++) {
        const result = env.step(action);
        total += result[1];
        if (i === times || result[2] || result[3]) {
          result[1] = total;
          return result;
        }
      }
    },
  });
}
