import { type Html, html } from "./html.ts";
import { shown } from "./scale.ts";

export type Cell = string | number | undefined;

/** A table whose columns of numbers are set flush right. */
export function table(columns: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  const numeric = columns.map((_, i) => rows.every((row) => typeof row[i] !== "string"));
  const cell = (value: Cell, i: number) =>
    numeric[i] ? html`<td class="number">${shown(value)}</td>` : html`<td>${shown(value)}</td>`;
  return html`<div class="scroll"><table>
<thead><tr>${columns.map((name, i) => html`<th scope="col"${numeric[i] ? html` class="number"` : undefined}>${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody>
</table></div>`;
}
