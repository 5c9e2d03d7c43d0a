/** One side of a comparison. */
export interface Contestant {
  /** Does a fixed amount of work and returns its speed (work a second). */
  run(): Promise<number>;
}

/** One line of a benchmark's result; more is better. Without a peer only `ours` is known. */
export interface Row {
  readonly name: string;
  readonly ours: number;
  readonly peer: number | null;
  /** The median over the rounds of ours / peer, and its extremes. */
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly unit: string;
}

/** Speeds of each contestant, round by round. */
export type Samples<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/** Lets the contestants run in turn, `rounds` times after an unmeasured first. */
export async function inTurn<Name extends string>(
  contestants: Readonly<Record<Name, Contestant>>,
  rounds: number,
): Promise<Samples<Name>> {
  const entries = Object.entries(contestants) as [Name, Contestant][];
  const samples = Object.fromEntries(entries.map(([name]) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const [name, contestant] of entries) {
      const speed = await contestant.run();
      if (round > 0) samples[name].push(speed);
    }
  }
  return samples;
}

export function compare(name: string, unit: string, ours: readonly number[], peer: readonly number[]): Row {
  const ratios = ours.map((speed, round) => speed / peer[round]!);
  return {
    name,
    ours: median(ours),
    peer: median(peer),
    ratio: median(ratios),
    low: Math.min(...ratios),
    high: Math.max(...ratios),
    unit,
  };
}

export const alone = (name: string, unit: string, ours: readonly number[]): Row => ({
  name,
  ours: median(ours),
  peer: null,
  ratio: null,
  low: null,
  high: null,
  unit,
});

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Seconds that `work` takes. */
export async function seconds(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}
