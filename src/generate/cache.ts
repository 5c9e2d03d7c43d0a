import { allocate } from "../base/index.ts";
import type { CacheShape } from "../models/index.ts";

type Floats = Float32Array<ArrayBuffer>;

/** Keys and values of all layers for rows [rows, kvHeads, M, D] each, over memory that only grows. */
export interface Cache {
  /** Floats in each array. */
  readonly capacity: number;
  /** One array per layer for keys, then one per layer for values. */
  readonly arrays: readonly Floats[];
}

export const newCache = ({ layers }: CacheShape, capacity: number): Cache => ({
  capacity,
  arrays: Array.from({ length: 2 * layers }, () => allocate("float32", capacity)),
});

/** Floats of one row in each array. */
export const rowSize = ({ kvHeads, headDim }: CacheShape, length: number): number => kvHeads * length * headDim;

/** Bytes of keys and values of one row. */
export const rowBytes = (shape: CacheShape, length: number): number => 2 * shape.layers * rowSize(shape, length) * 4;

/** A row of a cache whose rows have room for `length` tokens. */
export interface Place {
  readonly cache: Cache;
  readonly row: number;
  readonly length: number;
}

/** Copies the first `count` tokens of a row. */
export function copyRow(shape: CacheShape, from: Place, to: Place, count: number): void {
  const { kvHeads, headDim } = shape;
  const size = count * headDim;
  for (const [i, source] of from.cache.arrays.entries()) {
    const target = to.cache.arrays[i]!;
    for (let head = 0; head < kvHeads; head++) {
      const start = (from.row * kvHeads + head) * from.length * headDim;
      target.set(source.subarray(start, start + size), (to.row * kvHeads + head) * to.length * headDim);
    }
  }
}
