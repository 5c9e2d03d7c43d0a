/** A run as a page for people: what came of it, what to mind, how it learnt, what it says, where it came from. */
import { basename, dirname, join } from "node:path";
import { portablePath } from "../config.ts";
import { isRun, type RunInfo, readRunInfo, runStatus } from "../info.ts";
import { lineage } from "../lineage.ts";
import { readMetrics } from "../list.ts";
import { type Language, type Report, type Section, type Series, shown, writeReport } from "../report/index.ts";
import { commandLine, kebab } from "./command-line.ts";
import { frontierPoints, pointsOf } from "./curve.ts";
import { metricLabel, metricNames } from "./metrics.ts";
import { sampleSections } from "./samples.ts";
import { type PageWords, pageWords } from "./words.ts";

export interface PageOptions {
  /** Default: what the quickstart speaks whose stage this run is; else English. */
  readonly language?: Language;
}

/** Writes `report.html` into a run's folder. */
export const writeRunPage = (folder: string, options: PageOptions = {}): void =>
  writeReport(join(folder, "report.html"), runPage(folder, options));

export function runPage(folder: string, { language = languageOf(folder) }: PageOptions = {}): Report {
  const info = readRunInfo(folder);
  const w = pageWords[language];
  const rows = readMetrics(folder);
  const name = basename(folder);
  const status = w.status[runStatus(folder, info)];
  return {
    title: name,
    summary: `${w.kind[info.command] ?? info.command} · ${status} ${w.after(info.step)}`,
    language,
    sections: [
      figures(info, w),
      ...warnings(folder, info, w),
      ...baselines(info, w),
      ...mainCurves(info, rows, language),
      ...sampleSections(folder, w),
      ...smallCurves(info, rows, language),
      ...ancestry(folder, w),
      ...settings(info, w),
    ],
    footer: Object.entries(info.versions)
      .map(([what, version]) => `${what} ${version}`)
      .join(" · "),
  };
}

/** A stage of the quickstart lies in its folder and speaks its language. */
function languageOf(folder: string): Language {
  const outer = dirname(folder);
  return isRun(outer) && readRunInfo(outer).config.language === "zh" ? "zh" : "en";
}

/** With a space that no line breaks at. */
const percent = (share: number): string => `${(100 * share).toFixed(1)}\u00a0%`;
const isShare = new Set(["accuracy"]);

function figures({ result = {}, step, seconds }: RunInfo, w: PageWords): Section {
  const of = Object.entries(w.result).flatMap(([key, label]) => {
    const value = result[key];
    if (typeof value !== "number") return [];
    const { low, high } = result;
    const interval = key === "accuracy" && typeof low === "number" && typeof high === "number";
    return [
      {
        label,
        value: isShare.has(key) ? percent(value) : value,
        ...(interval && { note: w.interval(percent(low), percent(high)) }),
      },
    ];
  });
  const time = seconds === undefined ? [] : [{ label: w.time, value: clock(seconds) }];
  return { kind: "figures", figures: [...of, { label: w.steps, value: step }, ...time] };
}

