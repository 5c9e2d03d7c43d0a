/**
 * How often each pair is in each predictor's own sample of the data: drawn from Poisson(1) by the pair's name, the online
 * bootstrap (Oza & Russell 2001). A sample of |D| with replacement tends to it, and it has two merits besides: a pair's lot
 * stays the same while |D| grows, and the pairs that a predictor never sees are 1/e of all: the validation set that
 * Christiano et al. (2017, section 2.2.3) hold out.
 */
import { stream } from "../../base/index.ts";

/** 0: held out. */
export function timesSeen(seed: number, member: number, pair: string): number {
  const u = stream(seed, "bootstrap", member, pair).uniform();
  let chance = Math.exp(-1);
  let below = chance;
  let count = 0;
  while (u >= below && count < most) {
    count++;
    chance /= count;
    below += chance;
  }
  return count;
}

/** Beyond it nothing is left of the distribution in 53 bits. */
const most = 20;
