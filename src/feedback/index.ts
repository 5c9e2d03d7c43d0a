export { type Agreement, type AgreementReport, agreementOf } from "./agreement.ts";
export { clipTasksOf, clipWord } from "./clip-words.ts";
export { Clip, type ClipAnswer, type ClipLabeller, type ClipPair, clipAnswers } from "./clips.ts";
export { decisionTask, isDecision, subjectOf } from "./decision.ts";
export {
  Demonstration,
  Entry,
  type EntryKind,
  type EntryOf,
  isWord,
  Judgement,
  type JudgementEntry,
  judgementsOf,
  lastWords,
  orders,
  Person,
  type Role,
  roles,
  Settings,
  TaskData,
  Text,
  taskTypes,
  type WordEntry,
} from "./entry.ts";
export { badRowFile } from "./exchange/bad-rows.ts";
export { type CardOptions, datasetCard } from "./exchange/card.ts";
export { type ExportOptions, type ExportRow, exportRows } from "./exchange/export.ts";
export {
  type ExportFormat,
  exportFormats,
  formatOf,
  type ImportFormat,
  importFormats,
  type KnownFormat,
} from "./exchange/formats.ts";
export type { BadRow } from "./exchange/found.ts";
export { type ExportContent, exportContent } from "./exchange/from-store.ts";
export { type Imported, type ImportOptions, importRows, type SourceRow } from "./exchange/import.ts";
export { type ImportReport, importInto } from "./exchange/into-store.ts";
export { journalLines } from "./exchange/journal-lines.ts";
export { readRows } from "./exchange/read.ts";
export { comparisons, Form, isAsked, notApplicable, Question, Reply, Wording } from "./form.ts";
export { type Answers, checkForm, checkJudgement, type Fault, readForm } from "./form-check.ts";
export { formFor, forms, type Preset } from "./forms.ts";
export { type Journal, openJournal, readJournal } from "./journal.ts";
export { groupsToRanks, type RankingRow, rankingRows, ranksToGroups } from "./ranking.ts";
export { consensusOf } from "./report/consensus.ts";
export { type Dashboard, type DashboardOptions, dashboardOf } from "./report/dashboard.ts";
export { openReports, type Reports } from "./report/reports.ts";
export { currentTask, press, type Said, type Session, shown, shownOrder, startSession } from "./session.ts";
export { projectGone } from "./store/failure.ts";
export { openStore } from "./store/open.ts";
export type {
  Counts,
  Lease,
  Secrets,
  Store,
  StoreOptions,
  TaskFilter,
  TaskState,
  WordFilter,
} from "./store/store.ts";
export { type StoreLabellerOptions, storeLabeller } from "./store-labeller.ts";
export { type Task, tasksOf } from "./task.ts";
export { ulid, ulidPattern } from "./ulid.ts";
export { withdrawTasks } from "./withdraw.ts";
