/**
 * Random streams that are named, never stateful across purposes: the numbers of `stream(seed, "dropout", step, layer)`
 * are the same whatever ran before, so a resumed run draws what an unbroken one would have drawn.
 *
 * The key is hashed to 128 bits (FNV-1a per lane, then MurmurHash3's finaliser) that seed xoshiro128** 1.1
 * (Blackman & Vigna 2018, prng.di.unimi.it): 32-bit operations only, which is what JavaScript does fast.
 */
export interface Rng {
  /** Uniform integer in [0, 2³²). */
  uint32(): number;
  /** Uniform in [0, 1) with 53 random bits. */
  uniform(): number;
  /** Uniform integer in [0, n), without modulo bias. */
  integer(n: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** Shuffles in place (Fisher–Yates) and returns its argument. */
  shuffle<A extends { length: number; [i: number]: unknown }>(items: A): A;
  /** The integers 0 … n−1 in random order. */
  permutation(n: number): Int32Array;
  /** One of the items, uniformly. */
  pick<T>(items: readonly T[]): T;
}

export function stream(seed: number, ...key: readonly (string | number)[]): Rng {
  const s = hash128(`${seed}\u0000${key.join("\u0000")}`);
  let [a, b, c, d] = s;
  let spare: number | undefined;

  const uint32 = () => {
    const x = Math.imul(b, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const uniform = () => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992;
  const integer = (n: number) => {
    const limit = 4294967296 - (4294967296 % n);
    let x = uint32();
    while (x >= limit) x = uint32();
    return x % n;
  };
  const normal = () => {
    if (spare !== undefined) {
      const x = spare;
      spare = undefined;
      return x;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const shuffle = <A extends { length: number; [i: number]: unknown }>(items: A): A => {
    for (let i = items.length - 1; i > 0; i--) {
      const j = integer(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  };
  const permutation = (n: number) =>
    shuffle(Int32Array.from({ length: n }, (_, i) => i) as unknown as Int32Array & { [i: number]: unknown });
  const pick = <T>(items: readonly T[]): T => items[integer(items.length)]!;
  return { uint32, uniform, integer, normal, shuffle, permutation, pick };
}

function hash128(text: string): [number, number, number, number] {
  const lane = (salt: number) => {
    let h = 0x811c9dc5 ^ salt;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h ^= h >>> 16;
    h = Math.imul(h, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    return h ^ (h >>> 16);
  };
  const s: [number, number, number, number] = [lane(0), lane(0x9e3779b9), lane(0x3c6ef372), lane(0xdaa66d2b)];
  if ((s[0] | s[1] | s[2] | s[3]) === 0) s[0] = 1; // the all-zero state is the one that xoshiro cannot leave
  return s;
}
