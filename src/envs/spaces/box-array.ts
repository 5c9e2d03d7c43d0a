import type { BoxArrays, BoxType } from "./space.ts";

export const boxArrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array };

/** Numbers, or room for so many, as a Box of this type holds them. */
export const boxArray = <D extends BoxType>(dtype: D, values: ArrayLike<number> | number): BoxArrays[D] =>
  new boxArrays[dtype](values as number) as unknown as BoxArrays[D];
