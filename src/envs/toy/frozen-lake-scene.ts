/** How FrozenLake looks: ice with holes, a ring where it begins, a flag where it ends, and whoever walks on it. */
import type { Drawing, Point, Shape } from "../render/picture.ts";
import {
  agent,
  type Cell,
  cellOf,
  centreOf,
  circle,
  colours,
  drawGrid,
  flag,
  line,
  type Move,
  placed,
  polygon,
  startMark,
  tile,
} from "./grid-painter.ts";

const ice = "#e9f2f9";
const scratch = "#cfe0ee";
const shore = "#b4cde0";
const water = "#3f6f97";
const foam = "#cadeed";

/** Rough, as ice breaks. */
function hole(at: Point, size: number, fill: string): Shape {
  const brink = Array.from({ length: 14 }, (_, i): Point => {
    const radius = size * [1, 0.9, 0.97, 0.86, 1, 0.92, 0.95][i % 7]!;
    const turn = (2 * Math.PI * i) / 14;
    return [radius * Math.cos(turn), radius * Math.sin(turn)];
  });
  return polygon(placed(at, brink), fill);
}

/**
 * @param desc rows of S, F, H, G
 * @param move which way one wanted to go
 */
export function frozenLakeScene(desc: readonly string[], state: number, move?: Move): Drawing {
  const [rows, columns] = [desc.length, desc[0]!.length];
  const place = (cell: Cell) => centreOf(rows, cell);
  const tiles = desc.flatMap((row, r) => Array.from(row, (letter, c) => ground(letter, place([r, c]))));
  const here = cellOf(state, columns);
  const isInWater = desc[here[0]]![here[1]] === "H";
  return drawGrid({
    ...{ rows, columns, gap: "#d7e5f0" },
    shapes: [...tiles.flat(), ...(isInWater ? sunk(place(here)) : agent(place(here), move))],
  });
}

function ground(letter: string, at: Point): Shape[] {
  switch (letter) {
    case "H":
      return [tile(at, ice), hole(at, 0.45, shore), hole(at, 0.4, water)];
    case "S":
      return [tile(at, ice), ...startMark(at, ice)];
    case "G":
      return [tile(at, colours.end), ...flag(at)];
    default:
      return [tile(at, ice), ...scratches(at)];
  }
}

const scratchLines: readonly (readonly Point[])[] = [
  [
    [-0.3, 0.1],
    [-0.1, 0.3],
  ],
  [
    [0.1, -0.3],
    [0.32, -0.08],
  ],
  [
    [0.2, -0.32],
    [0.34, -0.18],
  ],
];
const scratches = (at: Point): Shape[] => scratchLines.map((points) => line(placed(at, points), 0.025, scratch));

/** Up to the neck in the water, and the ice around is cracked. */
function sunk(at: Point): Shape[] {
  const cracks = [0.3, 1.4, 2.5, 3.9, 5.2].map((turn) => {
    const ray = [0.36, 0.46, 0.58].map(
      (radius, i): Point => [radius * Math.cos(turn + 0.12 * (i % 2)), radius * Math.sin(turn + 0.12 * (i % 2))],
    );
    return line(placed(at, ray), 0.02, water);
  });
  const surface = Array.from({ length: 17 }, (_, i): Point => {
    const turn = Math.PI * (1 + i / 16);
    return [0.27 * Math.cos(turn), 0.27 * Math.sin(turn)];
  });
  return [...cracks, circle(at, 0.33, foam), ...agent(at), polygon(placed(at, surface), water)];
}
