import { expect } from "vitest";

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: the declaration must repeat vitest's own
  interface Matchers<T = any> {
    /** Every number within `atol + rtol·|expected|` (shapes may be nested; they must agree). */
    toBeCloseToAll(expected: unknown, tolerance?: number | { atol: number; rtol: number }): T;
  }
}

const flatten = (x: unknown): number[] =>
  typeof x === "number"
    ? [x]
    : typeof x === "boolean"
      ? [Number(x)]
      : Array.from(x as ArrayLike<unknown>).flatMap(flatten);

expect.extend({
  toBeCloseToAll(actual: unknown, expected: unknown, tolerance: number | { atol: number; rtol: number } = 1e-6) {
    const { atol, rtol } = typeof tolerance === "number" ? { atol: tolerance, rtol: 0 } : tolerance;
    const a = flatten(actual);
    const b = flatten(expected);
    let worst = -1;
    let at = -1;
    for (let i = 0; i < b.length; i++) {
      const excess = Math.abs(a[i]! - b[i]!) - (atol + rtol * Math.abs(b[i]!));
      if (!(excess <= 0) && !(excess < worst)) [worst, at] = [excess, i];
    }
    const pass = a.length === b.length && at < 0;
    return {
      pass,
      message: () =>
        a.length === b.length
          ? `entry ${at} of ${b.length}: got ${a[at]}, wanted ${b[at]} (beyond tolerance by ${worst})`
          : `got ${a.length} numbers, wanted ${b.length}`,
    };
  },
});
