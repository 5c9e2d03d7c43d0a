/** Points of a curve, x ascending; y null = no finite number. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/**
 * At most `limit` points of a curve, in their order: the first, the last, and of each stretch in between the least, the
 * greatest and the first that is no number. So a curve of 100,000 points looks the same on a screen, and no spike is lost.
 */
export function downsample({ x, y }: Curve, limit: number): Curve {
  if (x.length <= limit) return { x, y };
  const kept: number[] = [0];
  const perStretch = y.includes(null) ? 3 : 2;
  const stretches = Math.max(1, Math.floor((limit - 2) / perStretch));
  const inner = x.length - 2;
  for (let s = 0; s < stretches; s++) {
    const from = 1 + Math.floor((s * inner) / stretches);
    const to = 1 + Math.floor(((s + 1) * inner) / stretches);
    kept.push(...extremes(y, from, to));
  }
  kept.push(x.length - 1);
  return { x: kept.map((i) => x[i]!), y: kept.map((i) => y[i]!) };
}

/** Indices of the least, the greatest and the first null of y[from … to), ascending. */
function extremes(y: Curve["y"], from: number, to: number): number[] {
  let [least, greatest, hole] = [-1, -1, -1];
  for (let i = from; i < to; i++) {
    const value = y[i]!;
    if (value === null) {
      if (hole < 0) hole = i;
      continue;
    }
    if (least < 0 || value < y[least]!) least = i;
    if (greatest < 0 || value > y[greatest]!) greatest = i;
  }
  return [...new Set([least, greatest, hole])].filter((i) => i >= 0).sort((a, b) => a - b);
}
