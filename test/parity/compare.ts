import type { Json, Tolerance } from "./cases.ts";

/** Stands where the reference's own value is rounding noise, so that none is right or wrong. */
export const undetermined = Symbol("undetermined");

/**
 * What differs between what a library gave and what we got, with the place in the fixture. Numbers may come in flat
 * typed arrays where the fixture has nested lists. Empty when nothing differs.
 */
export function differences(expected: Json, actual: unknown, tolerance: Tolerance, at = ""): string[] {
  if (actual === undetermined) return [];
  if (isRecord(expected)) {
    return Object.entries(expected).flatMap(([key, value]) =>
      differences(value, isRecord(actual) ? actual[key] : undefined, tolerance, at === "" ? key : `${at}.${key}`),
    );
  }
  if (Array.isArray(expected) && expected.some(isRecord)) {
    const list = Array.isArray(actual) ? actual : [];
    if (list.length !== expected.length) return [`${at}: ${list.length} values instead of ${expected.length}`];
    return expected.flatMap((value, i) => differences(value, list[i], tolerance, `${at}[${i}]`));
  }
  if (actual === undefined) return [`${at}: not computed`];
  const wanted = flatten(expected);
  const got = flatten(actual);
  if (wanted.length !== got.length) return [`${at}: ${got.length} values instead of ${wanted.length}`];
  const wrong = wanted.flatMap((value, i) => (agree(value, got[i], tolerance) ? [] : [i]));
  if (wrong.length === 0) return [];
  const first = wrong[0]!;
  const place = wanted.length === 1 ? at : `${at}[${first} of ${wanted.length}]`;
  const more = wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : "";
  return [`${place}: ${JSON.stringify(got[first])} instead of ${JSON.stringify(wanted[first])}${more}`];
}

function agree(expected: unknown, actual: unknown, tolerance: Tolerance): boolean {
  if (typeof expected !== "number" || typeof actual !== "number" || "exact" in tolerance) {
    return Object.is(expected, actual) || expected === actual;
  }
  return Math.abs(actual - expected) <= tolerance.atol + tolerance.rtol * Math.abs(expected);
}

const isRecord = (x: unknown): x is Record<string, unknown> =>
  typeof x === "object" && x !== null && !Array.isArray(x) && !ArrayBuffer.isView(x);

/** Nested lists and typed arrays as one list, in row-major order. */
export function flatten(x: unknown): unknown[] {
  if (Array.isArray(x)) return x.flatMap(flatten);
  if (ArrayBuffer.isView(x)) return Array.from(x as unknown as ArrayLike<number>);
  return [x];
}
