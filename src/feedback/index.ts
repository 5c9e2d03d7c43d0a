export { type Agreement, type AgreementReport, agreementOf } from "./agreement.ts";
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
export { comparisons, Form, isAsked, notApplicable, Question, Reply, Wording } from "./form.ts";
export { type Answers, checkForm, checkJudgement, type Fault } from "./form-check.ts";
export { forms, type Preset } from "./forms.ts";
export { type Journal, openJournal, readJournal } from "./journal.ts";
export { groupsToRanks, type RankingRow, rankingRows, ranksToGroups } from "./ranking.ts";
export { consensusOf } from "./report/consensus.ts";
export { type Dashboard, type DashboardOptions, dashboardOf } from "./report/dashboard.ts";
export { currentTask, press, type Said, type Session, shown, shownOrder, startSession } from "./session.ts";
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
export { type Task, tasksOf } from "./task.ts";
export { ulid, ulidPattern } from "./ulid.ts";
