import { writeAtomic } from "../../files/index.ts";
import { bars } from "./bars.ts";
import { chart, charts } from "./chart.ts";
import { type Html, html } from "./html.ts";
import { shown } from "./scale.ts";
import { style } from "./style.ts";
import { type Cell, table } from "./table.ts";
import { type ColouredTokens, tokens } from "./tokens.ts";
import { type Language, type Words, wordsOf } from "./words.ts";

/** A page that explains a run to a person. Everything in it is text; nothing in it is trusted to be HTML. */
export interface Report {
  readonly title: string;
  /** One sentence under the title. */
  readonly summary?: string;
  /** Default `en`. */
  readonly language?: Language;
  readonly sections: readonly Section[];
  /** One line at the end: versions, seed, command. */
  readonly footer?: string;
}

export type Section = (Prose | Figures | Table | Tables | Chart | Charts | Bars | Samples | ColouredTokens) & {
  readonly title?: string;
  /** A sentence under the title that says what is to be seen. */
  readonly caption?: string;
  /** Beside its neighbour where there is room. Default: across the page. */
  readonly half?: boolean;
  /** Shown when the reader asks for it: what few want to see and none should miss. */
  readonly folded?: boolean;
};

export interface Prose {
  readonly kind: "text";
  readonly paragraphs: readonly string[];
  /** A warning is set off from the rest. */
  readonly tone?: "plain" | "warning";
}
/** The few numbers that matter most. */
export interface Figures {
  readonly kind: "figures";
  readonly figures: readonly { readonly label: string; readonly value: string | number; readonly note?: string }[];
}
export interface Table {
  readonly kind: "table";
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}
/** Small tables one after the other, each under its own heading. */
export interface Tables {
  readonly kind: "tables";
  readonly tables: readonly (Omit<Table, "kind"> & { readonly title: string })[];
}
export interface Series {
  readonly name: string;
  /** [x, y], in the order of x, for dots in that of time. Points that are not finite are left out. */
  readonly points: readonly (readonly [number, number])[];
  /** Default `left`. */
  readonly axis?: "left" | "right";
  /** `dots`: no line joins the points; the later a point, the stronger. Default `line`. */
  readonly mark?: "line" | "dots";
}
export interface Chart {
  readonly kind: "chart";
  readonly title?: string;
  /** What x counts: "step". */
  readonly xLabel: string;
  readonly series: readonly Series[];
}
/** Many small charts of one x, for a look at everything. */
export interface Charts {
  readonly kind: "charts";
  readonly charts: readonly Omit<Chart, "kind">[];
}
/** Values with their confidence intervals, compared. */
export interface Bars {
  readonly kind: "bars";
  readonly rows: readonly {
    readonly label: string;
    readonly value: number;
    readonly low?: number;
    readonly high?: number;
    /** Drawn in grey: what the others must beat. */
    readonly control?: boolean;
  }[];
  /** Where a comparison stands even. */
  readonly reference?: { readonly value: number; readonly label: string };
  /** Default: four significant digits. */
  readonly format?: (value: number) => string;
}
/** Texts for the same prompt beside each other, for example before and after. */
export interface Samples {
  readonly kind: "samples";
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly prompt: string;
    /** One per column. */
    readonly texts: readonly { readonly text: string; readonly note?: string }[];
  }[];
}

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
