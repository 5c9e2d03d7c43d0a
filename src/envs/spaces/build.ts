/** One constructor a space. What cannot be a space is refused here (`bad-space`), so that the passes need not look again. */
import { sizeOf, UsageError } from "../../base/index.ts";
import type {
  Box,
  BoxType,
  Dict,
  Discrete,
  Graph,
  MultiBinary,
  MultiDiscrete,
  OneOf,
  Sequence,
  Space,
  SpaceRecord,
  Text,
  Tuple,
} from "./space.ts";

const wrong = (message: string, help?: string): UsageError => new UsageError(message, { code: "bad-space", help });
const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) > 0;

const integerLimits: Partial<Record<BoxType, readonly [low: number, high: number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint8: [0, 255],
};

/**
 * The product of the intervals [low, high]. Bounds are one number for all coordinates or one a coordinate; without a shape
 * a list's length is the shape, and two numbers make the shape [1]. float32 bounds are rounded to float32, as in Gymnasium.
 *
 * @throws UsageError `bad-space`
 */
export function box(
  low: number | ArrayLike<number>,
  high: number | ArrayLike<number>,
  shape?: readonly number[],
): Box<"float32">;
export function box<D extends BoxType>(
  low: number | ArrayLike<number>,
  high: number | ArrayLike<number>,
  shape: readonly number[] | undefined,
  dtype: D,
): Box<D>;
export function box(
  low: number | ArrayLike<number>,
  high: number | ArrayLike<number>,
  shape?: readonly number[],
  dtype: BoxType = "float32",
): Box {
  const listed = typeof low === "number" ? (typeof high === "number" ? 1 : high.length) : low.length;
  const dims = Object.freeze([...(shape ?? [listed])]);
  if (!dims.every(isCount)) throw wrong(`wanted a Box's shape of positive integers, got [${dims}]`);
  const size = sizeOf(dims);
  const spread = (bound: number | ArrayLike<number>, which: string): Float64Array => {
    if (typeof bound !== "number" && bound.length !== size) {
      throw wrong(`the Box's ${which} has ${bound.length} numbers for ${size} coordinates`);
    }
    const values = Float64Array.from({ length: size }, (_, i) => (typeof bound === "number" ? bound : bound[i]!));
    return dtype === "float32" ? values.map(Math.fround) : values;
  };
  const lows = spread(low, "low");
  const highs = spread(high, "high");
  const limits = integerLimits[dtype];
  for (let i = 0; i < size; i++) {
    if (!(lows[i]! <= highs[i]!)) throw wrong(`wanted low ≤ high in a Box, got ${lows[i]} and ${highs[i]}`);
    if (limits !== undefined && (lows[i]! < limits[0] || highs[i]! > limits[1])) {
      throw wrong(`a Box of ${dtype} reaches from ${limits[0]} to ${limits[1]}, got ${lows[i]} … ${highs[i]}`);
    }
  }
  return Object.freeze({ kind: "box", dtype, shape: dims, low: lows, high: highs });
}

/** The integers start … start + n − 1. @throws UsageError `bad-space` */
export function discrete(n: number, start = 0): Discrete {
  if (!isCount(n)) throw wrong(`wanted a positive integer of choices, got ${n}`);
  if (!Number.isSafeInteger(start)) throw wrong(`wanted an integer as the first choice, got ${start}`);
  return Object.freeze({ kind: "discrete", n, start });
}

/** Several integers, the i-th in 0 … nvec[i] − 1. @throws UsageError `bad-space` */
export function multiDiscrete(nvec: readonly number[]): MultiDiscrete {
  if (nvec.length === 0 || !nvec.every(isCount)) throw wrong(`wanted positive integers of choices, got [${nvec}]`);
  return Object.freeze({ kind: "multi-discrete", nvec: Object.freeze([...nvec]) });
}

/** n bits. @throws UsageError `bad-space` */
export function multiBinary(n: number): MultiBinary {
  if (!isCount(n)) throw wrong(`wanted a positive number of bits, got ${n}`);
  return Object.freeze({ kind: "multi-binary", n });
}

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Strings of `minLength` (default 1) … `maxLength` characters of `charset` (default letters and digits). @throws UsageError `bad-space` */
export function text(
  maxLength: number,
  { minLength = 1, charset = alphanumeric }: { minLength?: number; charset?: string } = {},
): Text {
  if (!isCount(maxLength) || !Number.isSafeInteger(minLength) || minLength < 0 || minLength > maxLength) {
    throw wrong(`wanted 0 ≤ minLength ≤ maxLength in whole characters, got ${minLength} and ${maxLength}`);
  }
  if (charset === "") throw wrong("wanted at least one character in the charset of a Text");
  return Object.freeze({ kind: "text", minLength, maxLength, charset: [...new Set(charset.split(""))].join("") });
}

export const tuple = <const P extends readonly Space[]>(spaces: P): Tuple<P> =>
  Object.freeze({ kind: "tuple", spaces: Object.freeze(spaces) });

export const dict = <P extends SpaceRecord>(spaces: P): Dict<P> =>
  Object.freeze({
    kind: "dict",
    spaces: Object.freeze(Object.fromEntries(Object.entries(spaces).sort(([a], [b]) => (a < b ? -1 : 1))) as P),
  });

export const sequence = <S extends Space>(space: S): Sequence<S> => Object.freeze({ kind: "sequence", space });

/** @throws UsageError `bad-space` when there is nothing to choose from. */
export function oneOf<const P extends readonly Space[]>(spaces: P): OneOf<P> {
  if (spaces.length === 0) throw wrong("wanted at least one space to choose from");
  return Object.freeze({ kind: "one-of", spaces: Object.freeze(spaces) });
}

export const graph = (node: Box | Discrete, edge: Box | Discrete | null = null): Graph =>
  Object.freeze({ kind: "graph", node, edge });
