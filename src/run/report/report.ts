import { writeAtomic } from "../../files/index.ts";
import { bars } from "./bars.ts";
import { chart, charts } from "./chart.ts";
import { type Html, html } from "./html.ts";
import { shown } from "./scale.ts";
import type { Report, Samples, Section } from "./sections.ts";
import { style } from "./style.ts";
import { table } from "./table.ts";
import { tokens } from "./tokens.ts";
import { type Words, wordsOf } from "./words.ts";

/** Writes the report as one HTML file that needs no network and runs no script. */
export function writeReport(path: string, report: Report): void {
  writeAtomic(path, renderReport(report));
}

export function renderReport({ title, summary, language = "en", sections, footer }: Report): string {
  const words = wordsOf[language];
  return html`<!doctype html>
<html lang="${language === "zh" ? "zh-CN" : "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
${{ html: `<style>${style}</style>` }}
</head>
<body>
<header><h1>${title}</h1>${summary ? html`<p>${summary}</p>` : undefined}</header>
<main>
${sections.map((section) => block(section, words))}</main>
${footer ? html`<footer>${footer}</footer>` : undefined}
</body>
</html>
`.html;
}

function block(section: Section, words: Words): Html {
  const { title, caption, half, folded } = section;
  const warning = section.kind === "text" && section.tone === "warning";
  const heading = title ? html`<h2>${title}</h2>` : undefined;
  const body = html`${caption ? html`<p class="caption">${caption}</p>` : undefined}
${content(section, words)}`;
  return html`<section class="${section.kind}${half ? " half" : ""}${warning ? " warning" : ""}">
${folded ? html`<details class="folded"><summary>${heading}</summary>${body}</details>` : html`${heading}${body}`}
</section>
`;
}

function content(section: Section, words: Words): Html {
  switch (section.kind) {
    case "text":
      return html`${section.paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}`;
    case "figures":
      return html`<dl class="cards">${section.figures.map(
        ({ label, value, note }) =>
          html`<div><dt>${label}</dt><dd>${shown(value)}</dd>${note ? html`<dd class="note">${note}</dd>` : undefined}</div>`,
      )}</dl>`;
    case "table":
      return table(section.columns, section.rows);
    case "tables":
      return html`${section.tables.map(({ title, columns, rows }) => html`<article><h3>${title}</h3>${table(columns, rows)}</article>\n`)}`;
    case "chart":
      return chart(section, words);
    case "charts":
      return charts(section, words);
    case "tokens":
      return tokens(section, words);
    case "bars":
      return bars(section, words);
    case "samples":
      return samples(section);
  }
}

function samples({ columns, rows }: Samples): Html {
  const text = (s: Samples["rows"][number]["texts"][number], i: number) =>
    html`<div><h4>${columns[i]}</h4><blockquote>${s.text}</blockquote>${s.note ? html`<p class="note">${s.note}</p>` : undefined}</div>`;
  return html`${rows.map(
    ({ prompt, texts }) => html`<article><h3>${prompt}</h3><div class="columns">${texts.map(text)}</div></article>\n`,
  )}`;
}
