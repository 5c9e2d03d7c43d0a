import { assert, bytesPerElement, type DType, PlauditError, sizeOf, type TypedArray } from "../../base/index.ts";
import type { Pointer } from "./declarations.ts";
import { created, openLibrary } from "./library.ts";

/** A typed array with the shape that a graph sees. Native code works on `data` itself, so it may be a view. */
export interface BoundArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** ONNXTensorElementDataType. */
const elementType: { readonly [D in DType]: number } = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
};

/**
 * An OrtValue over memory of ours: nothing is copied. The caller keeps `array.data` reachable for as long as the value
 * lives and hands the value back with ReleaseValue.
 */
export function createValue(name: string, { dtype, shape, data }: BoundArray): Pointer {
  const size = sizeOf(shape);
  if (data.length !== size || data.BYTES_PER_ELEMENT !== bytesPerElement[dtype])
    throw new PlauditError(
      `${name} is ${dtype}[${shape}], ${size * bytesPerElement[dtype]} bytes, but its array has ${data.byteLength}`,
      { code: "engine" },
    );
  // V8 keeps typed arrays of up to 64 bytes on its moving heap until someone asks for their buffer; then they move
  // out for good. Asking here makes the address final, whoever made the array.
  assert(data.buffer.byteLength >= data.byteOffset + data.byteLength, `${name} lies inside its buffer`);
  const { api, cpuMemory } = openLibrary();
  const dimensions = BigInt64Array.from(shape, BigInt);
  return created(api, `binding ${name}`, (out) =>
    api.CreateTensorWithDataAsOrtValue(
      cpuMemory,
      data,
      data.byteLength,
      dimensions,
      dimensions.length,
      elementType[dtype],
      out,
    ),
  );
}
