import { allocate, type NDArray, sizeOf } from "../base/index.ts";

/** The arrays of one micro-batch. The smallest first dimension is the number of rows. */
export type Batch = Readonly<Record<string, NDArray>>;

/** An array of a batch. */
export function ndarray<D extends NDArray["dtype"]>(
  dtype: D,
  shape: readonly number[],
  fill?: ArrayLike<number>,
): NDArray<D> {
  const data = allocate(dtype, sizeOf(shape));
  if (fill !== undefined) (data as unknown as Float32Array).set(fill);
  return { dtype, shape, data };
}
