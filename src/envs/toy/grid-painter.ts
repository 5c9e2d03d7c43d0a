/** What the pictures of grids are made of. A cell is one unit wide; row 0 is the uppermost, as in the text. */
import type { Drawing, Point, Shape } from "../render/picture.ts";

export type Cell = readonly [row: number, column: number];
export type Move = readonly [down: number, right: number];

export const colours = {
  gap: "#dde3e8",
  ground: "#f3f5f7",
  /** Where an episode ends. */
  end: "#dcebd8",
  start: "#ca9865",
  dark: "#404652",
  flag: "#cccc00",
  agent: "#cc4d4d",
} as const;

export const cellOf = (state: number, columns: number): Cell => [Math.floor(state / columns), state % columns];

export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** Between the tiles; default grey. */
  readonly gap?: string;
  readonly shapes: readonly Shape[];
}

const margin = 0.08;

export const drawGrid = ({ rows, columns, gap = colours.gap, shapes }: Grid): Drawing => ({
  view: [-margin, -margin, columns + margin, rows + margin],
  background: gap,
  shapes,
});

/** The middle of a cell in a grid of so many rows. */
export const centreOf = (rows: number, [row, column]: Cell): Point => [column + 0.5, rows - row - 0.5];

/** Points told from a place, for something that looks to the right, turned so that it looks where a move goes. */
export function placed([x, y]: Point, points: readonly Point[], [down, right]: Move = [0, 1]): Point[] {
  const length = Math.hypot(down, right);
  const [cos, sin] = [right / length, -down / length];
  return points.map(([px, py]) => [x + px * cos - py * sin, y + px * sin + py * cos]);
}

/** A rectangle about the origin. */
export const rectangle = (width: number, height: number): Point[] => [
  [-width / 2, -height / 2],
  [width / 2, -height / 2],
  [width / 2, height / 2],
  [-width / 2, height / 2],
];

export const polygon = (points: readonly Point[], fill: string): Shape => ({ kind: "polygon", points, fill });
export const circle = (at: Point, radius: number, fill: string): Shape => ({ kind: "circle", at, radius, fill });
export const line = (points: readonly Point[], width: number, stroke: string): Shape => ({
  kind: "line",
  points,
  width,
  stroke,
});

export const tile = (at: Point, fill: string = colours.ground): Shape =>
  polygon(placed(at, rectangle(0.95, 0.95)), fill);

/** A ring on a tile of this colour: here an episode begins. */
export const startMark = (at: Point, ground: string = colours.ground): Shape[] => [
  circle(at, 0.39, colours.start),
  circle(at, 0.34, ground),
];

/** In the upper left corner of a cell, so that it is seen beside whoever stands there. */
export function flag(at: Point, fill: string = colours.flag): Shape[] {
  const pole: Point[] = [
    [-0.36, -0.38],
    [-0.36, 0.41],
  ];
  const cloth: Point[] = [
    [-0.36, 0.41],
    [-0.36, 0.19],
    [0, 0.3],
  ];
  return [line(placed(at, pole), 0.04, colours.dark), polygon(placed(at, cloth), fill)];
}

const radius = 0.25;
const reach = 0.4;

/** Whoever acts: a ball, drawn out to a tip towards where a move goes. */
export function agent(at: Point, move?: Move): Shape[] {
  const body = circle(at, radius, colours.agent);
  if (move === undefined) return [body];
  // Tangents from the tip touch the ball here.
  const along = radius ** 2 / reach;
  const aside = Math.sqrt(radius ** 2 - along ** 2);
  const tip: Point[] = [
    [reach, 0],
    [along, aside],
    [along, -aside],
  ];
  return [body, polygon(placed(at, tip, move), colours.agent)];
}

/** A straight arrow; nothing where both ends are one. */
export function arrow(from: Point, to: Point, width: number, stroke: string): Shape[] {
  const [right, up] = [to[0] - from[0], to[1] - from[1]];
  if (right === 0 && up === 0) return [];
  const tip: Point[] = [
    [0, 0],
    [-4 * width, 2.5 * width],
    [-4 * width, -2.5 * width],
  ];
  const neck = placed(to, [[-3 * width, 0]], [-up, right]);
  return [line([from, ...neck], width, stroke), polygon(placed(to, tip, [-up, right]), stroke)];
}
