import { type Html, html } from "./html.ts";
import { scaleOver, shown } from "./scale.ts";
import type { Bars } from "./sections.ts";
import { table } from "./table.ts";
import type { Words } from "./words.ts";

/** Horizontal bars from zero with their intervals, and a mark where the comparison stands even. */
export function bars(section: Bars, words: Words): Html {
  const { rows, reference } = section;
  const scale = scaleOver([0, ...rows.flatMap((row) => [row.value, row.low ?? row.value, row.high ?? row.value])]);
  const place = (from: number, to: number) => {
    const [left, right] = [scale.at(Math.min(from, to)), scale.at(Math.max(from, to))];
    return `left:${left.toFixed(2)}%;width:${(right - left).toFixed(2)}%`;
  };
  const mark =
    reference === undefined
      ? undefined
      : html`<i class="mark" style="left:${scale.at(reference.value).toFixed(2)}%"></i>`;
  const written = section.format ?? shown;
  const row = ({
    label,
    value,
    low,
    high,
    control,
  }: Bars["rows"][number]) => html`<li${control ? html` class="control"` : undefined}>
<span class="name">${label}</span>
<span class="track"><b style="${place(0, value)}"></b>${mark}${
    low === undefined || high === undefined ? undefined : html`<i class="interval" style="${place(low, high)}"></i>`
  }</span>
<span class="value">${written(value)}${
    low === undefined || high === undefined
      ? undefined
      : html` <span class="muted">${written(low)}–${written(high)}</span>`
  }</span></li>`;
  return html`<ul class="bar-rows">${rows.map(row)}</ul>
${reference ? html`<p class="note"><i class="mark key"></i>${reference.label}</p>` : undefined}
<details><summary>${words.tableView}</summary>${table(
    ["", words.value, words.low, words.high],
    rows.map((r) => [r.label, r.value, r.low, r.high]),
  )}</details>`;
}
