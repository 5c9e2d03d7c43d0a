/** Which runs a run came from and which came from it, generation by generation. */
export interface Ancestry {
  readonly run: string;
  readonly parents: readonly string[];
}

/** `before`: the oldest first, each run after all that it needs; `after`: children, then their children. */
export function lineageOf(rows: readonly Ancestry[], run: string): { before: string[][]; after: string[][] } {
  const parents = new Map(rows.map((row) => [row.run, row.parents]));
  const children = new Map<string, string[]>();
  for (const row of rows)
    for (const parent of row.parents) children.set(parent, [...(children.get(parent) ?? []), row.run]);
  return {
    before: generations(run, (one) => parents.get(one) ?? []).reverse(),
    after: generations(run, (one) => children.get(one) ?? []),
  };
}

/** Runs by their longest way from `start`; a circle, which only damaged files have, ends where it began. */
function generations(start: string, next: (run: string) => readonly string[]): string[][] {
  const depth = new Map<string, number>();
  const walk = (run: string, way: readonly string[]): void => {
    for (const one of next(run)) {
      if (way.includes(one) || (depth.get(one) ?? 0) > way.length) continue;
      depth.set(one, way.length);
      walk(one, [...way, one]);
    }
  };
  walk(start, [start]);
  const levels: string[][] = [];
  for (const [run, level] of depth) levels[level - 1] = [...(levels[level - 1] ?? []), run];
  return levels.filter(Boolean);
}
