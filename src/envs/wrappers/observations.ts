/** Other forms of the same observation (gymnasium/wrappers/transform_observation.py). */
import { UsageError } from "../../base/index.ts";
import type { Env } from "../env.ts";
import { boxArray } from "../spaces/box-array.ts";
import { box, dict, tuple } from "../spaces/build.ts";
import { flattenInto, flattenSpace } from "../spaces/flatten.ts";
import type { Box, BoxType, Discrete, Member, MultiDiscrete, Space } from "../spaces/space.ts";
import { describeSpace } from "../spaces/text-form.ts";
import { binsOf, needsBox, rescaleBox, spaceOfBins } from "./boxes.ts";
import { transformObservation } from "./transform.ts";
import type { Observing } from "./wrap.ts";

/** As one float32 vector (`flatten`): what networks take. */
export function flattenObservation<E extends Env>(env: E): Observing<E, Box<"float32">> {
  const inner: Space = env.observationSpace;
  const space = flattenSpace(inner);
  const flat = (observation: unknown) => {
    const out = new Float32Array(space.low.length);
    flattenInto(inner, observation, out, 0);
    return out;
  };
  return transformObservation(env as Env, flat, space, "FlattenObservation") as unknown as Observing<E, Box<"float32">>;
}

/**
 * Some parts of a Dict (by key) or a Tuple (by index) only.
 *
 * @throws UsageError `bad-env-option`
 */
export function filterObservation<E extends Env>(env: E, keys: readonly (string | number)[]): Observing<E, Space> {
  const space: Space = env.observationSpace;
  if (space.kind !== "dict" && space.kind !== "tuple") {
    throw new UsageError(`only a Dict or a Tuple can be filtered, got ${describeSpace(space)}`, { code: "bad-space" });
  }
  const parts = new Map<string, Space>(Object.entries(space.spaces));
  const missing = keys.filter((key) => !parts.has(String(key)));
  if (keys.length === 0 || missing.length > 0) {
    throw new UsageError(`wanted some of ${[...parts.keys()].join(", ")} to keep, got ${keys.join(", ")}`, {
      code: "bad-env-option",
    });
  }
  const pick = <T>(get: (key: string) => T): readonly T[] | Readonly<Record<string, T>> =>
    space.kind === "tuple"
      ? keys.map((key) => get(String(key)))
      : Object.fromEntries(keys.map((key) => [key, get(String(key))]));
  const chosen = pick((key) => parts.get(key)!);
  const kept: Space = Array.isArray(chosen) ? tuple(chosen) : dict(chosen as Readonly<Record<string, Space>>);
  return transformObservation(
    env,
    (observation) => pick((key) => Reflect.get(observation as object, key) as Member),
    kept,
    "FilterObservation",
  );
}

/** A Box's bounds moved to [min, max]. @throws UsageError `bad-space` */
export function rescaleObservation<E extends Env>(
  env: E,
  min: number | ArrayLike<number>,
  max: number | ArrayLike<number>,
): Observing<E, Box> {
  needsBox(env.observationSpace, "rescaleObservation");
  const { space, forward } = rescaleBox(env.observationSpace, min, max);
  return transformObservation(env as Env, (o) => forward(o as ArrayLike<number>), space, "RescaleObservation") as never;
}

/** The same numbers in another shape. @throws UsageError `bad-space` */
export function reshapeObservation<E extends Env>(env: E, shape: readonly number[]): Observing<E, Box> {
  needsBox(env.observationSpace, "reshapeObservation");
  const { low, high, dtype } = env.observationSpace;
  return transformObservation(
    env as Env,
    (o) => o as never,
    box(low, high, shape, dtype),
    "ReshapeObservation",
  ) as never;
}

/** The same numbers in another element type. @throws UsageError `bad-space` */
export function dtypeObservation<E extends Env, D extends BoxType>(env: E, dtype: D): Observing<E, Box<D>> {
  needsBox(env.observationSpace, "dtypeObservation");
  const { low, high, shape } = env.observationSpace;
  const convert = (o: Member) => boxArray(dtype, o as ArrayLike<number>);
  return transformObservation(env as Env, convert, box(low, high, shape, dtype) as Box, "DtypeObservation") as never;
}

/**
 * The bin of every coordinate, as one number (default) or each by itself: for tables over continuous states.
 *
 * @throws UsageError `bad-space`, `bad-env-option`
 */
export function discretizeObservation<E extends Env>(
  env: E,
  bins: number | readonly number[],
  options?: { readonly multidiscrete?: false },
): Observing<E, Discrete>;
export function discretizeObservation<E extends Env>(
  env: E,
  bins: number | readonly number[],
  options: { readonly multidiscrete: true },
): Observing<E, MultiDiscrete>;
export function discretizeObservation(
  env: Env,
  bins: number | readonly number[],
  { multidiscrete = false }: { readonly multidiscrete?: boolean } = {},
): Env {
  needsBox(env.observationSpace, "discretizeObservation");
  const { counts, indicesOf, flat } = binsOf(env.observationSpace, bins);
  const binned = (observation: Member): Member => {
    const indices = indicesOf(observation as ArrayLike<number>);
    return multidiscrete ? Int32Array.from(indices) : flat(indices);
  };
  return transformObservation(env, binned, spaceOfBins(counts, multidiscrete) as Space, "DiscretizeObservation");
}
