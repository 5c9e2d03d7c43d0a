/** What a report is made of: plain data. */
import type { Cell } from "./table.ts";
import type { ColouredTokens } from "./tokens.ts";
import type { Language } from "./words.ts";

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
