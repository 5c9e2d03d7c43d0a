/** How a number went while a computation went on: `add` it as it comes, draw it at any width. */
export interface Curve {
  /** `share` = how far the computation is, 0 to 1. Numbers that are not finite are passed over. */
  add(share: number, value: number): void;
  /** The first `filled` of `columns` characters, so that it grows with the bar above it. */
  row(columns: number, filled: number): string;
}

const heights = [..."▁▂▃▄▅▆▇█"];

/** More than any terminal is wide; neighbours beyond this share a mean, so memory does not grow with the steps. */
const resolution = 480;

export function curve(): Curve {
  const sums = new Float64Array(resolution);
  const counts = new Uint32Array(resolution);
  return {
    add(share, value) {
      if (!Number.isFinite(value)) return;
      const at = Math.min(resolution - 1, Math.floor(share * resolution));
      sums[at]! += value;
      counts[at]! += 1;
    },
    row(columns, filled) {
      const means = Array.from({ length: columns }, (_, column) => {
        const [from, to] = [column, column + 1].map((edge) => Math.ceil((edge * resolution) / columns));
        return total(sums.subarray(from, to)) / total(counts.subarray(from, to));
      });
      const known = means.filter((mean) => !Number.isNaN(mean));
      const [low, high] = [Math.min(...known), Math.max(...known)];
      const height = (value: number) =>
        high > low ? Math.round(((value - low) / (high - low)) * (heights.length - 1)) : heights.length >> 1;
      let last = " ";
      return means
        .slice(0, filled)
        .map((mean) => {
          if (!Number.isNaN(mean)) last = heights[height(mean)]!;
          return last; // a number that comes seldom stays what it was
        })
        .join("");
    },
  };
}

const total = (numbers: Float64Array | Uint32Array): number => {
  let sum = 0;
  for (const x of numbers) sum += x;
  return sum;
};