/** `42 s`, `3:07 min`, `2:05:09 h`. */
function clock(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)} h` : `${m}:${two(s)} min`;
}

/** That it did not end well, and what the doctor found. */
function warnings(folder: string, info: RunInfo, w: PageWords): Section[] {
  const status = runStatus(folder, info);
  const ended = status === "finished" || status === "running";
  const paragraphs = [
    ...(ended
      ? []
      : [
          [w.status[status], info.error?.message].filter(Boolean).join(": "),
          w.goOn(`plaudit runs resume ${portablePath(folder)}`),
        ]),
    ...(info.findings ?? []).map(
      ({ code, message, cause, fix, step }) =>
        `${step === undefined ? "" : w.atStep(step)}${message} [${code}]\n${cause}\n→ ${fix}`,
    ),
  ];
  return paragraphs.length === 0 ? [] : [{ kind: "text", title: w.warnings, tone: "warning", paragraphs }];
}

/** An accuracy means something only beside what a rule without a model reaches. */
function baselines({ result = {} }: RunInfo, w: PageWords): Section[] {
  const { accuracy, low, high, lengthBaseline, majorityBaseline } = result;
  if (typeof accuracy !== "number") return [];
  const control = (label: string, value: unknown) =>
    typeof value === "number" ? [{ label, value, control: true }] : [];
  const interval = typeof low === "number" && typeof high === "number" ? { low, high } : {};
  const rows = [
    { label: w.model, value: accuracy, ...interval },
    ...control(w.lengthBaseline, lengthBaseline),
    ...control(w.majorityBaseline, majorityBaseline),
  ];
  const pairs = typeof lengthBaseline === "number";
  return [
    {
      kind: "bars",
      title: w.baseline,
      rows,
      format: percent,
      ...(pairs && { reference: { value: 0.5, label: w.even } }),
    },
  ];
}

/** What a command is about, in one chart: on the left and on the right axis. */
const main: Readonly<Record<string, { readonly left: readonly string[]; readonly right: readonly string[] }>> = {
  pretrain: { left: ["loss", "eval_loss"], right: [] },
  sft: { left: ["loss", "loss/ptx", "loss/lm"], right: ["accuracy"] },
  reward: { left: ["accuracy"], right: ["loss"] },
  ppo: { left: ["objective/scores"], right: ["objective/kl"] },
};

type Rows = readonly Readonly<Record<string, unknown>>[];

function mainCurves({ command }: RunInfo, rows: Rows, language: Language): Section[] {
  const w = pageWords[language];
  const { left, right } = mainMetrics(command, rows);
  const series = (axis: "left" | "right") => (metric: string) => seriesOf(rows, metric, language, axis);
  const large = [...left.map(series("left")), ...right.map(series("right"))];
  if (large.length === 0) return [{ kind: "text", title: w.learning, paragraphs: [w.nothingYet] }];
  const beside = frontier(rows, w, language);
  const half = beside.length > 0;
  return [{ kind: "chart", title: w.learning, xLabel: xLabelOf(command, w), series: large, half }, ...beside];
}

/** Every other metric; of one that never changes a chart would tell no more than its number. */
function smallCurves({ command }: RunInfo, rows: Rows, language: Language): Section[] {
  const w = pageWords[language];
  const { left, right } = mainMetrics(command, rows);
  const all = metricNames(rows)
    .filter((metric) => !left.includes(metric) && !right.includes(metric))
    .map((metric) => seriesOf(rows, metric, language));
  const isConstant = ({ points }: Series) => points.length > 1 && points.every(([, y]) => y === points[0]![1]);
  const constant = all.filter(isConstant).map(({ name, points }) => `${name} ${shown(points[0]![1])}`);
  const moving = all.filter((series) => !isConstant(series));
  if (all.length === 0) return [];
  return [
    {
      kind: "charts",
      title: w.all,
      ...(constant.length > 0 && { caption: w.constant(constant.join(", ")) }),
      charts: moving.map((series) => ({ xLabel: xLabelOf(command, w), series: [series] })),
    },
  ];
}

function mainMetrics(command: string, rows: Rows) {
  const names = metricNames(rows);
  const { left, right } = main[command] ?? { left: names.slice(0, 1), right: [] };
  const there = (metric: string) => names.includes(metric);
  return { left: left.filter(there), right: right.filter(there) };
}

const seriesOf = (rows: Rows, metric: string, language: Language, axis: "left" | "right" = "left"): Series => ({
  name: metricLabel(metric, language),
  axis,
  points: pointsOf(rows, metric),
});

const xLabelOf = (command: string, w: PageWords) => (command === "ppo" ? w.iteration : w.step);

/** Reward against √KL, for whatever has both. */
function frontier(rows: Rows, w: PageWords, language: Language): Section[] {
  const points = frontierPoints(rows);
  if (points.length < 2) return [];
  const series = [{ name: metricLabel("objective/scores", language), points, mark: "dots" as const }];
  return [{ kind: "chart", title: w.frontier, caption: w.frontierCaption, xLabel: w.rootKl, series, half: true }];
}

function ancestry(folder: string, w: PageWords): Section[] {
  const way = lineage(folder);
  const data = ({ datasets }: RunInfo) =>
    datasets.map(({ path, rows }) => `${basename(path)}${rows === undefined ? "" : ` (${w.rows(rows)})`}`);
  const parents = ({ parents }: RunInfo) => {
    const nameOf = (path: string) => basename(path.replace(/\/(model|checkpoints\/step-\d+)$/, ""));
    return parents.map(({ role, path }) => `${role}: ${nameOf(path)}`);
  };
  return [
    {
      kind: "table",
      title: w.cameFrom,
      caption: w.cameFromCaption,
      columns: [w.run, w.command, w.madeFrom, w.data],
      rows: way.map(({ name, info }) =>
        info === undefined
          ? [name, w.notARun, "", ""]
          : [name, info.command, parents(info).join(", "), data(info).join(", ")],
      ),
    },
  ];
}

function settings(info: RunInfo, w: PageWords): Section[] {
  const shownValue = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  return [
    { kind: "text", title: w.ran, paragraphs: [commandLine(info)], folded: true },
    {
      kind: "table",
      title: w.settings,
      folded: true,
      columns: [w.setting, w.value],
      rows: Object.entries(info.config).map(([key, value]) => [`--${kebab(key)}`, shownValue(value)]),
    },
  ];
}
