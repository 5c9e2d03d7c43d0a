import type { TypedArray } from "../base/index.ts";

/** Rows of an array [N, w] into one [rows, w]. */
export function pickRows(rows: Int32Array, from: ArrayLike<number>, into: TypedArray | Float64Array): void {
  const out = into as Float32Array;
  const width = out.length / rows.length;
  if (width === 1) {
    for (let i = 0; i < rows.length; i++) out[i] = from[rows[i]!]!;
    return;
  }
  for (let i = 0; i < rows.length; i++) {
    const at = rows[i]! * width;
    for (let j = 0; j < width; j++) out[i * width + j] = from[at + j]!;
  }
}

/** Means of what several updates put out. */
export function averages() {
  const sums = new Map<string, number>();
  let count = 0;
  return {
    add(outputs: Readonly<Record<string, Float32Array>>) {
      count++;
      for (const name in outputs) sums.set(name, (sums.get(name) ?? 0) + outputs[name]![0]!);
    },
    means: (): Readonly<Record<string, number>> =>
      Object.fromEntries([...sums].map(([name, total]) => [name, total / count])),
  };
}
