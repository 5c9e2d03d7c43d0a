/** Element types of tensors and of safetensors files (NumPy/PyTorch names). */
export type DType = "float32" | "float16" | "bfloat16" | "int32" | "int64" | "bool";

export interface TypedArrayOf {
  float32: Float32Array<ArrayBuffer>;
  /** Raw bits: Node has no half-precision arrays that all versions share. */
  float16: Uint16Array<ArrayBuffer>;
  bfloat16: Uint16Array<ArrayBuffer>;
  int32: Int32Array<ArrayBuffer>;
  int64: BigInt64Array<ArrayBuffer>;
  /** One byte per value, 0 or 1. */
  bool: Uint8Array<ArrayBuffer>;
}
export type TypedArray = TypedArrayOf[DType];

export const bytesPerElement: { readonly [D in DType]: number } = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int32: 4,
  int64: 8,
  bool: 1,
};

const constructors = {
  float32: Float32Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const;

/**
 * Zeroed memory outside V8's moving heap. Small typed arrays made with `new Float32Array(n)` live on the heap and may
 * move; those made over an ArrayBuffer never do, so native code may keep their address.
 */
export function allocate<D extends DType>(dtype: D, length: number): TypedArrayOf[D] {
  return view(dtype, new ArrayBuffer(Math.max(length, 1) * bytesPerElement[dtype]), 0, length);
}

export function view<D extends DType>(
  dtype: D,
  buffer: ArrayBuffer,
  byteOffset: number,
  length: number,
): TypedArrayOf[D] {
  const Typed = constructors[dtype] as new (buffer: ArrayBuffer, byteOffset: number, length: number) => unknown;
  return new Typed(buffer, byteOffset, length) as TypedArrayOf[D];
}

/** Number of elements of a shape; 1 for a scalar's `[]`. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);

/** A named array with its shape: what a weight file holds and what a model's parameters are. */
export interface NDArray<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: TypedArrayOf[D];
}
