export { renderReport, writeReport } from "./report.ts";
export { shown } from "./scale.ts";
export type {
  Bars,
  Chart,
  Charts,
  Figures,
  Prose,
  Report,
  Samples,
  Section,
  Series,
  Table,
  Tables,
} from "./sections.ts";
export type { Cell } from "./table.ts";
export type { ColouredTokens } from "./tokens.ts";
export type { Language } from "./words.ts";
