/** Curves as numbers: what stands at a step, and numbers as short words. */
export interface Series {
  readonly label: string;
  /** Ascending. */
  readonly x: readonly number[];
  /** Null: not a finite number. */
  readonly y: readonly (number | null)[];
}

/** The value that was measured last at `x` or before; undefined before the first. */
export function valueAt({ x: xs, y }: Series, x: number): number | null | undefined {
  let [low, high] = [0, xs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : y[low - 1];
}

/** Four digits, and powers of ten only where they are shorter: 0.05713, 1234, 3e−7. */
export function short(value: number | null | undefined): string {
  if (value === undefined) return "–";
  if (value === null) return "∅";
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value).replace("-", "−");
  const rounded = Number(value.toPrecision(4));
  const size = Math.abs(rounded);
  const text = size !== 0 && (size < 1e-3 || size >= 1e7) ? rounded.toExponential() : String(rounded);
  return text.replaceAll("-", "−");
}

/** With its sign even where it is positive: a number that a colour stands for. */
export const signed = (value: number): string => (value > 0 ? `+${short(value)}` : short(value));
