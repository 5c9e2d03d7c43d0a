export {
  type Bars,
  type Chart,
  type Figures,
  type Prose,
  type Report,
  renderReport,
  type Samples,
  type Section,
  type Series,
  type Table,
  writeReport,
} from "./report.ts";
export type { Language } from "./words.ts";
