/**
 * CliffWalking (Sutton & Barto, example 6.6; gymnasium/envs/toy_text/cliffwalking.py): 4 × 12, from the lower left corner
 * to the lower right; between them a cliff. Actions: up, right, down, left. Reward −1; the cliff costs −100 and leads back to
 * the start without an end. On slippery ground each side is as likely as the way wanted.
 */
import type { Outcome } from "../env.ts";
import { startAt, type TabularEnv, tabularEnv, tabulate } from "./tabular.ts";

const rows = 4;
const columns = 12;
const start = 36;
const goal = 47;
const moves = [
  [-1, 0],
  [0, 1],
  [1, 0],
  [0, -1],
] as const;

export interface CliffWalkingOptions {
  /** Default false. */
  readonly isSlippery?: boolean | undefined;
}

export function cliffWalking({ isSlippery = false }: CliffWalkingOptions = {}): TabularEnv {
  const outcome = (state: number, action: number, probability: number): Outcome => {
    const [down, right] = moves[action]!;
    const row = Math.min(Math.max(Math.floor(state / columns) + down, 0), rows - 1);
    const column = Math.min(Math.max((state % columns) + right, 0), columns - 1);
    const next = row * columns + column;
    return next > start && next < goal ? [probability, start, -100, false] : [probability, next, -1, next === goal];
  };
  return tabularEnv({
    name: "CliffWalkingEnv",
    transitions: tabulate(rows * columns, 4, (state, action) =>
      isSlippery
        ? [(action + 3) % 4, action, (action + 1) % 4].map((a) => outcome(state, a, 1 / 3))
        : [outcome(state, action, 1)],
    ),
    initial: startAt(start, rows * columns),
    show(state) {
      const letter = (s: number) => (s === state ? "x" : s === goal ? "T" : s > start && s < goal ? "C" : "o");
      const line = (row: number) => Array.from({ length: columns }, (_, c) => letter(row * columns + c)).join("  ");
      return `${Array.from({ length: rows }, (_, row) => line(row)).join("\n")}\n\n`;
    },
  });
}
