import { type Batch, ndarray } from "./batch.ts";

/** Tokens of a forward pass that keep a small machine busy without leaving its cache. */
const tokensPerPass = 640;

/** Lengths that are compiled for: every multiple of 8 to 64, of 16 to 128, and so on, so that few shapes occur. */
export function lengthBucket(length: number): number {
  let step = 8;
  for (let limit = 64; length > limit; limit *= 2) step *= 2;
  return Math.ceil(length / step) * step;
}

/** Fewer tokens than this in a pass are computed at a lower speed. */
const fewestTokens = 192;

/** Passes for so many tokens: few, and as many for every lane, unless that makes them too small. */
export function passesFor(tokens: number, lanes: number): number {
  const few = Math.max(1, Math.ceil(tokens / tokensPerPass));
  const even = Math.ceil(few / lanes) * lanes;
  return tokens / even >= fewestTokens ? even : few;
}

/** Rows of a pass: as many as make up few passes of one size, so that little or nothing of the last is padding. */
export function defaultMicroBatch(rows: number, length: number, lanes = 1): number {
  const T = lengthBucket(length);
  const passes = Math.ceil(rows / Math.max(1, Math.floor(tokensPerPass / T)));
  const even = Math.ceil(rows / (Math.ceil(passes / lanes) * lanes));
  return even * T >= fewestTokens ? even : Math.ceil(rows / passes);
}

export interface MicroBatch {
  /** Indices into the rows that were given; at most the micro-batch size. */
  readonly rows: readonly number[];
  /** The compiled length: no row is longer. */
  readonly T: number;
}

/**
 * Puts rows of similar length together: longest first, ties by index. Every micro-batch of one length is compiled for
 * the same number of rows; the last may have fewer, the rest is padding that weighs nothing.
 */
export function microBatches(lengths: readonly number[], size: number, limit = Number.POSITIVE_INFINITY): MicroBatch[] {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const result: MicroBatch[] = [];
  for (let at = 0; at < order.length; at += size) {
    const rows = order.slice(at, at + size);
    result.push({ rows, T: Math.min(lengthBucket(lengths[rows[0]!]!), limit) });
  }
  return result;
}

export interface TokenRow {
  readonly ids: ArrayLike<number>;
  /** 1 where the token is learnt. */
  readonly mask: ArrayLike<number>;
}

/**
 * Language-model arrays of a micro-batch of `size` rows: ids [B, T] padded on the right with 0, targets [B·T] (the next
 * token), weights [B·T] = `tokenWeight` where the next token is learnt.
 */
export function collate(
  rows: readonly TokenRow[],
  { size, T, tokenWeight }: { size: number; T: number; tokenWeight: number },
): Batch {
  const ids = ndarray("int32", [size, T]);
  const targets = ndarray("int32", [size * T]);
  const weights = ndarray("float32", [size * T]);
  for (const [r, row] of rows.entries()) {
    for (let t = 0; t < row.ids.length; t++) {
      if (t < T) ids.data[r * T + t] = row.ids[t]!; // the last id of a window is only a target
      if (t === 0 || row.mask[t] === 0) continue;
      targets.data[r * T + t - 1] = row.ids[t]!;
      weights.data[r * T + t - 1] = tokenWeight;
    }
  }
  return { ids, targets, weights };
}

/** Tokens of a row that are learnt: the first has nothing before it to be predicted from. */
export function learntTokens({ ids, mask }: TokenRow): number {
  let n = 0;
  for (let t = 1; t < ids.length; t++) n += mask[t]!;
  return n;
}
