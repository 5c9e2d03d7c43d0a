type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;

const pageBytes = 65536;

/**
 * Copies small typed arrays into pages of 64 KiB: an array with memory of its own costs several times as much as the step
 * that it is the answer of. A page lives as long as one of its arrays.
 */
export function copier(): <T extends Numbers>(array: T) => T {
  let page = new ArrayBuffer(pageBytes);
  let used = 0;
  return <T extends Numbers>(array: T): T => {
    if (array.byteLength > pageBytes / 4) return array.slice() as T;
    if (used + array.byteLength > pageBytes) {
      page = new ArrayBuffer(pageBytes);
      used = 0;
    }
    const copy = viewOf(array, page, used);
    used += (array.byteLength + 7) & ~7;
    copy.set(array);
    return copy as T;
  };
}

function viewOf(array: Numbers, page: ArrayBuffer, at: number): Numbers {
  if (array instanceof Float32Array) return new Float32Array(page, at, array.length);
  if (array instanceof Float64Array) return new Float64Array(page, at, array.length);
  if (array instanceof Uint8Array) return new Uint8Array(page, at, array.length);
  return new Int32Array(page, at, array.length);
}
