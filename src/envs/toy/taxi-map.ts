/** Where Taxi drives (Dietterich 2000; gymnasium/envs/toy_text/taxi.py): the city, and what its numbered states say. */
import { type Cell, cellOf } from "./grid-painter.ts";

/** `|` between two cells is a wall, `:` is none. */
export const taxiMap = [
  "+---------+",
  "|R: | : :G|",
  "| : | : : |",
  "| : : : : |",
  "| | : | : |",
  "|Y| : |B: |",
  "+---------+",
];
/** Rows, and columns. */
export const taxiSize = 5;
/** Red, green, yellow, blue. */
export const places = [
  [0, 0],
  [0, 4],
  [4, 0],
  [4, 3],
] as const;
/** Where a passenger is who is at none of the places. */
export const riding = 4;
/** South, north, east, west. */
export const taxiMoves = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

export const taxiStates = 500;

export const encode = ([row, column]: Cell, passenger: number, destination: number): number =>
  ((row * taxiSize + column) * 5 + passenger) * 4 + destination;

export const decode = (state: number) => ({
  at: cellOf(Math.floor(state / 20), taxiSize),
  passenger: Math.floor(state / 4) % 5,
  destination: state % 4,
});

/** Whether nothing stands between a column of a row and the one left of it. */
export const isOpen = (row: number, column: number): boolean => taxiMap[1 + row]?.[2 * column] === ":";
