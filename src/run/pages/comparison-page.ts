/** A comparison as a page: what differs, curves on one another, numbers side by side. */
import { readMetrics } from "../list.ts";
import { type Language, type Report, type Section, shown } from "../report/index.ts";
import { type Comparison, namesApart } from "./compare.ts";
import { frontierPoints, pointsOf } from "./curve.ts";
import { metricLabel } from "./metrics.ts";
import { pageWords } from "./words.ts";

/** More than eight runs have strokes in common: the table under a chart tells them apart. */
export function comparisonPage(comparison: Comparison, language: Language = "en"): Report {
  const w = pageWords[language];
  const names = namesApart(comparison.runs);
  return {
    title: w.comparison(names.join(", ")),
    summary: w.comparisonSummary,
    language,
    sections: [differences(comparison, language), ...curves(comparison, language), numbers(comparison, language)],
  };
}

function differences({ runs, settings }: Comparison, language: Language): Section {
  const w = pageWords[language];
  if (settings.length === 0) return { kind: "text", title: w.differing, paragraphs: [w.noDifference] };
  const text = (value: unknown) => (value === null ? "" : typeof value === "string" ? value : JSON.stringify(value));
  return {
    kind: "table",
    title: w.differing,
    columns: [w.setting, ...namesApart(runs)],
    rows: settings.map(({ name, values }) => [name, ...values.map(text)]),
  };
}

/** Every metric that moves in any run, and first of all reward against √KL where there is both. */
function curves({ runs, metrics }: Comparison, language: Language): Section[] {
  const w = pageWords[language];
  const names = namesApart(runs);
  const rows = runs.map(({ folder }) => readMetrics(folder));
  const frontiers = rows.map((run, i) => ({ name: names[i]!, points: frontierPoints(run), mark: "dots" as const }));
  const charts = metrics.flatMap(({ name }): Section[] => {
    const series = rows.map((run, i) => ({ name: names[i]!, points: pointsOf(run, name) }));
    const moves = new Set(series.flatMap(({ points }) => points.map(([, y]) => y))).size > 1;
    return moves ? [{ kind: "chart", half: true, title: metricLabel(name, language), xLabel: w.step, series }] : [];
  });
  const frontier: Section = {
    kind: "chart",
    title: w.frontier,
    caption: w.frontierCaption,
    xLabel: w.rootKl,
    series: frontiers,
  };
  return frontiers.some(({ points }) => points.length > 1) ? [frontier, ...charts] : charts;
}

function numbers({ runs, results, metrics }: Comparison, language: Language): Section {
  const w = pageWords[language];
  const rows = (measured: Comparison["metrics"], label: (name: string) => string) =>
    measured.map(({ name, values, best }) => [
      label(name),
      ...values.map((value, i) => {
        const last = value === null ? "" : shown(value);
        const top = best?.[i] ?? null;
        return top === null ? last : `${last} (${shown(top)})`;
      }),
    ]);
  return {
    kind: "table",
    title: w.side,
    caption: w.sideCaption,
    columns: [w.metric, ...namesApart(runs)],
    rows: [
      ["", ...runs.map(({ status, step }) => `${w.status[status]} ${w.after(step)}`)],
      ...rows(results, (name) => w.result[name] ?? metricLabel(name, language)),
      ...rows(metrics, (name) => metricLabel(name, language)),
    ],
  };
}
