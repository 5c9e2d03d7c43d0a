/** Runs as the pages see them: lists, one run with where it came from and what came of it, runs side by side. */
import { basename, join } from "node:path";
import { UsageError } from "../../base/index.ts";
import { checkpointFolders, commandLine, compareRuns, type RunInfo, readRun } from "../../run/index.ts";
import { modelFolders } from "../models/list.ts";
import type { ReplyOf } from "../protocol.ts";
import type { RunPage, RunRow, RunState } from "../protocol-runs.ts";
import { failureOf, type Job, jobState, readJob, readJobs } from "./jobs.ts";
import type { MetricsReader } from "./metrics.ts";
import { findRunFolder, readable, runFolders, runOfPath, runsOf } from "./project.ts";

/** All runs and what waits to become one, the newest first. */
export function listRuns(project: string): RunRow[] {
  const folders = runFolders(project);
  const models = new Map(modelFolders(project).map(({ model, run, step }) => [`${run} ${step ?? "final"}`, model]));
  const jobs = new Map(readJobs(project).map((job) => [job.run, job]));
  const rows = folders.map(({ run, folder }) => rowOf(project, run, folder, jobs.get(run), models));
  const known = new Set(folders.map(({ run }) => run));
  const waiting = [...jobs.values()].filter(({ run }) => !known.has(run)).map((job) => rowOfJob(project, job));
  return [...waiting, ...rows].sort((a, b) => ((a.created ?? "") < (b.created ?? "") ? 1 : -1));
}

/** Everything about one run. Throws `missing-run`, and what is wrong with its run.json. */
export function runPage(project: string, run: string): RunPage {
  const job = readJob(project, run);
  if (job && !isThere(project, run)) {
    return {
      ...rowOfJob(project, job),
      ...{ seed: null, config: {}, versions: {}, datasets: [], from: [], children: [], checkpoints: [], findings: [] },
      commandLine: jobLine(job),
      error: failureOf(project, job) ?? null,
    };
  }
  const folder = findRunFolder(project, run);
  const { info } = readRun(folder);
  const models = modelFolders(project).filter((model) => model.run === run);
  const checkpoints = models.flatMap(({ model, step }) => (step === null ? [] : [{ step, model }]));
  return {
    ...rowOf(project, run, folder, job, new Map(models.map(({ model, step }) => [`${run} ${step ?? "final"}`, model]))),
    seed: info.seed ?? null,
    config: info.config,
    commandLine: commandLine(info),
    versions: info.versions,
    datasets: info.datasets.map(({ path, hash, rows }) => ({ path, hash, ...(rows !== undefined && { rows }) })),
    from: info.parents.map(({ role, path }) => ({ role, path, run: runOfPath(project, path) ?? null })),
    children: childrenOf(project, run),
    checkpoints,
    findings: info.findings ?? [],
    error: info.error ?? null,
  };
}

/** Where a run's files are, or will be once its process has begun: until then there are none. Throws `missing-run`. */
export const folderOfRun = (project: string, run: string): string =>
  readJob(project, run) && !isThere(project, run) ? join(runsOf(project), run) : findRunFolder(project, run);

const isThere = (project: string, run: string): boolean => runFolders(project).some((one) => one.run === run);

/** Settings that differ, results and last metrics. Throws `too-few-runs` and `missing-run`. */
export function compare(project: string, runs: readonly string[]): ReplyOf<"GET /api/compare"> {
  if (new Set(runs).size < 2) throw new UsageError("one run has nothing to be compared with", { code: "too-few-runs" });
  const folders = runs.map((run) => findRunFolder(project, run));
  const { settings, results, metrics } = compareRuns(folders);
  const rows = listRuns(project);
  const heads = runs.map((run) => {
    const { command, status, step } = rows.find((row) => row.run === run)!;
    return { run, command, status, step };
  });
  const list = <V>({ name, values }: { readonly name: string; readonly values: readonly V[] }) => ({
    name,
    values: [...values],
  });
  return {
    runs: heads,
    settings: settings.map(list<unknown>),
    results: results.map(list<number | null>),
    metrics: metrics.map((metric) => ({ ...list(metric), ...(metric.best && { best: [...metric.best] }) })),
  };
}

/** Reward against √KL (Gao et al. 2023, arXiv:2210.10760), at most 500 steps a run. */
export async function overoptimisation(
  project: string,
  runs: readonly string[],
  { curves }: MetricsReader,
): Promise<ReplyOf<"GET /api/overoptimisation">> {
  return Promise.all(
    runs.map(async (run) => {
      const log = await curves(folderOfRun(project, run));
      const reward = log.curves.get("objective/scores");
      const rewardAt = new Map(reward?.x.map((step, i) => [step, reward.y[i]!]));
      const kl = log.curves.get("objective/kl");
      const points = (kl?.x ?? []).flatMap((step, i) => {
        const [value, score] = [kl!.y[i], rewardAt.get(step)];
        // A KL is never negative; its estimate from samples may be.
        return typeof value === "number" && typeof score === "number"
          ? [{ step, rootKl: Math.sqrt(Math.max(0, value)), reward: score }]
          : [];
      });
      const stride = Math.ceil(points.length / 500);
      return { run, points: points.filter((_, i) => i % stride === 0 || i === points.length - 1) };
    }),
  );
}

function rowOf(
  project: string,
  run: string,
  folder: string,
  job: Job | undefined,
  models: ReadonlyMap<string, string>,
): RunRow {
  const read = readable(folder);
  if (read === undefined) {
    const nothing = { step: 0, total: null, created: null, seconds: null, parents: [], result: {}, model: null };
    return { run, command: "?", status: "failed", ...nothing };
  }
  const { info, status } = read;
  const [newest] = checkpointFolders(folder);
  const newestStep = newest === undefined ? undefined : Number(basename(newest).slice("step-".length));
  return {
    run,
    command: info.command,
    status: stateOf(project, status, job),
    step: info.step,
    total: info.total ?? null,
    created: info.created ?? null,
    seconds: info.seconds ?? null,
    parents: [...new Set(info.parents.flatMap(({ path }) => runOfPath(project, path) ?? []))],
    result: numbersOf(info.result),
    model: models.get(`${run} final`) ?? models.get(`${run} ${newestStep}`) ?? null,
  };
}

/** A job says more than run.json only while its process has not opened the run. */
function stateOf(project: string, status: RunState, job: Job | undefined): RunState {
  if (job === undefined || status === "running" || status === "finished") return status;
  return jobState(project, job);
}

function rowOfJob(project: string, job: Job): RunRow {
  const nothing = { step: 0, total: null, seconds: null, parents: [], result: {}, model: null };
  return { run: job.run, command: job.command, status: jobState(project, job), created: job.at, ...nothing };
}

function childrenOf(project: string, run: string): RunPage["children"] {
  return runFolders(project).flatMap((other) => {
    const info = readable(other.folder)?.info;
    const roles = info?.parents.filter(({ path }) => runOfPath(project, path) === run).map(({ role }) => role) ?? [];
    return roles.map((role) => ({ run: other.run, role, command: info!.command }));
  });
}

const numbersOf = (result: RunInfo["result"] = {}): Record<string, number> =>
  Object.fromEntries(Object.entries(result).flatMap(([name, x]) => (typeof x === "number" ? [[name, x]] : [])));

const jobLine = ({ command, args }: Job): string => ["plaudit", command, ...args].join(" ");
