import { type Rng, sizeOf } from "../base/index.ts";

/**
 * How a new parameter starts: a constant; a normal distribution with a standard deviation; uniform in ±bound (PyTorch's
 * linear layers: 1/√fan-in, for weights and biases); or orthonormal rows or columns, whichever there are fewer of, times
 * a gain.
 */
export type Initial =
  | number
  | { readonly std: number }
  | { readonly uniform: number }
  | { readonly orthogonal: number };

/** Fills a parameter of a shape. */
export function fillInitial(data: Float32Array, shape: readonly number[], init: Initial, rng: Rng): void {
  if (typeof init === "number") data.fill(init);
  else if ("std" in init) for (let i = 0; i < data.length; i++) data[i] = init.std * rng.normal();
  else if ("uniform" in init) for (let i = 0; i < data.length; i++) data[i] = init.uniform * (2 * rng.uniform() - 1);
  else fillOrthogonal(data, shape, init.orthogonal, rng);
}

/**
 * Random orthonormal vectors (Saxe et al. 2014, arXiv:1312.6120): Gram–Schmidt on normal ones, which is the QR
 * decomposition with a positive diagonal that PyTorch's `orthogonal_` takes. Axes behind the first count as one.
 */
function fillOrthogonal(data: Float32Array, shape: readonly number[], gain: number, rng: Rng): void {
  const rows = shape[0] ?? 1;
  const columns = sizeOf(shape.slice(1));
  const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
  const vectors: Float64Array[] = [];
  for (let i = 0; i < count; i++) vectors.push(perpendicular(vectors, length, rng));
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      data[r * columns + c] = gain * (rows < columns ? vectors[r]![c]! : vectors[c]![r]!);
    }
  }
}

/** A random unit vector at right angles to the others. */
function perpendicular(others: readonly Float64Array[], length: number, rng: Rng): Float64Array {
  const x = Float64Array.from({ length }, () => rng.normal());
  // Twice: what rounding leaves of the others after the first time is gone after the second.
  for (const other of [...others, ...others]) {
    const along = dot(x, other);
    for (let i = 0; i < length; i++) x[i]! -= along * other[i]!;
  }
  const norm = Math.sqrt(dot(x, x));
  return x.map((value) => value / norm);
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}
