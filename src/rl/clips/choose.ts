/**
 * Which pairs are asked about (Christiano et al. 2017, section 2.2.4): many are drawn, and those are put on which the members
 * of the ensemble disagree most.
 */
import type { Rng } from "../../base/index.ts";
import type { Segment } from "./memory.ts";

export interface Candidate {
  readonly segments: readonly [left: Segment, right: Segment];
  /** Variance of the members' preferences; undefined where pairs are taken at random. */
  readonly uncertainty?: number;
}

export interface Choice {
  /** How many pairs. */
  readonly count: number;
  /** So many times more are drawn to choose from; 1: at random. */
  readonly oversampling: number;
  /** Undefined: there is nothing to cut from. */
  cut(rng: Rng): Segment | undefined;
  /** Σ r̂ of a clip by each member. */
  sums(segment: Segment): number[];
}

export function choosePairs({ count, oversampling, cut, sums }: Choice, rng: Rng): Candidate[] {
  const pairs: (readonly [Segment, Segment])[] = [];
  for (let i = 0; i < count * oversampling; i++) {
    const [left, right] = [cut(rng), cut(rng)];
    if (!left || !right) break;
    pairs.push([left, right]);
  }
  if (oversampling === 1) return pairs.map((segments) => ({ segments }));
  return pairs
    .map((segments) => {
      const [left, right] = [sums(segments[0]), sums(segments[1])];
      return { segments, uncertainty: variance(left.map((x, m) => 1 / (1 + Math.exp(right[m]! - x)))) };
    })
    .sort((a, b) => b.uncertainty - a.uncertainty)
    .slice(0, count);
}

function variance(xs: readonly number[]): number {
  const mean = xs.reduce((a, b) => a + b, 0) / xs.length;
  return xs.reduce((a, x) => a + (x - mean) ** 2, 0) / xs.length;
}
