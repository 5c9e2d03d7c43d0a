/** What wrappers of observations and of actions do with a Box. */
import { UsageError } from "../../base/index.ts";
import { boxArray } from "../spaces/box-array.ts";
import { box, discrete, multiDiscrete } from "../spaces/build.ts";
import type { Box, BoxArrays, BoxType, Space } from "../spaces/space.ts";
import { describeSpace } from "../spaces/text-form.ts";

/** @throws UsageError `bad-space` */
export function needsBox(space: Space, wrapper: string): asserts space is Box {
  if (space.kind === "box") return;
  throw new UsageError(`${wrapper} works on a Box, got ${describeSpace(space)}`, { code: "bad-space" });
}

export interface Rescaled {
  readonly space: Box;
  /** From the Box to the new bounds. */
  forward(values: ArrayLike<number>): BoxArrays[BoxType];
  backward(values: ArrayLike<number>): BoxArrays[BoxType];
}

/**
 * The affine map that takes the bounds of a Box to [min, max] (gymnasium/wrappers/utils.py `rescale_box`); a coordinate with
 * one bound is shifted.
 *
 * @throws UsageError `bad-space` when a bound is infinite on one side of the map only.
 */
export function rescaleBox(space: Box, min: number | ArrayLike<number>, max: number | ArrayLike<number>): Rescaled {
  const target = box(
    typeof min === "number" ? Array(space.low.length).fill(min) : min,
    typeof max === "number" ? Array(space.low.length).fill(max) : max,
    space.shape,
    space.dtype,
  );
  const gradient = new Float64Array(space.low.length).fill(1);
  const intercept = new Float64Array(space.low.length);
  for (let i = 0; i < gradient.length; i++) {
    const [low, high, newLow, newHigh] = [space.low[i]!, space.high[i]!, target.low[i]!, target.high[i]!];
    const fits = (a: number, b: number) => (Number.isFinite(a) && Number.isFinite(b)) || a === b;
    if (!fits(low, newLow) || !fits(high, newHigh)) {
      throw new UsageError(`coordinate ${i} has a bound that is infinite before or after rescaling, but not both`, {
        code: "bad-space",
        help: "normalizeObservation scales what has no bounds",
      });
    }
    if (Number.isFinite(newLow) && Number.isFinite(newHigh)) gradient[i] = (newHigh - newLow) / (high - low);
    if (Number.isFinite(newHigh)) intercept[i] = newHigh - high;
    if (Number.isFinite(newLow)) intercept[i] = gradient[i]! * -low + newLow;
  }
  const map = (values: ArrayLike<number>, f: (v: number, i: number) => number) =>
    boxArray(space.dtype, Float64Array.from(values, f));
  return {
    space: target,
    forward: (values) => map(values, (v, i) => gradient[i]! * v + intercept[i]!),
    backward: (values) => map(values, (v, i) => (v - intercept[i]!) / gradient[i]!),
  };
}

/** Bins of equal width over a Box, numbered row-major as one Discrete or each by itself. */
export interface Bins {
  readonly counts: readonly number[];
  indicesOf(values: ArrayLike<number>): number[];
  /** Middle of the bins. */
  middle(indices: ArrayLike<number>): number[];
  flat(indices: readonly number[]): number;
  unflat(index: number): number[];
}

/** @throws UsageError `bad-space` for a Box without bounds, `bad-env-option` for a number of bins that is none. */
export function binsOf(space: Box, bins: number | readonly number[]): Bins {
  const size = space.low.length;
  const counts = typeof bins === "number" ? Array<number>(size).fill(bins) : bins;
  if (counts.length !== size || !counts.every((n) => Number.isSafeInteger(n) && n > 0)) {
    throw new UsageError(`wanted a positive number of bins for each of ${size} coordinates, got ${bins}`, {
      code: "bad-env-option",
    });
  }
  if (![...space.low, ...space.high].every(Number.isFinite)) {
    throw new UsageError(`bins need a Box with bounds, got ${describeSpace(space)}`, {
      code: "bad-space",
      help: "clip the observation first, with transformObservation",
    });
  }
  const widthOf = (i: number) => (space.high[i]! - space.low[i]!) / counts[i]!;
  return {
    counts,
    indicesOf: (values) =>
      counts.map((n, i) => Math.min(Math.max(Math.floor((values[i]! - space.low[i]!) / widthOf(i)), 0), n - 1)),
    middle: (indices) => counts.map((_, i) => space.low[i]! + (indices[i]! + 0.5) * widthOf(i)),
    flat: (indices) => indices.reduce((index, k, i) => index * counts[i]! + k, 0),
    unflat(index) {
      let rest = index;
      return counts
        .map((_, i) => counts[counts.length - 1 - i]!)
        .map((n) => {
          const k = rest % n;
          rest = Math.floor(rest / n);
          return k;
        })
        .reverse();
    },
  };
}

/** The space of bins. */
export const spaceOfBins = (counts: readonly number[], each: boolean) =>
  each ? multiDiscrete(counts) : discrete(counts.reduce((a, b) => a * b, 1));
