/** How Taxi looks: the city from above with its walls and four places, the taxi, the passenger, a flag at the destination. */
import type { Drawing, Point, Shape } from "../render/picture.ts";
import {
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
  rectangle,
  tile,
} from "./grid-painter.ts";
import { decode, isOpen, places, riding, taxiSize } from "./taxi-map.ts";

/** Red, green, yellow, blue: the ground of a place, pale beside what stands there, and its border. */
const placeColours = [
  ["#f0cbc8", "#d2605a"],
  ["#cbe2cf", "#57a065"],
  ["#f2e8bc", "#cfae2b"],
  ["#c4d6ef", "#5484c4"],
] as const;
const wetGround = "#e3ebf2";
const drop = "#a9bfd3";

/**
 * @param move which way the taxi drove last or is to drive; without one it looks to the east
 * @param isRainy it rains
 */
export function taxiScene(state: number, move?: Move, isRainy = false): Drawing {
  const { at, passenger, destination } = decode(state);
  const tiles = Array.from({ length: taxiSize ** 2 }, (_, i) =>
    tile(centreOf(taxiSize, cellOf(i, taxiSize)), isRainy ? wetGround : colours.ground),
  );
  const taxi = centreOf(taxiSize, at);
  return drawGrid({
    ...{ rows: taxiSize, columns: taxiSize },
    shapes: [
      ...tiles,
      ...places.flatMap((place, i) => framed(centreOf(taxiSize, place), placeColours[i]!)),
      ...(isRainy ? rain : []),
      ...walls,
      ...flag(centreOf(taxiSize, places[destination]!), colours.dark),
      ...(passenger === riding ? [] : person(placed(centreOf(taxiSize, places[passenger]!), [[0.28, -0.34]])[0]!)),
      ...cab(taxi, move),
      ...(passenger === riding ? person(placed(taxi, [[-0.07, 0]], move)[0]!) : []),
    ],
  });
}

const framed = (at: Point, [ground, border]: readonly [string, string]): Shape[] => [
  tile(at, border),
  polygon(placed(at, rectangle(0.83, 0.83)), ground),
];

/** Around the city, and wherever one cannot drive from a cell to the next. */
const walls: readonly Shape[] = [
  wall([
    [0, 0],
    [taxiSize, 0],
    [taxiSize, taxiSize],
    [0, taxiSize],
    [0, 0],
  ]),
  ...Array.from({ length: taxiSize ** 2 }, (_, i) => cellOf(i, taxiSize))
    .filter(([row, column]) => column > 0 && !isOpen(row, column))
    .map(([row, column]) =>
      wall([
        [column, taxiSize - row],
        [column, taxiSize - row - 1],
      ]),
    ),
];

function wall(points: readonly Point[]): Shape {
  return line(points, 0.09, colours.dark);
}

/** From above: a windscreen in front, a smaller window behind. */
function cab(at: Point, move?: Move): Shape[] {
  const part = (points: readonly Point[], fill: string) => polygon(placed(at, points, move), fill);
  const body: Point[] = [
    [-0.41, -0.18],
    [-0.36, -0.23],
    [0.3, -0.23],
    [0.42, -0.14],
    [0.42, 0.14],
    [0.3, 0.23],
    [-0.36, 0.23],
    [-0.41, 0.18],
  ];
  const windscreen: Point[] = [
    [0.12, -0.16],
    [0.23, -0.2],
    [0.23, 0.2],
    [0.12, 0.16],
  ];
  const window: Point[] = [
    [-0.34, -0.18],
    [-0.28, -0.15],
    [-0.28, 0.15],
    [-0.34, 0.18],
  ];
  const wheels = [-0.24, 0.23].flatMap((along) =>
    [-0.23, 0.23].map((aside) =>
      part(
        rectangle(0.16, 0.07).map(([x, y]) => [x + along, y + aside]),
        colours.dark,
      ),
    ),
  );
  return [...wheels, part(body, "#e0b32e"), part(windscreen, colours.dark), part(window, colours.dark)];
}

/** From above: shoulders and a head. */
function person(at: Point): Shape[] {
  const shoulders = Array.from({ length: 16 }, (_, i): Point => {
    const turn = (2 * Math.PI * i) / 16;
    return [0.16 * Math.cos(turn), 0.11 * Math.sin(turn)];
  });
  return [polygon(placed(at, shoulders), "#5a5da8"), circle(at, 0.095, "#f0dcc4")];
}

/** Drops here and there, the same in every picture. */
const rain: readonly Shape[] = Array.from({ length: 40 }, (_, i) => {
  const [x, y] = [taxiSize * ((i * 0.618) % 1), (taxiSize * (i + 0.5)) / 40];
  return line(
    [
      [x, y],
      [x - 0.05, y - 0.16],
    ],
    0.025,
    drop,
  );
});
