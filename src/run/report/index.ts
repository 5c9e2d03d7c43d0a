export {
  type Bars,
  type Chart,
  type Charts,
  type Figures,
  type Prose,
  type Report,
  renderReport,
  type Samples,
  type Section,
  type Series,
  type Table,
  type Tables,
  writeReport,
} from "./report.ts";
export { shown } from "./scale.ts";
export type { Cell } from "./table.ts";
export type { ColouredTokens } from "./tokens.ts";
export type { Language } from "./words.ts";
