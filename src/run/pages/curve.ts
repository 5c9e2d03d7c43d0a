import { readMetrics } from "../list.ts";
import type { Series } from "../report/index.ts";

type Row = Readonly<Record<string, unknown>>;
export type Points = readonly (readonly [number, number])[];

/** One metric over the steps. A step where it was not measured, or was no number, gives no point. */
export const pointsOf = (rows: readonly Row[], metric: string): Points =>
  rows.flatMap(({ step, [metric]: value }) =>
    typeof step === "number" && typeof value === "number" ? [[step, value] as const] : [],
  );

/** Reward at √KL (Gao et al. 2022), in the order of the steps, of rows that have both. */
export const frontierPoints = (rows: readonly Row[]): Points =>
  rows.flatMap(({ "objective/kl": kl, "objective/scores": reward }) =>
    typeof kl === "number" && typeof reward === "number" ? [[Math.sqrt(Math.max(0, kl)), reward] as const] : [],
  );

/** A metric of a run folder as a line of a chart. */
export const runCurve = (folder: string, metric: string, name: string, axis: "left" | "right" = "left"): Series => ({
  name,
  axis,
  points: pointsOf(readMetrics(folder), metric),
});
