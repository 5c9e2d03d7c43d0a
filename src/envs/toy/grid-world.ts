/**
 * Sutton & Barto's grid worlds (2nd edition): example 4.1 (4 × 4, two corners end it, −1 a step), example 3.5 (5 × 5, two
 * cells that throw one elsewhere with a reward) and example 6.5 (wind from below). Actions: up, right, down, left, and in the
 * windy world with king's moves the four diagonals after them. A move off the grid stays.
 */
import type { Outcome } from "../env.ts";
import type { Cell, Move } from "./grid-painter.ts";
import { type GridScene, gridWorldScene } from "./grid-world-scene.ts";
import type { Shown } from "./render-mode.ts";
import { checkSize, startAt, type TabularEnv, tabularEnv, tabulate } from "./tabular.ts";

export interface GridWorldOptions extends Shown {
  /** Default 4. */
  readonly rows?: number | undefined;
  /** Default 4. */
  readonly columns?: number | undefined;
  /** States that end the episode, row by row; default the first and the last. */
  readonly terminal?: readonly number[] | undefined;
  /** Of every move, default −1. */
  readonly reward?: number | undefined;
  /** Of a move off the grid, default that of every move. */
  readonly offGridReward?: number | undefined;
  /** Cells where every action leads elsewhere: [from, to, reward]. */
  readonly specials?: readonly (readonly [from: Cell, to: Cell, reward: number])[] | undefined;
}

export interface WindyOptions extends Shown {
  /** Eight moves instead of four; default false. */
  readonly kingsMoves?: boolean | undefined;
}

const moves = [
  [-1, 0],
  [0, 1],
  [1, 0],
  [0, -1],
  [-1, 1],
  [1, 1],
  [1, -1],
  [-1, -1],
] as const;

const clamp = (x: number, count: number): number => Math.min(Math.max(x, 0), count - 1);

/** The grid as text (where one is, what ends the episode) and as a drawing. */
const pictures = (grid: GridScene) => ({
  show(state: number): string {
    const letter = (s: number) => (s === state ? "x" : grid.terminal.includes(s) ? "T" : "o");
    const line = (row: number) =>
      Array.from({ length: grid.columns }, (_, c) => letter(row * grid.columns + c)).join("  ");
    return `${Array.from({ length: grid.rows }, (_, row) => line(row)).join("\n")}\n`;
  },
  moves,
  draw: (state: number, move: Move | undefined) => gridWorldScene(grid, state, move),
});

/** Starts anywhere but at an end. */
export function gridWorld({
  rows = 4,
  columns = 4,
  terminal = [0, rows * columns - 1],
  reward = -1,
  offGridReward = reward,
  specials = [],
  renderMode,
}: GridWorldOptions = {}): TabularEnv {
  checkSize("rows", rows, 1);
  checkSize("columns", columns, 1);
  const states = rows * columns;
  const index = ([row, column]: Cell) => row * columns + column;
  const starts = states - terminal.length;
  return tabularEnv({
    name: "GridWorldEnv",
    transitions: tabulate(states, 4, (state, action): Outcome[] => {
      if (terminal.includes(state)) return [[1, state, 0, true]];
      const special = specials.find(([from]) => index(from) === state);
      if (special !== undefined) return [[1, index(special[1]), special[2], terminal.includes(index(special[1]))]];
      const [down, right] = moves[action]!;
      const row = Math.floor(state / columns) + down;
      const column = (state % columns) + right;
      const next = index([clamp(row, rows), clamp(column, columns)]);
      return [[1, next, next === state ? offGridReward : reward, terminal.includes(next)]];
    }),
    initial: Float64Array.from({ length: states }, (_, s) => (terminal.includes(s) ? 0 : 1 / starts)),
    renderMode,
    ...pictures({ rows, columns, terminal, throws: specials.map(([from, to]) => [from, to]) }),
  });
}

/** Example 3.5: A = (0, 1) → (4, 1) for 10, B = (0, 3) → (2, 3) for 5; off the grid −1, else 0. Never ends. */
export const gridWorld5x5 = (options: GridWorldOptions = {}): TabularEnv =>
  gridWorld({
    rows: 5,
    columns: 5,
    terminal: [],
    reward: 0,
    offGridReward: -1,
    specials: [
      [[0, 1], [4, 1], 10],
      [[0, 3], [2, 3], 5],
    ],
    ...options,
  });

/** Example 6.5: 7 × 10, from (3, 0) to (3, 7), with wind of 0 to 2 cells upwards in each column; −1 a step. */
export function windyGridWorld({ kingsMoves = false, renderMode }: WindyOptions = {}): TabularEnv {
  const [rows, columns, start, goal] = [7, 10, 30, 37];
  const wind = [0, 0, 0, 1, 1, 1, 2, 2, 1, 0];
  return tabularEnv({
    name: "WindyGridWorldEnv",
    transitions: tabulate(rows * columns, kingsMoves ? 8 : 4, (state, action): Outcome[] => {
      if (state === goal) return [[1, state, 0, true]];
      const [down, right] = moves[action]!;
      const row = clamp(Math.floor(state / columns) + down - wind[state % columns]!, rows);
      const next = row * columns + clamp((state % columns) + right, columns);
      return [[1, next, -1, next === goal]];
    }),
    initial: startAt(start, rows * columns),
    renderMode,
    ...pictures({ rows, columns, terminal: [goal], start, wind }),
  });
}
