/**
 * NumPy's SeedSequence (numpy/random/bit_generator.pyx; O'Neill's `seed_seq_fe128`): spreads a seed of any size over a
 * pool of 128 bits, so that neighbouring seeds give unrelated streams. All arithmetic is modulo 2³².
 */
import { UsageError } from "../../base/index.ts";

/** Makes the words 0, 1, 2, … of a hash whose multiplier moves on with every word. */
function hasher(start: number, factor: number): (word: number) => number {
  let h = start;
  return (word) => {
    let v = word ^ h;
    h = Math.imul(h, factor);
    v = Math.imul(v, h);
    return (v ^ (v >>> 16)) >>> 0;
  };
}

function mix(x: number, y: number): number {
  const t = (Math.imul(x, 0xca01f9dd) - Math.imul(y, 0x4973f715)) | 0;
  return (t ^ (t >>> 16)) >>> 0;
}

/** An integer ≥ 0 as 32-bit words, lowest first; 0 has one. */
function wordsOf(seed: number): number[] {
  const words = [seed % 2 ** 32];
  for (let rest = Math.floor(seed / 2 ** 32); rest > 0; rest = Math.floor(rest / 2 ** 32)) words.push(rest % 2 ** 32);
  return words;
}

/**
 * @throws UsageError `bad-seed` unless the seed is an integer from 0 to 2⁵³ − 1.
 */
export function checkSeed(seed: unknown): asserts seed is number {
  if (Number.isSafeInteger(seed) && (seed as number) >= 0) return;
  throw new UsageError(`wanted a seed that is an integer from 0 to 2⁵³ − 1, got ${String(seed)}`, {
    code: "bad-seed",
    help: "take any number such as 42; the same seed gives the same run",
  });
}

/**
 * The first `count` words of state that a seed gives. `spawnKey` names a child of the sequence: `[i]` is its i-th.
 *
 * @throws UsageError `bad-seed`
 */
export function seedWords(seed: number, count: number, spawnKey: readonly number[] = []): Uint32Array {
  checkSeed(seed);
  const entropy = wordsOf(seed);
  if (spawnKey.length > 0) while (entropy.length < 4) entropy.push(0);
  entropy.push(...spawnKey.flatMap(wordsOf));

  const hash = hasher(0x43b0d7e5, 0x931e8875);
  const pool = Array.from({ length: 4 }, (_, i) => hash(entropy[i] ?? 0));
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mix(pool[to]!, hash(pool[from]!));
  }
  for (const word of entropy.slice(4)) for (let to = 0; to < 4; to++) pool[to] = mix(pool[to]!, hash(word));

  const out = hasher(0x8b51f9dd, 0x58f38ded);
  return Uint32Array.from({ length: count }, (_, i) => out(pool[i % 4]!));
}
