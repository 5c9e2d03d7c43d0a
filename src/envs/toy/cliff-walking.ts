/**
 * CliffWalking (Sutton & Barto, example 6.6; gymnasium/envs/toy_text/cliffwalking.py): 4 × 12, from the lower left corner
 * to the lower right; between them a cliff. Actions: up, right, down, left. Reward −1; the cliff costs −100 and leads back to
 * the start without an end. On slippery ground each side is as likely as the way wanted.
 */
import type { Outcome } from "../env.ts";
import type { Drawing, Point, Shape } from "../render/picture.ts";
import {
  agent,
  cellOf,
  centreOf,
  colours,
  drawGrid,
  flag,
  type Move,
  placed,
  polygon,
  rectangle,
  startMark,
  tile,
} from "./grid-painter.ts";
import type { Shown } from "./render-mode.ts";
import { startAt, type TabularEnv, tabularEnv, tabulate } from "./tabular.ts";

const rows = 4;
const columns = 12;
const start = 36;
const goal = 47;
/** Up, right, down, left. */
export const cliffMoves = [
  [-1, 0],
  [0, 1],
  [1, 0],
  [0, -1],
] as const;

export const cliffStates = rows * columns;
const isCliff = (state: number): boolean => state > start && state < goal;

export interface CliffWalkingOptions extends Shown {
  /** Default false. */
  readonly isSlippery?: boolean | undefined;
}

export function cliffWalking({ isSlippery = false, renderMode }: CliffWalkingOptions = {}): TabularEnv {
  const outcome = (state: number, action: number, probability: number): Outcome => {
    const [down, right] = cliffMoves[action]!;
    const row = Math.min(Math.max(Math.floor(state / columns) + down, 0), rows - 1);
    const column = Math.min(Math.max((state % columns) + right, 0), columns - 1);
    const next = row * columns + column;
    return isCliff(next) ? [probability, start, -100, false] : [probability, next, -1, next === goal];
  };
  return tabularEnv({
    name: "CliffWalkingEnv",
    transitions: tabulate(rows * columns, 4, (state, action) =>
      isSlippery
        ? [(action + 3) % 4, action, (action + 1) % 4].map((a) => outcome(state, a, 1 / 3))
        : [outcome(state, action, 1)],
    ),
    initial: startAt(start, rows * columns),
    renderMode,
    moves: cliffMoves,
    draw: cliffWalkingScene,
    show(state) {
      const letter = (s: number) => (s === state ? "x" : s === goal ? "T" : isCliff(s) ? "C" : "o");
      const line = (row: number) => Array.from({ length: columns }, (_, c) => letter(row * columns + c)).join("  ");
      return `${Array.from({ length: rows }, (_, row) => line(row)).join("\n")}\n\n`;
    },
  });
}

/** Grass above an abyss, a ring at the start, a flag at the goal. @param move which way one wanted to go */
export function cliffWalkingScene(state: number, move?: Move): Drawing {
  const tiles = Array.from({ length: cliffStates }, (_, s): Shape[] => {
    const at = centreOf(rows, cellOf(s, columns));
    if (isCliff(s)) return [];
    if (s === goal) return [tile(at, colours.end), ...flag(at)];
    return [tile(at, grass), ...(s === start ? startMark(at, grass) : [])];
  });
  return drawGrid({
    ...{ rows, columns, gap: "#d9ddcc" },
    shapes: [...tiles.flat(), ...abyss, ...agent(centreOf(rows, cellOf(state, columns)), move)],
  });
}

const grass = "#eceee2";
const rock = "#8d7766";
const depth = "#57483e";

/** From the second cell of the lowest row to the last but one: rock that breaks off into the dark. */
const abyss: readonly Shape[] = [
  polygon(placed([columns / 2, 0.5], rectangle(columns - 2, 1)), rock),
  polygon([[1, 0], ...Array.from({ length: columns - 2 }, (_, i) => brink(i + 1)).flat(), [columns - 1, 0]], depth),
];

/** The edge in one cell. */
function brink(left: number): Point[] {
  return [
    [left, 0.7],
    [left + 0.25, 0.55],
    [left + 0.4, 0.68],
    [left + 0.65, 0.48],
    [left + 0.8, 0.62],
    [left + 1, 0.7],
  ];
}
