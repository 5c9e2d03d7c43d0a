/**
 * NumPy's `Generator(PCG64(SeedSequence(seed)))`, draw for draw (NumPy 2.4, numpy/random): what Gymnasium seeds its
 * environments and spaces with. `plaudit`'s own streams (`stream` in base) are for everything else.
 */
import { UsageError } from "../../base/index.ts";
import { mulHigh, Pcg64, type Pcg64State } from "./pcg64.ts";
import { exponential, normal } from "./ziggurat-tables.ts";

export type GeneratorState = Pcg64State;

export interface Generator {
  /** Uniform in [0, 1), 53 bits. */
  random(): number;
  /** Uniform in [0, 1), 24 bits of a 32-bit draw: `random(dtype=float32)`. */
  randomFloat32(): number;
  uniform(low: number, high: number): number;
  /** Uniform integer in low … high − 1; with one argument in 0 … n − 1. Up to 2⁵³ values. */
  integers(lowOrN: number, high?: number): number;
  /** n integers as `integers(0, below, size=n, dtype=int8)` draws them: four from each 32 bits. `below` ≤ 128. */
  smallIntegers(below: number, n: number): Uint8Array;
  /** Normal by ziggurat. */
  normal(mean?: number, deviation?: number): number;
  /** Exponential of mean 1 by ziggurat. */
  exponential(): number;
  /** Trials until the first success, for p < ⅓. */
  geometric(p: number): number;
  /** One of the items; with probabilities (which sum to 1) by them. */
  choice<T>(items: readonly T[], probabilities?: ArrayLike<number>): T;
  /** `size` different ones of 0 … n − 1, in random order. Up to n = 10,000. */
  choose(n: number, size: number): number[];
  /** Shuffles in place and returns its argument. */
  shuffle<A extends { length: number; [i: number]: unknown }>(items: A): A;
  permutation(n: number): number[];
  /** 64 bits as two words. */
  uint64(): readonly [high: number, low: number];
  save(): GeneratorState;
  load(state: GeneratorState): void;
}

