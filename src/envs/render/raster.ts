/**
 * Drawings as pixels (`rgb_array`): of nine points in each pixel, those that a shape covers say how much of its colour the
 * pixel takes. They lie on three lines through each row of pixels, and a shape covers stretches of such a line.
 */
import type { Drawing, Point, Shape } from "./picture.ts";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** [height × width × 3], row by row from the top. */
  readonly rgb: Uint8Array;
}

/** Lines in a row of pixels, and points on each in a pixel. */
const samples = 3;

/** A drawing of this width in pixels (default 600), as high as its view asks for. */
export function toRgb(drawing: Drawing, width = 600): Pixels {
  const [left, bottom, right, top] = drawing.view;
  const scale = width / (right - left);
  const height = Math.round((top - bottom) * scale);
  const rgb = new Uint8Array(height * width * 3);
  const ground = colour(drawing.background);
  for (let i = 0; i < rgb.length; i++) rgb[i] = ground[i % 3]!;

  const covered = new Uint8Array(width); // points in each pixel of one row
  /** The first point at x or right of it, counted along the line. */
  const pointAt = (x: number) => Math.min(Math.max(Math.ceil((x - left) * scale * samples - 0.5), 0), width * samples);
  for (const shape of drawing.shapes.flatMap(pieces)) {
    const [x0, y0, x1, y1] = extent(shape);
    const firstColumn = Math.max(0, Math.floor((x0 - left) * scale));
    const lastColumn = Math.min(width - 1, Math.floor((x1 - left) * scale));
    const firstRow = Math.max(0, Math.floor((top - y1) * scale));
    const lastRow = Math.min(height - 1, Math.floor((top - y0) * scale));
    const paint = colour(shape.kind === "line" ? shape.stroke : shape.fill);
    for (let row = firstRow; row <= lastRow; row++) {
      covered.fill(0);
      for (let k = 0; k < samples; k++) {
        for (const [from, to] of stretches(shape, top - (row + (k + 0.5) / samples) / scale)) {
          const end = pointAt(to);
          for (let i = pointAt(from); i < end; i++) covered[Math.floor(i / samples)]!++;
        }
      }
      for (let column = firstColumn; column <= lastColumn; column++) {
        const share = covered[column]! / (samples * samples);
        const at = (row * width + column) * 3;
        for (let c = 0; c < 3; c++) rgb[at + c] = Math.round(rgb[at + c]! * (1 - share) + paint[c]! * share);
      }
    }
  }
  return { width, height, rgb };
}

/** A long line as its segments, each of which is convex. */
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

type Stretch = readonly [from: number, to: number];

/** What a shape covers of the horizontal line at y. */
function stretches(shape: Shape, y: number): Stretch[] {
  switch (shape.kind) {
    case "circle":
      return ofCircle(shape.at, shape.radius, y);
    case "polygon":
      return ofPolygon(shape.points, y);
    case "line": {
      // A segment with round ends is convex: from the leftmost to the rightmost of its parts.
      const [a, b] = [shape.points[0]!, shape.points[1]!];
      const radius = shape.width / 2;
      const parts = [...ofCircle(a, radius, y), ...ofCircle(b, radius, y), ...ofPolygon(alongside(a, b, radius), y)];
      if (parts.length === 0) return [];
      return [[Math.min(...parts.map(([from]) => from)), Math.max(...parts.map(([, to]) => to))]];
    }
  }
}

function ofCircle([cx, cy]: Point, radius: number, y: number): Stretch[] {
  const half = Math.sqrt(radius ** 2 - (y - cy) ** 2);
  return half >= 0 ? [[cx - half, cx + half]] : []; // NaN beside it
}

/** Between its first and its second crossing with the outline, its third and its fourth, and so on. */
function ofPolygon(points: readonly Point[], y: number): Stretch[] {
  const crossings: number[] = [];
  points.forEach(([ax, ay], i) => {
    const [bx, by] = points[(i + 1) % points.length]!;
    if (ay > y !== by > y) crossings.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
  });
  crossings.sort((a, b) => a - b);
  return Array.from({ length: crossings.length / 2 }, (_, i): Stretch => [crossings[2 * i]!, crossings[2 * i + 1]!]);
}

/** The rectangle that reaches so far to both sides of a segment; nothing where that is a point. */
function alongside([ax, ay]: Point, [bx, by]: Point, reach: number): Point[] {
  const length = Math.hypot(bx - ax, by - ay);
  if (length === 0) return [];
  const [dx, dy] = [((ay - by) / length) * reach, ((bx - ax) / length) * reach];
  return [
    [ax + dx, ay + dy],
    [bx + dx, by + dy],
    [bx - dx, by - dy],
    [ax - dx, ay - dy],
  ];
}
