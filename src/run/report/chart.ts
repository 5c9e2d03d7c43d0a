/**
 * Line charts without scripts. The drawing is stretched to the width there is (strokes are not), the writing is HTML
 * beside it: so letters have their size on a telephone and on a wide screen.
 */
import { type Html, html } from "./html.ts";
import { exactScale, type Scale, scaleOver, shown } from "./scale.ts";
import type { Chart, Charts, Series } from "./sections.ts";
import { table } from "./table.ts";
import type { Words } from "./words.ts";

/** More points than this are drawn faint, with their running mean over them: what one sees is then the trend. */
const crowded = 80;
/** Strokes that differ in colour or in dashes. */
const styles = 8;
const hoverPositions = 100;
const tableRows = 40;

export function chart(section: Chart, words: Words): Html {
  return drawing(section, words, dataTable(section.xLabel, section.series.map(finite)));
}

/** Small charts share one table: of one each, the page would hold more tables than charts. */
export function charts({ charts }: Charts, words: Words): Html {
  const [first] = charts;
  if (first === undefined) return html`<p class="note">${words.noData}</p>`;
  const all = charts.flatMap(({ series }) => series.map(finite));
  return html`<div class="multiples">${charts.map((small) => drawing({ kind: "chart", ...small }, words))}</div>
${smoothingNote(all, words)}
<details><summary>${words.tableView}</summary>${dataTable(first.xLabel, all)}</details>`;
}

const smoothingNote = (series: readonly Series[], words: Words) =>
  series.some((s) => s.mark !== "dots" && s.points.length > crowded)
    ? html`<p class="note">${words.smoothed}</p>`
    : undefined;

const finite = (s: Series): Series => ({ ...s, points: s.points.filter(([x, y]) => Number.isFinite(x + y)) });

function drawing(section: Chart, words: Words, data?: Html): Html {
  const series = section.series.map(finite);
  if (series.every((s) => s.points.length === 0)) return html`<p class="note">${words.noData}</p>`;
  const x = exactScale(series.flatMap((s) => s.points.map(([x]) => x)));
  const axis = (side: "left" | "right") => {
    const values = series.filter((s) => (s.axis ?? "left") === side).flatMap((s) => s.points.map(([, y]) => y));
    return values.length > 0 ? scaleOver(values) : undefined;
  };
  const left = axis("left");
  const right = axis("right");
  const scaleOf = (s: Series) => (s.axis === "right" ? right : left) as Scale;
  const grid = left ?? right!;
  return html`<figure class="chart">
<figcaption>${section.series.length > 1 || right ? legend(series, right !== undefined, words) : section.series[0]!.name}</figcaption>
<div class="plot">
${left ? ticks("y", left) : undefined}
<div class="area"><svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="${description(section)}">
${grid.ticks.map((tick) => html`<line class="grid" x1="0" x2="100" y1="${100 - grid.at(tick)}" y2="${100 - grid.at(tick)}"/>`)}
${series.map((s, i) => lines(s, i, x, scaleOf(s)))}
${hover(section, series, x, scaleOf)}
</svg></div>
${right ? ticks("y right", right) : undefined}
${ticks("x", x)}
<div class="x label">${section.xLabel}</div>
</div>
${data ? smoothingNote(series, words) : undefined}
${data ? html`<details><summary>${words.tableView}</summary>${data}</details>` : undefined}
</figure>`;
}

function legend(series: readonly Series[], twoAxes: boolean, words: Words): Html {
  const entry = (s: Series, i: number) => {
    const side = twoAxes ? (s.axis === "right" ? words.rightAxis : words.leftAxis) : undefined;
    return html`<li><svg class="key" viewBox="0 0 24 8" aria-hidden="true"><line class="line s${i % styles}" x1="1" x2="23" y1="4" y2="4"/></svg>${s.name}${side ? html` <span class="muted">${side}</span>` : undefined}</li>`;
  };
  return html`<ul class="legend">${series.map(entry)}</ul>`;
}

function ticks(side: "x" | "y" | "y right", scale: Scale): Html {
  const labels = scale.ticks.map((tick) => ({ text: shown(tick), at: scale.at(tick) }));
  if (side !== "x") {
    const width = Math.max(...labels.map(({ text }) => text.length)) + 1.5;
    const spans = labels.map(({ text, at }) => html`<span style="bottom:${at.toFixed(2)}%">${text}</span>`);
    return html`<div class="${side} ticks" style="width:${width}ch" aria-hidden="true">${spans}</div>`;
  }
  // A label at either end stays inside the drawing: on a telephone there is no margin for half of it.
  const end = (at: number) => (at < 3 ? "first" : at > 97 ? "last" : "");
  const spans = labels.map(
    ({ text, at }) => html`<span class="${end(at)}" style="left:${at.toFixed(2)}%">${text}</span>`,
  );
  return html`<div class="x ticks" aria-hidden="true">${spans}</div>`;
}

