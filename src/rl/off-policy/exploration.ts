/** How actions are chosen by someone who still has to find out what they are worth. */
import type { Rng } from "../../base/index.ts";

/** From `initial` to `final` over the first `fraction` of a run, and `final` from there on (Mnih et al. 2015). */
export interface Decay {
  readonly initial: number;
  readonly final: number;
  readonly fraction: number;
}

/** `progress` goes from 1 at the start of a run to 0 at its end. */
export function decayed({ initial, final, fraction }: Decay, progress: number): number {
  const done = 1 - progress;
  return done >= fraction ? final : initial + (done / fraction) * (final - initial);
}

/** The best of A values that begin at `at`; the first one of equals. */
export function bestOf(values: ArrayLike<number>, at: number, A: number): number {
  let best = 0;
  for (let a = 1; a < A; a++) if (values[at + a]! > values[at + best]!) best = a;
  return best;
}

/** An action with probability softmax(Q / temperature): the better ones more often, the bad ones seldom. */
export function boltzmann(
  values: ArrayLike<number>,
  at: number,
  A: number,
  temperature: number,
  rng: Pick<Rng, "uniform">,
): number {
  const highest = values[at + bestOf(values, at, A)]!;
  let total = 0;
  for (let a = 0; a < A; a++) total += Math.exp((values[at + a]! - highest) / temperature);
  let left = rng.uniform() * total;
  for (let a = 0; a < A - 1; a++) {
    left -= Math.exp((values[at + a]! - highest) / temperature);
    if (left < 0) return a;
  }
  return A - 1;
}
