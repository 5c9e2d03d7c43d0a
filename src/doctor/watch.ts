import type { Finding } from "./finding.ts";

/** A row of metrics.jsonl. What was NaN is null there. */
export type MetricsRow = Readonly<Record<string, number | null>>;

/** What is looked for while a trainer runs. */
export interface Watch<Result = unknown> {
  /** How many of the last rows the checks see. */
  readonly window: number;
  /** Each sees the last rows, the present one at the end. */
  readonly checks: readonly ((rows: readonly MetricsRow[]) => Finding | undefined)[];
  /** Looks at the result, when there is one. */
  readonly atEnd?: (result: Result, rows: readonly MetricsRow[]) => readonly Finding[];
}

/** Nothing to look for in the metrics. */
export const nothingToWatch: Watch = { window: 0, checks: [] };

export interface Past {
  /** Of the steps before a resume. */
  readonly rows?: readonly MetricsRow[];
  /** They are not said again. */
  readonly findings?: readonly Finding[];
}

/** Goes through a run row by row. Each code is found once at each level. */
export function examination<R>({ window, checks, atEnd }: Watch<R>, { rows = [], findings = [] }: Past = {}) {
  const seen = window === 0 ? [] : rows.slice(-window);
  const kind = ({ code, level }: Finding) => `${level} ${code}`;
  const said = new Set(findings.map(kind));
  const fresh = (found: readonly (Finding | undefined)[], step?: number | null): Finding[] =>
    found.flatMap((finding) => {
      if (finding === undefined || said.has(kind(finding))) return [];
      said.add(kind(finding));
      return [typeof step === "number" ? { ...finding, step } : finding];
    });
  return {
    /** What this row shows that was not said before. */
    row(row: MetricsRow): Finding[] {
      seen.push(row);
      if (seen.length > window) seen.shift();
      return fresh(
        checks.map((check) => check(seen)),
        row.step,
      );
    },
    result: (result: R): Finding[] => fresh(atEnd?.(result, seen) ?? []),
  };
}

/** The last `count` values, when there are so many and all are finite numbers. */
export function lastValues(rows: readonly MetricsRow[], name: string, count: number): number[] | undefined {
  const values = rows.slice(-count).map((row) => row[name]);
  const finite = values.filter((value) => typeof value === "number" && Number.isFinite(value));
  return finite.length === count ? (finite as number[]) : undefined;
}

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
