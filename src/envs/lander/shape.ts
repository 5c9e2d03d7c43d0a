/** Sizes of LunarLander in metres, as Gymnasium's picture of 600 × 400 pixels has them at 30 pixels a metre. */
import type { Point } from "../render/picture.ts";

export const scale = 30;
export const width = 600 / scale;
export const height = 400 / scale;
export const padHeight = height / 4;
/** From the hull's centre to the middle of a leg: to the side and down, along the leg. */
export const legAway = 20 / scale;
export const legDown = 18 / scale;
/** Half the width and half the height of a leg. */
export const legHalf = [2 / scale, 8 / scale] as const;
export const hull: readonly Point[] = (
  [
    [-14, 17],
    [-17, 0],
    [-17, -10],
    [17, -10],
    [17, 0],
    [14, 17],
  ] as const
).map(([x, y]) => [x / scale, y / scale]);
