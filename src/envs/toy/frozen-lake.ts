/**
 * FrozenLake (gymnasium/envs/toy_text/frozen_lake.py): from S to G over F without falling into H. Actions: left, down,
 * right, up. On slippery ice one goes to either side of where one wanted with a third each. Reward 1 in G.
 */
import { UsageError } from "../../base/index.ts";
import type { Outcome } from "../env.ts";
import { generator } from "../random/generator.ts";
import { frozenLakeScene } from "./frozen-lake-scene.ts";
import type { Shown } from "./render-mode.ts";
import { checkProbability, colour, type TabularEnv, tabularEnv, tabulate } from "./tabular.ts";

export const frozenLakeMaps = {
  "4x4": ["SFFF", "FHFH", "FFFH", "HFFG"],
  "8x8": ["SFFFFFFF", "FFFFFFFF", "FFFHFFFF", "FFFFFHFF", "FFFHFFFF", "FHHFFFHF", "FHFFHFHF", "FFFHFFFG"],
} as const;

export interface FrozenLakeOptions extends Shown {
  /** Rows of S, F, H, G; default is the map of `mapName`. */
  readonly desc?: readonly string[] | undefined;
  /** Default 4x4. */
  readonly mapName?: keyof typeof frozenLakeMaps | undefined;
  /** Default true. */
  readonly isSlippery?: boolean | undefined;
  /** Probability on slippery ice to go where one wanted, default ⅓; the sides share the rest. */
  readonly successRate?: number | undefined;
  /** Rewards for reaching G, H and F; default 1, 0, 0. */
  readonly rewardSchedule?: readonly [goal: number, hole: number, frozen: number] | undefined;
}

/** Left, down, right, up. */
export const lakeMoves = [
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, 0],
] as const;
const actionNames = ["Left", "Down", "Right", "Up"];

/** @throws UsageError `bad-env-option` for a map that is none. */
export function frozenLake({
  mapName = "4x4",
  desc = frozenLakeMaps[mapName],
  isSlippery = true,
  successRate = 1 / 3,
  rewardSchedule = [1, 0, 0],
  renderMode,
}: FrozenLakeOptions = {}): TabularEnv {
  checkMap(desc);
  checkProbability("successRate", successRate);
  const rows = desc.length;
  const columns = desc[0]!.length;
  const tile = (state: number) => desc[Math.floor(state / columns)]![state % columns]!;
  const reward = { G: rewardSchedule[0], H: rewardSchedule[1] } as Readonly<Record<string, number>>;

  const move = (state: number, action: number): readonly [next: number, reward: number, terminated: boolean] => {
    const [down, right] = lakeMoves[action]!;
    const row = Math.min(Math.max(Math.floor(state / columns) + down, 0), rows - 1);
    const column = Math.min(Math.max((state % columns) + right, 0), columns - 1);
    const next = row * columns + column;
    const letter = tile(next);
    return [next, reward[letter] ?? rewardSchedule[2], letter === "G" || letter === "H"];
  };
  const transitions = tabulate(rows * columns, 4, (state, action): Outcome[] => {
    if (tile(state) === "G" || tile(state) === "H") return [[1, state, 0, true]];
    if (!isSlippery) return [[1, ...move(state, action)]];
    const aside = (1 - successRate) / 2;
    return [
      [aside, ...move(state, (action + 3) % 4)],
      [successRate, ...move(state, action)],
      [aside, ...move(state, (action + 1) % 4)],
    ];
  });

  const starts = Float64Array.from({ length: rows * columns }, (_, state) => (tile(state) === "S" ? 1 : 0));
  const total = starts.reduce((a, b) => a + b, 0);
  return tabularEnv({
    name: "FrozenLakeEnv",
    transitions,
    initial: starts.map((p) => p / total),
    renderMode,
    moves: lakeMoves,
    draw: (state, move) => frozenLakeScene(desc, state, move),
    show(state, lastAction) {
      const grid = desc.map((line) => line.split(""));
      const row = Math.floor(state / columns);
      grid[row]![state % columns] = colour(tile(state), "red", "background");
      const did = lastAction === null ? "" : `  (${actionNames[lastAction]})`;
      return `${did}\n${grid.map((line) => line.join("")).join("\n")}\n`;
    },
  });
}

function checkMap(desc: readonly string[] | undefined): asserts desc is readonly string[] {
  const width = desc?.[0]?.length ?? 0;
  const good = desc?.every((row) => row.length === width && /^[SFHG]+$/.test(row)) && desc.join("").includes("S");
  if (good) return;
  throw new UsageError(`wanted a map of equally long rows of S, F, H and G with an S, got ${JSON.stringify(desc)}`, {
    code: "bad-env-option",
    help: `the maps by name are ${Object.keys(frozenLakeMaps).join(" and ")}; generateRandomMap makes others`,
  });
}

/** A map where each tile is frozen with probability p and a way leads from S to G: equal to Gymnasium's of that seed. */
export function generateRandomMap(size = 8, p = 0.8, seed = 0): string[] {
  const rng = generator(seed);
  const frozen = Math.min(1, p);
  for (;;) {
    const board = Array.from({ length: size }, () =>
      Array.from({ length: size }, () => rng.choice(["F", "H"], [frozen, 1 - frozen])),
    );
    board[0]![0] = "S";
    board[size - 1]![size - 1] = "G";
    if (leadsToGoal(board)) return board.map((row) => row.join(""));
  }
}

function leadsToGoal(board: readonly (readonly string[])[]): boolean {
  const frontier: [number, number][] = [[0, 0]];
  const seen = new Set<string>();
  for (let place = frontier.pop(); place !== undefined; place = frontier.pop()) {
    const [row, column] = place;
    const tile = board[row]?.[column];
    if (tile === "G") return true;
    if (tile === undefined || tile === "H" || seen.has(`${place}`)) continue;
    seen.add(`${place}`);
    for (const [down, right] of lakeMoves) frontier.push([row + down, column + right]);
  }
  return false;
}
