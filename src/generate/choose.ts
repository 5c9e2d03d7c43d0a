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

/** Sums are taken over blocks, each in four chains that a processor can add at once. */
const block = 64;

/** Sum of p[start, end) over values ≥ `least`. */
function sum(p: Float32Array, least: number, start: number, end: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = start;
  for (; i + 3 < end; i += 4) {
    if (p[i]! >= least) a += p[i]!;
    if (p[i + 1]! >= least) b += p[i + 1]!;
    if (p[i + 2]! >= least) c += p[i + 2]!;
    if (p[i + 3]! >= least) d += p[i + 3]!;
  }
  for (; i < end; i++) if (p[i]! >= least) a += p[i]!;
  return a + b + (c + d);
}

/**
 * The index at which the running sum of values ≥ `least` passes the share `u` in [0, 1) of their total. Without a limit
 * the total of probabilities is taken to be 1.
 */
export function draw(p: Float32Array, u: number, least = 0): number {
  const goal = u * (least === 0 ? 1 : sum(p, least, 0, p.length));
  let start = 0;
  let reached = 0;
  for (; start + block < p.length; start += block) {
    const here = sum(p, least, start, start + block);
    if (reached + here > goal) break;
    reached += here;
  }
  let last = 0;
  for (let i = start; i < p.length; i++) {
    if (p[i]! < least || p[i]! === 0) continue;
    reached += p[i]!;
    last = i;
    if (reached > goal) return i;
  }
  // Rounding can leave the sum below the goal: the last token that can be drawn is meant.
  return last === 0 ? p.findLastIndex((x) => x >= least && x > 0) : last;
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

/** Buckets of an eighth of an octave: the upper bits of a positive float32 grow with its value. */
const shift = 20;
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
  const inside = new Float32Array(counts[b]!);
  for (let i = 0, n = 0; i < p.length; i++) if (bits[i]! >>> shift === b) inside[n++] = p[i]!;
  inside.sort();
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
