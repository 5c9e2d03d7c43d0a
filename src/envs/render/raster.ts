/** Drawings as pixels (`rgb_array`), by asking of nine points in each pixel whether a shape covers them: slow and obvious. */
import type { Drawing, Point, Shape } from "./picture.ts";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** [height × width × 3], row by row from the top. */
  readonly rgb: Uint8Array;
}

const samples = 3;

/** A drawing of this width in pixels (default 600), as high as its view asks for. */
export function toRgb(drawing: Drawing, width = 600): Pixels {
  const [left, bottom, right, top] = drawing.view;
  const scale = width / (right - left);
  const height = Math.round((top - bottom) * scale);
  const rgb = new Uint8Array(height * width * 3);
  const ground = colour(drawing.background);
  for (let i = 0; i < rgb.length; i++) rgb[i] = ground[i % 3]!;

  for (const shape of drawing.shapes.flatMap(pieces)) {
    const [x0, y0, x1, y1] = extent(shape);
    const firstColumn = Math.max(0, Math.floor((x0 - left) * scale));
    const lastColumn = Math.min(width - 1, Math.floor((x1 - left) * scale));
    const firstRow = Math.max(0, Math.floor((top - y1) * scale));
    const lastRow = Math.min(height - 1, Math.floor((top - y0) * scale));
    const paint = colour(shape.kind === "line" ? shape.stroke : shape.fill);
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) {
        let covered = 0;
        for (let k = 0; k < samples * samples; k++) {
          const x = left + (column + ((k % samples) + 0.5) / samples) / scale;
          const y = top - (row + (Math.floor(k / samples) + 0.5) / samples) / scale;
          if (covers(shape, x, y)) covered++;
        }
        const share = covered / (samples * samples);
        const at = (row * width + column) * 3;
        for (let c = 0; c < 3; c++) rgb[at + c] = Math.round(rgb[at + c]! * (1 - share) + paint[c]! * share);
      }
    }
  }
  return { width, height, rgb };
}

/** A long line as its segments, so that each looks at few pixels. */
const pieces = (shape: Shape): Shape[] =>
  shape.kind === "line"
    ? shape.points.slice(1).map((to, i) => ({ ...shape, points: [shape.points[i]!, to] }))
    : [shape];

const colour = (hex: string): readonly number[] => [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16));

function extent(shape: Shape): readonly [x0: number, y0: number, x1: number, y1: number] {
  const points = shape.kind === "circle" ? [shape.at] : shape.points;
  const around = shape.kind === "circle" ? shape.radius : shape.kind === "line" ? shape.width / 2 : 0;
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return [Math.min(...xs) - around, Math.min(...ys) - around, Math.max(...xs) + around, Math.max(...ys) + around];
}

function covers(shape: Shape, x: number, y: number): boolean {
  switch (shape.kind) {
    case "circle":
      return (x - shape.at[0]) ** 2 + (y - shape.at[1]) ** 2 <= shape.radius ** 2;
    case "line":
      return distanceSquared(shape.points[0]!, shape.points[1]!, x, y) <= (shape.width / 2) ** 2;
    case "polygon": {
      // A ray to the right crosses the outline an odd number of times.
      let inside = false;
      for (let i = 0; i < shape.points.length; i++) {
        const [ax, ay] = shape.points[i]!;
        const [bx, by] = shape.points[(i + 1) % shape.points.length]!;
        if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
      }
      return inside;
    }
  }
}

/** From a point to a segment. */
function distanceSquared([ax, ay]: Point, [bx, by]: Point, x: number, y: number): number {
  const length = (bx - ax) ** 2 + (by - ay) ** 2;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
  return (x - ax - along * (bx - ax)) ** 2 + (y - ay - along * (by - ay)) ** 2;
}
