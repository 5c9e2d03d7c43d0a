import { sizeOf } from "../../base/index.ts";
import type { Shape } from "../graph/index.ts";

/** The numbers of a tensor while it is interpreted, row-major. Integers are exact to 2⁵³, bools are 0 and 1. */
export interface Value {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** Where `index` stands in a row-major array of this shape, which may have been broadcast to the index's shape. */
export function offset(shape: Shape, index: readonly number[]): number {
  let at = 0;
  const extra = index.length - shape.length;
  for (let i = 0; i < shape.length; i++) at = at * shape[i]! + (shape[i] === 1 ? 0 : index[extra + i]!);
  return at;
}

export const at = (x: Value, index: readonly number[]): number => x.data[offset(x.shape, index)]!;

export const replaced = (index: readonly number[], axis: number, by: number): number[] =>
  index.map((n, i) => (i === axis ? by : n));

/** Visits every index of a shape in row-major order; `i` counts them. The index array is reused: it must not be kept. */
export function each(shape: Shape, visit: (index: readonly number[], i: number) => void): void {
  const index = shape.map(() => 0);
  const size = sizeOf(shape);
  for (let i = 0; i < size; i++) {
    visit(index, i);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
}

/** An array made entry by entry. */
export function make(shape: Shape, entry: (index: readonly number[]) => number): Float64Array {
  const result = new Float64Array(sizeOf(shape));
  each(shape, (index, i) => {
    result[i] = entry(index);
  });
  return result;
}

/** The offsets of every line along an axis, in row-major order of the other axes. */
export function lines(shape: Shape, axis: number): number[][] {
  const length = shape[axis]!;
  const step = sizeOf(shape.slice(axis + 1));
  const starts: number[] = [];
  if (length > 0) each(replaced(shape, axis, 1), (index) => starts.push(offset(shape, index)));
  return starts.map((start) => Array.from({ length }, (_, i) => start + i * step));
}
