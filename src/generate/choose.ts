// Choosing one token from a row of probabilities. Plain loops over the model's own output: at 50k tokens they cost
// a fiftieth of the step that made it.

export interface Truncation {
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
}

/** Index of the largest value, the first of equals. */
export function argmax(x: Float32Array): number {
  let best = 0;
  for (let i = 1; i < x.length; i++) if (x[i]! > x[best]!) best = i;
  return best;
}

/** The index at which the running sum of values ≥ `least` passes the share `u` in [0, 1) of their total. */
export function draw(p: Float32Array, u: number, least = 0): number {
  let total = 0;
  for (let i = 0; i < p.length; i++) if (p[i]! >= least) total += p[i]!;
  const goal = u * total;
  let reached = 0;
  let last = 0;
  for (let i = 0; i < p.length; i++) {
    if (p[i]! < least || p[i]! === 0) continue;
    reached += p[i]!;
    last = i;
    if (reached > goal) return i;
  }
  return last;
}

/**
 * The smallest probability that top-k, then top-p, then min-p leave in; equals stay together. Each rule works on what
 * the one before left, renormalized.
 */
export function threshold(p: Float32Array, { topK, topP, minP }: Truncation): number {
  let least = 0;
  let mass = 1;
  if (topK > 0 && topK < p.length) {
    const kept = descend(p, (count) => count >= topK);
    least = kept.value;
    mass = kept.mass;
  }
  if (topP < 1) {
    const goal = topP * mass;
    least = Math.max(least, descend(p, (_, reached) => reached >= goal).value);
  }
  if (minP > 0) least = Math.max(least, Math.fround(minP * p[argmax(p)]!));
  return least;
}

/** Buckets of a 32nd of an octave: the upper bits of a positive float32 grow with its value. */
const shift = 18;
const buckets = 1 << (31 - shift);
const counts = new Int32Array(buckets);
const masses = new Float64Array(buckets);

/**
 * Walks down the values, largest first, until `enough` of their count and sum; gives the value reached and the sum of
 * all values down to it. One pass into buckets, then only the bucket in question is sorted.
 */
function descend(
  p: Float32Array,
  enough: (count: number, mass: number) => boolean,
): { readonly value: number; readonly mass: number } {
  const bits = new Uint32Array(p.buffer, p.byteOffset, p.length);
  counts.fill(0);
  masses.fill(0);
  for (let i = 0; i < p.length; i++) {
    const b = bits[i]! >>> shift;
    counts[b]!++;
    masses[b]! += p[i]!;
  }
  let count = 0;
  let mass = 0;
  let b = buckets - 1;
  while (b > 0 && !(counts[b]! > 0 && enough(count + counts[b]!, mass + masses[b]!))) {
    count += counts[b]!;
    mass += masses[b]!;
    b--;
  }
  const inside = p.filter((_, i) => bits[i]! >>> shift === b).sort();
  for (let i = inside.length - 1; i >= 0; i--) {
    const value = inside[i]!;
    mass += value;
    count++;
    if (enough(count, mass) && inside[i - 1] !== value) return { value, mass };
  }
  return { value: 0, mass };
}

/** The CTRL penalty, in place: tokens already there lose, whatever the sign of their logit. */
export function penalize(logits: Float32Array, ids: Iterable<number>, penalty: number): void {
  for (const id of ids) logits[id] = logits[id]! < 0 ? logits[id]! * penalty : logits[id]! / penalty;
}

/** Softmax of x / temperature, in place. */
export function softmax(x: Float32Array, temperature: number): void {
  const largest = x[argmax(x)]!;
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    x[i] = Math.exp((x[i]! - largest) / temperature);
    sum += x[i]!;
  }
  for (let i = 0; i < x.length; i++) x[i] = x[i]! / sum;
}