function lines(s: Series, index: number, x: Scale, y: Scale): Html {
  const path = (points: Series["points"]) =>
    points.map(([px, py], i) => `${i === 0 ? "M" : "L"}${x.at(px).toFixed(2)} ${(100 - y.at(py)).toFixed(2)}`).join("");
  const kind = `line s${index % styles}`;
  if (s.mark === "dots") return dots(s.points, index, x, y);
  // A line of length zero with round ends is a dot that does not stretch with the drawing.
  if (s.points.length === 1) return html`<path class="${kind} dot" d="${path(s.points)}h0"/>`;
  if (s.points.length <= crowded) return html`<path class="${kind}" d="${path(s.points)}"/>`;
  return html`<path class="${kind} raw" d="${path(thinned(s.points, 600))}"/><path class="${kind}" d="${path(thinned(runningMean(s.points), 300))}"/>`;
}

/** Ten groups in the order of time, each stronger than the one before. */
function dots(points: Series["points"], index: number, x: Scale, y: Scale): Html {
  const size = Math.max(1, Math.ceil(points.length / 10));
  const groups = Array.from({ length: Math.ceil(points.length / size) }, (_, g) =>
    points.slice(g * size, (g + 1) * size),
  );
  return html`${groups.map((group, g) => {
    const path = group.map(([px, py]) => `M${x.at(px).toFixed(2)} ${(100 - y.at(py)).toFixed(2)}h0`).join("");
    const opacity = 0.2 + (0.8 * (g + 1)) / groups.length;
    return html`<path class="line s${index % styles} dot" style="opacity:${opacity.toFixed(2)}" d="${path}"/>`;
  })}`;
}

/** Mean over the twentieth of all points that lie around each. */
function runningMean(points: Series["points"]): Series["points"] {
  const half = Math.round(points.length / 40);
  const sums = [0];
  for (const [, y] of points) sums.push(sums.at(-1)! + y);
  return points.map(([x], i) => {
    const [from, to] = [Math.max(0, i - half), Math.min(points.length, i + half + 1)];
    return [x, (sums[to]! - sums[from]!) / (to - from)] as const;
  });
}

/** At most about `limit` points that keep every stretch's lowest and highest, so that no spike is lost. */
function thinned(points: Series["points"], limit: number): Series["points"] {
  if (points.length <= limit) return points;
  const size = Math.ceil((2 * points.length) / limit);
  const stretches = Array.from({ length: Math.ceil(points.length / size) }, (_, i) =>
    points.slice(i * size, (i + 1) * size),
  );
  return stretches.flatMap((stretch) => {
    const byValue = [...stretch].sort((a, b) => a[1] - b[1]);
    return [byValue[0]!, byValue.at(-1)!].sort((a, b) => a[0] - b[0]);
  });
}

/** Upright strips, one for each x: under the pointer they show a line, dots and, after a moment, the values. */
function hover(section: Chart, series: readonly Series[], x: Scale, scaleOf: (s: Series) => Scale): Html {
  const all = xsOf(series);
  const values = series.map((s) => new Map(s.points));
  const chosen = evenly(all, hoverPositions);
  const edges = chosen.map((at, i) => (i === 0 ? x.low : (at + chosen[i - 1]!) / 2));
  const strips = chosen.map((at, i) => {
    const from = x.at(edges[i]!);
    const width = x.at(edges[i + 1] ?? x.high) - from;
    const here = series.flatMap((s, i) => {
      const y = values[i]!.get(at);
      return y === undefined ? [] : [{ s, y }];
    });
    const text = [`${section.xLabel} ${shown(at)}`, ...here.map(({ s, y }) => `${s.name}: ${shown(y)}`)].join("\n");
    const dots = here.map(({ s, y }) => `M${x.at(at).toFixed(2)} ${(100 - scaleOf(s).at(y)).toFixed(2)}h0`).join("");
    return html`<g class="strip"><title>${text}</title><rect x="${from.toFixed(2)}" width="${Math.max(width, 0.01).toFixed(2)}" y="0" height="100"/><line x1="${x.at(at).toFixed(2)}" x2="${x.at(at).toFixed(2)}" y1="0" y2="100"/><path d="${dots}"/></g>`;
  });
  return html`<g>${strips}</g>`;
}

function dataTable(xLabel: string, series: readonly Series[]): Html {
  const values = series.map((s) => new Map(s.points));
  const rows = evenly(xsOf(series), tableRows).map((at) => [at, ...values.map((map) => map.get(at))]);
  return table([xLabel, ...series.map((s) => s.name)], rows);
}

const xsOf = (series: readonly Series[]) =>
  [...new Set(series.flatMap((s) => s.points.map(([x]) => x)))].sort((a, b) => a - b);

/** At most `count` of the items, evenly spread, the first and the last among them. */
function evenly<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]!);
}

const description = (section: Chart) =>
  [
    section.title,
    ...section.series.map((s) => `${s.name}: ${shown(s.points[0]?.[1])} → ${shown(s.points.at(-1)?.[1])}`),
  ]
    .filter(Boolean)
    .join("; ");
