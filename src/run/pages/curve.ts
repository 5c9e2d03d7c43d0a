import { readMetrics } from "../list.ts";
import type { Series } from "../report/index.ts";

type Row = Readonly<Record<string, unknown>>;
export type Points = readonly (readonly [number, number])[];

/** One metric over the steps. A step where it was not measured, or was no number, gives no point. */
export const pointsOf = (rows: readonly Row[], metric: string): Points =>
  rows.flatMap(({ step, [metric]: value }) =>
    typeof step === "number" && typeof value === "number" ? [[step, value] as const] : [],
  );

/** A metric of a run folder as a line of a chart. */
export const runCurve = (folder: string, metric: string, name: string, axis: "left" | "right" = "left"): Series => ({
  name,
  axis,
  points: pointsOf(readMetrics(folder), metric),
});
