export {
  checkpointFolders,
  latestCheckpoint,
  modelFiles,
  readCheckpoint,
  readModel,
  writeFiles,
} from "./checkpoint.ts";
export { configDifferences } from "./config.ts";
export { isRun, NotedFinding, type RunInfo, type RunStatus, readRunInfo, runProcess } from "./info.ts";
export { madeFrom } from "./lineage.ts";
export {
  deleteRun,
  expectIdle,
  listRuns,
  newestUnfinishedRun,
  newRunName,
  type RunSummary,
  readMetrics,
  readRun,
  runModelFolder,
} from "./list.ts";
export { openRun, type Run, type RunOptions } from "./open.ts";
export {
  betterOf,
  type Comparison,
  commandLine,
  compareRuns,
  comparisonPage,
  kebab,
  metricLabel,
  metricNames,
  namesApart,
  runCurve,
  tokenizerOf,
  tokenTexts,
  writeRunPage,
} from "./pages/index.ts";
export { Interrupted, type RecordOptions, record } from "./record.ts";
export { type Report, renderReport, type Section, type Series, writeReport } from "./report/index.ts";
export type { Checkpoint, CheckpointFile, CheckpointFiles, Finished, Trainer, TrainerStep } from "./types.ts";
