import { assert } from "../base/index.ts";
import { type BootstrapOptions, clusteredBootstrap } from "./bootstrap.ts";
import type { Interval } from "./interval.ts";

export interface WinRate extends Interval {
  /** Comparisons with equal scores; each counted as half a win. */
  readonly ties: number;
  /** Number of comparisons. */
  readonly prompts: number;
}

/**
 * How often A beats B on the same prompts; a tie is half a win. `clusters[i]` names what prompt i hangs together with
 * (a fact asked in several wordings): the interval resamples these. Without it each prompt stands alone.
 */
export function pairedWinRate(
  scoresA: readonly number[],
  scoresB: readonly number[],
  { clusters, ...options }: BootstrapOptions & { readonly clusters?: readonly string[] },
): WinRate {
  assert(scoresA.length === scoresB.length, `paired scores: got ${scoresA.length} and ${scoresB.length}`);
  const byCluster = new Map<string, number[]>();
  scoresA.forEach((a, i) => {
    const b = scoresB[i]!;
    const cluster = clusters?.[i] ?? String(i);
    const outcomes = byCluster.get(cluster) ?? [];
    byCluster.set(cluster, outcomes);
    outcomes.push(a > b ? 1 : a < b ? 0 : 0.5);
  });
  const interval = clusteredBootstrap([...byCluster.values()], options);
  return { ...interval, ties: scoresA.filter((a, i) => a === scoresB[i]).length, prompts: scoresA.length };
}