/** @throws UsageError `bad-seed` unless the seed is an integer ≥ 0. `spawnKey` `[i]` makes the i-th child, as `spawn` does. */
export function generator(seed: number, spawnKey: readonly number[] = []): Generator {
  const bits = new Pcg64(seed, spawnKey);

  const random = () => {
    bits.next();
    return ((bits.high >>> 5) * 67108864 + (((bits.high & 31) << 21) | (bits.low >>> 11))) / 9007199254740992;
  };

  /** Lemire's method (arXiv:1805.10941): the upper word of draw·n; too small lower words are drawn again. */
  const below = (n: number) => {
    if (n === 1) return 0;
    if (n === 4294967296) return bits.uint32();
    if (n > 4294967296) return belowWide(n);
    let draw = bits.uint32();
    if (Math.imul(draw, n) >>> 0 < n) {
      const threshold = (4294967296 - n) % n;
      while (Math.imul(draw, n) >>> 0 < threshold) draw = bits.uint32();
    }
    return mulHigh(draw, n);
  };

  /** The same for 2³² < n ≤ 2⁵³, on 64 bits. So rare that BigInt may do it. */
  const belowWide = (n: number) => {
    const range = BigInt(n);
    const word = 1n << 64n;
    const draw = () => {
      bits.next();
      return ((BigInt(bits.high) << 32n) | BigInt(bits.low)) * range;
    };
    const threshold = (word - range) % range;
    let product = draw();
    while (product % word < threshold) product = draw();
    return Number(product >> 64n);
  };

  const standardNormal = (): number => {
    const { inside, width, density, r } = normal;
    for (;;) {
      bits.next();
      const layer = bits.low & 255;
      const negative = (bits.low >>> 8) & 1;
      const lower = (((bits.high & 0x1ff) << 23) | (bits.low >>> 9)) >>> 0; // bits 9 … 40
      const upper = (bits.high >>> 9) & 0xfffff; // bits 41 … 60
      const magnitude = upper * 4294967296 + lower;
      const x = negative === 1 ? -magnitude * width[layer]! : magnitude * width[layer]!;
      if (magnitude < inside[layer]!) return x;
      if (layer === 0) {
        for (;;) {
          const beyond = -Math.log1p(-random()) / r;
          const height = -Math.log1p(-random());
          if (height + height > beyond * beyond) return (lower >>> 8) & 1 ? -(r + beyond) : r + beyond;
        }
      }
      if ((density[layer - 1]! - density[layer]!) * random() + density[layer]! < Math.exp(-0.5 * x * x)) return x;
    }
  };

  const standardExponential = (): number => {
    const { inside, width, density, r } = exponential;
    for (;;) {
      bits.next();
      const layer = (bits.low >>> 3) & 255;
      const place = bits.high * 2097152 + (bits.low >>> 11); // 53 bits
      const x = place * width[layer]!;
      if (place < inside[layer]!) return x;
      if (layer === 0) return r - Math.log1p(-random());
      if ((density[layer - 1]! - density[layer]!) * random() + density[layer]! < Math.exp(-x)) return x;
    }
  };

  /** Uniform in 0 … max by the other way that NumPy has: as many bits as max has, until one is not above it. */
  const atMost = (max: number) => {
    const mask = 0xffffffff >>> Math.clz32(max);
    let value = (bits.uint32() & mask) >>> 0;
    while (value > max) value = (bits.uint32() & mask) >>> 0;
    return value;
  };

  /** Fisher–Yates from the end; `draw(i)` is uniform in 0 … i. */
  const shuffleBy = <A extends { length: number; [i: number]: unknown }>(items: A, draw: (i: number) => number): A => {
    for (let i = items.length - 1; i > 0; i--) {
      const j = draw(i);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  };

  return {
    random,
    randomFloat32: () => (bits.uint32() >>> 8) / 16777216,
    uniform: (low, high) => low + (high - low) * random(),
    integers: (lowOrN, high) => (high === undefined ? below(lowOrN) : lowOrN + below(high - lowOrN)),
    smallIntegers(limit, n) {
      let word = 0;
      let left = 0;
      const byte = () => {
        word = left === 0 ? bits.uint32() : word >>> 8;
        left = left === 0 ? 3 : left - 1;
        return word & 255;
      };
      const threshold = (256 - limit) % limit;
      return Uint8Array.from({ length: n }, () => {
        let product = byte() * limit;
        while ((product & 255) < threshold) product = byte() * limit;
        return product >>> 8;
      });
    },
    normal: (mean = 0, deviation = 1) => mean + deviation * standardNormal(),
    exponential: standardExponential,
    geometric: (p) => Math.ceil(-standardExponential() / Math.log1p(-p)),
    choice(items, probabilities) {
      if (items.length === 0) throw new UsageError("wanted something to choose from, got an empty list");
      if (probabilities === undefined) return items[below(items.length)]!;
      const cumulative = new Float64Array(items.length);
      let sum = 0;
      for (let i = 0; i < items.length; i++) cumulative[i] = sum += probabilities[i]!;
      const u = random();
      const index = cumulative.findIndex((c) => c / sum > u);
      return items[index]!;
    },
    // Floyd's algorithm: draws of a growing range, where what was already drawn gives way to the range's end.
    choose(n, size) {
      const chosen = new Set<number>();
      for (let j = n - size; j < n; j++) {
        const draw = below(j + 1);
        chosen.add(chosen.has(draw) ? j : draw);
      }
      return shuffleBy([...chosen], (i) => below(i + 1));
    },
    shuffle: (items) => shuffleBy(items, atMost),
    permutation: (n) =>
      shuffleBy(
        Array.from({ length: n }, (_, i) => i),
        atMost,
      ),
    uint64() {
      bits.next();
      return [bits.high, bits.low];
    },
    save: () => bits.save(),
    load: (state) => bits.load(state),
  };
}
