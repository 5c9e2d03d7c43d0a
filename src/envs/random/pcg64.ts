/**
 * PCG64 as NumPy has it (O'Neill 2014; pcg64.h, the XSL-RR output): a linear congruential generator of 128 bits, state ←
 * state·M + inc, whose halves are xored and rotated. JavaScript multiplies 32 bits exactly, so a number of 128 bits is four
 * words, lowest first. Nothing is allocated by a draw.
 */
import { seedWords } from "./seed-sequence.ts";

/** The state as JSON: words of state and increment, and the kept half of the last number that only 32 bits were asked of. */
export type Pcg64State = {
  readonly state: readonly number[];
  readonly inc: readonly number[];
  /** null: nothing kept. */
  readonly kept: number | null;
};

// M = 0x2360ED051FC65DA44385DF649FCCF645
const m0 = 0x9fccf645;
const m1 = 0x4385df64;
const m2 = 0x1fc65da4;
const m3 = 0x2360ed05;

/** The upper 32 bits of a product of two words. */
export function mulHigh(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const middle = a1 * b0 + ((a0 * b0) >>> 16); // < 2³²
  const other = a0 * b1 + (middle & 0xffff); // < 2³²
  return (a1 * b1 + (middle >>> 16) + (other >>> 16)) >>> 0;
}

export class Pcg64 {
  #s0 = 0;
  #s1 = 0;
  #s2 = 0;
  #s3 = 0;
  #i0 = 0;
  #i1 = 0;
  #i2 = 0;
  #i3 = 0;
  #kept = 0;
  #hasKept = false;

  /** The 64 bits of the last `next`: */
  high = 0;
  low = 0;

  /** @throws UsageError `bad-seed` */
  constructor(seed: number, spawnKey: readonly number[] = []) {
    const words = seedWords(seed, 8, spawnKey);
    const word = (i: number) => words[i]!;
    // Of each pair of 64-bit numbers the first is the upper half; the stream's number is made odd.
    this.#i0 = ((word(6) << 1) | 1) >>> 0;
    this.#i1 = ((word(7) << 1) | (word(6) >>> 31)) >>> 0;
    this.#i2 = ((word(4) << 1) | (word(7) >>> 31)) >>> 0;
    this.#i3 = ((word(5) << 1) | (word(4) >>> 31)) >>> 0;
    this.#advance(); // from 0
    this.#add(word(2), word(3), word(0), word(1));
    this.#advance();
  }

  #add(w0: number, w1: number, w2: number, w3: number): void {
    let sum = this.#s0 + w0;
    this.#s0 = sum >>> 0;
    sum = this.#s1 + w1 + (sum > 0xffffffff ? 1 : 0);
    this.#s1 = sum >>> 0;
    sum = this.#s2 + w2 + (sum > 0xffffffff ? 1 : 0);
    this.#s2 = sum >>> 0;
    sum = this.#s3 + w3 + (sum > 0xffffffff ? 1 : 0);
    this.#s3 = sum >>> 0;
  }

  /** state ← state·M + inc, column by column; sums stay far below 2⁵³. */
  #advance(): void {
    const a0 = this.#s0;
    const a1 = this.#s1;
    const a2 = this.#s2;
    const a3 = this.#s3;
    const c0 = (Math.imul(a0, m0) >>> 0) + this.#i0;
    const c1 =
      mulHigh(a0, m0) + (Math.imul(a0, m1) >>> 0) + (Math.imul(a1, m0) >>> 0) + this.#i1 + (c0 > 0xffffffff ? 1 : 0);
    const c2 =
      mulHigh(a0, m1) +
      mulHigh(a1, m0) +
      (Math.imul(a0, m2) >>> 0) +
      (Math.imul(a1, m1) >>> 0) +
      (Math.imul(a2, m0) >>> 0) +
      this.#i2 +
      Math.floor(c1 / 4294967296);
    const c3 =
      mulHigh(a0, m2) +
      mulHigh(a1, m1) +
      mulHigh(a2, m0) +
      (Math.imul(a0, m3) >>> 0) +
      (Math.imul(a1, m2) >>> 0) +
      (Math.imul(a2, m1) >>> 0) +
      (Math.imul(a3, m0) >>> 0) +
      this.#i3 +
      Math.floor(c2 / 4294967296);
    this.#s0 = c0 >>> 0;
    this.#s1 = c1 >>> 0;
    this.#s2 = c2 >>> 0;
    this.#s3 = c3 >>> 0;
  }

  /** Draws 64 bits into `high` and `low`. */
  next(): void {
    this.#advance();
    const high = (this.#s3 ^ this.#s1) >>> 0;
    const low = (this.#s2 ^ this.#s0) >>> 0;
    const turn = this.#s3 >>> 26; // 0 … 63
    const by = turn & 31;
    const up = turn < 32 ? high : low;
    const down = turn < 32 ? low : high;
    this.high = by === 0 ? up : ((up >>> by) | (down << (32 - by))) >>> 0;
    this.low = by === 0 ? down : ((down >>> by) | (up << (32 - by))) >>> 0;
  }

  /** 32 bits: the lower half of a new 64-bit number; the upper half waits for the next call, whatever is drawn between. */
  uint32(): number {
    if (this.#hasKept) {
      this.#hasKept = false;
      return this.#kept;
    }
    this.next();
    this.#kept = this.high;
    this.#hasKept = true;
    return this.low;
  }

  save(): Pcg64State {
    return {
      state: [this.#s0, this.#s1, this.#s2, this.#s3],
      inc: [this.#i0, this.#i1, this.#i2, this.#i3],
      kept: this.#hasKept ? this.#kept : null,
    };
  }

  load({ state, inc, kept }: Pcg64State): void {
    [this.#s0, this.#s1, this.#s2, this.#s3] = state as [number, number, number, number];
    [this.#i0, this.#i1, this.#i2, this.#i3] = inc as [number, number, number, number];
    this.#kept = kept ?? 0;
    this.#hasKept = kept !== null;
  }
}
