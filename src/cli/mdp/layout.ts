/** Which processes are grids, and which way their actions point. */
import type { Env } from "../../envs/index.ts";
import type { Mdp } from "../../rl/index.ts";

/** Cells in rows, each with its state; −1 where there is none. */
export interface Layout {
  readonly rows: readonly (readonly number[])[];
  /** What an action looks like: an arrow, or its name. */
  arrow(action: string): string;
}

interface Known {
  /** Default: as many columns as rows. */
  readonly columns?: number;
  readonly arrows: readonly string[];
}

const compass = ["↑", "→", "↓", "←"];

/** By the names that environments give themselves. */
const known: Readonly<Record<string, Known>> = {
  FrozenLakeEnv: { arrows: ["←", "↓", "→", "↑"] },
  CliffWalkingEnv: { columns: 12, arrows: compass },
  GridWorldEnv: { arrows: compass },
  WindyGridWorldEnv: { columns: 10, arrows: [...compass, "↗", "↘", "↙", "↖"] },
};

/** The grid that an environment's numbered states are, if they are one. */
export function layoutOfEnv(env: Env, { states }: Mdp): Layout | undefined {
  let bare = env;
  while (bare.inner) bare = bare.inner;
  const form = known[bare.name ?? ""];
  if (form === undefined) return undefined;
  const columns = form.columns ?? Math.sqrt(states.length);
  if (!Number.isInteger(columns) || states.length % columns !== 0) return undefined;
  const rows = Array.from({ length: states.length / columns }, (_, row) =>
    Array.from({ length: columns }, (_, column) => row * columns + column),
  );
  return { rows, arrow: (action) => form.arrows[Number(action)] ?? action };
}

const ways: readonly (readonly [arrow: string, names: RegExp])[] = [
  ["←", /^(left|west|l|w|左|西|←)$/i],
  ["↓", /^(down|south|d|s|下|南|↓)$/i],
  ["→", /^(right|east|r|e|右|东|→)$/i],
  ["↑", /^(up|north|u|n|上|北|↑)$/i],
];

/** States that are called by row and column, `0,3` or `(0, 3)`, form a grid; others do not. */
export function layoutOfNames({ states }: Mdp): Layout | undefined {
  const places = states.map((name) => /^\(?(\d+)\s*[,，]\s*(\d+)\)?$/.exec(name)?.slice(1).map(Number));
  if (places.includes(undefined)) return undefined;
  const at = (i: 0 | 1) => places.map((place) => place![i]!);
  const [top, left] = [Math.min(...at(0)), Math.min(...at(1))];
  const rows = Array.from({ length: Math.max(...at(0)) - top + 1 }, () =>
    new Array<number>(Math.max(...at(1)) - left + 1).fill(-1),
  );
  places.forEach((place, s) => {
    rows[place![0]! - top]![place![1]! - left] = s;
  });
  return { rows, arrow: (action) => ways.find(([, names]) => names.test(action))?.[0] ?? action };
}
