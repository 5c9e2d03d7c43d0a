/** How Sutton & Barto's grid worlds look: flags where they end, arrows where one is thrown elsewhere or blown upwards. */
import type { Drawing, Point } from "../render/picture.ts";
import {
  agent,
  arrow,
  type Cell,
  cellOf,
  centreOf,
  colours,
  drawGrid,
  flag,
  line,
  type Move,
  startMark,
  tile,
} from "./grid-painter.ts";

export interface GridScene {
  readonly rows: number;
  readonly columns: number;
  /** States that end the episode, row by row. */
  readonly terminal: readonly number[];
  /** Where it always begins, if it does. */
  readonly start?: number;
  /** Where every action leads elsewhere. */
  readonly throws?: readonly (readonly [from: Cell, to: Cell])[];
  /** Cells by which one is blown upwards in each column. */
  readonly wind?: readonly number[];
}

const faint = "#cfdae4";
const thrown = "#8184cb";

export function gridWorldScene(
  { rows, columns, terminal, start, throws = [], wind = [] }: GridScene,
  state: number,
  move?: Move,
): Drawing {
  const place = (cell: Cell) => centreOf(rows, cell);
  const tiles = Array.from({ length: rows * columns }, (_, s) => {
    const at = place(cellOf(s, columns));
    if (terminal.includes(s)) return [tile(at, colours.end), ...flag(at)];
    return [tile(at), ...gusts(at, wind[s % columns] ?? 0), ...(s === start ? startMark(at) : [])];
  });
  return drawGrid({
    ...{ rows, columns },
    shapes: [
      ...tiles.flat(),
      ...throws.flatMap(([from, to]) => arrow(place(from), place(to), 0.06, thrown)),
      ...agent(place(cellOf(state, columns)), move),
    ],
  });
}

/** As many chevrons as the wind blows cells. */
const gusts = ([x, y]: Point, strength: number) =>
  Array.from({ length: strength }, (_, i) => {
    const middle = y + 0.24 * (i - (strength - 1) / 2);
    const points: Point[] = [
      [x - 0.2, middle - 0.1],
      [x, middle + 0.1],
      [x + 0.2, middle - 0.1],
    ];
    return line(points, 0.05, faint);
  });
