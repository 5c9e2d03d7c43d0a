export { type Agreement, type AgreementReport, agreementOf } from "./agreement.ts";
export { Entry, Judgement, type JudgementEntry, judgementsOf, lastWords, Text } from "./entry.ts";
export { type Journal, openJournal, readJournal } from "./journal.ts";
export { groupsToRanks, type RankingRow, rankingRows, ranksToGroups } from "./ranking.ts";
export { currentTask, press, type Said, type Session, shown, shownOrder, startSession } from "./session.ts";
export { type Task, tasksOf } from "./task.ts";
export { ulid } from "./ulid.ts";
