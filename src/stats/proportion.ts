import { assert } from "../base/index.ts";
import type { Interval } from "./interval.ts";

/** Wilson's score interval for a share (Wilson 1927): good for few trials and for shares near 0 or 1. */
export function wilsonInterval(successes: number, trials: number, confidence = 0.95): Interval {
  assert(trials > 0 && successes >= 0 && successes <= trials, `wilsonInterval: ${successes} of ${trials}`);
  const z = normalQuantile((1 + confidence) / 2);
  const p = successes / trials;
  const centre = (p + z ** 2 / (2 * trials)) / (1 + z ** 2 / trials);
  const half = (z / (1 + z ** 2 / trials)) * Math.sqrt((p * (1 - p)) / trials + z ** 2 / (4 * trials ** 2));
  return { value: p, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** Φ(x) by its Taylor series around 0, exact to double precision for |x| ≤ 7 (Marsaglia 2004, J. Stat. Soft. 11(4)). */
export function normalCdf(x: number): number {
  if (Math.abs(x) > 7) return x < 0 ? 0 : 1;
  let [total, term] = [x, x];
  for (let k = 3; total !== total + term; k += 2) {
    term *= x ** 2 / k;
    total += term;
  }
  return 0.5 + total * normalDensity(x);
}

const normalDensity = (x: number): number => Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI);

/** Φ⁻¹(p) for p in [1e-9, 1 − 1e-9], by Newton's method from 0, its steps held to 1 so that they cannot run away. */
export function normalQuantile(p: number): number {
  assert(p >= 1e-9 && p <= 1 - 1e-9, `normalQuantile needs a probability inside (0, 1), got ${p}`);
  let x = 0;
  for (let i = 0; i < 100; i++) {
    const step = (normalCdf(x) - p) / normalDensity(x);
    x -= Math.max(-1, Math.min(1, step));
    if (Math.abs(step) < 1e-14) break;
  }
  return x;
}
