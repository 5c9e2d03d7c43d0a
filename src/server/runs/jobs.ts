/**
 * Runs that were started from the page, as files in `runs/.jobs`: what was asked for, and which process does it. The state
 * is always found from these files, the run's own run.json and who is alive, so a server that comes back knows it too.
 */
import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { isAlive, readJson, writeJson } from "../../files/index.ts";
import { type RunState, trainingCommands } from "../protocol-runs.ts";
import { isRunName, readable, runsOf } from "./project.ts";

const Job = z.strictObject({
  format: z.literal(1),
  run: z.string(),
  command: z.enum(trainingCommands),
  /** Behind the command's name; paths are relative to the project. */
  args: z.array(z.string()),
  by: z.string(),
  at: z.iso.datetime(),
  /** Absent while it waits. */
  process: z.strictObject({ pid: z.int(), startTime: z.string(), bootId: z.string() }).optional(),
  /** Why there will never be a process. */
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
});
export type Job = z.infer<typeof Job>;

const jobsFolder = (project: string) => join(runsOf(project), ".jobs");
export const jobsLock = (project: string): string => join(jobsFolder(project), ".lock");
const jobFile = (project: string, run: string) => join(jobsFolder(project), `${run}.json`);
export const logFile = (project: string, run: string): string => join(jobsFolder(project), `${run}.log`);

/** The jobs of a project, in the order in which they were asked for. A damaged file is passed over. */
export function readJobs(project: string): Job[] {
  if (!existsSync(jobsFolder(project))) return [];
  const files = readdirSync(jobsFolder(project)).filter((name) => name.endsWith(".json") && !name.startsWith("."));
  const jobs = files.flatMap((name) => readJob(project, name.slice(0, -5)) ?? []);
  return jobs.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.run < b.run ? -1 : 1));
}

/** The job of a run; a name that is none has no job, whatever path it would make. */
export function readJob(project: string, run: string): Job | undefined {
  const path = jobFile(project, run);
  if (!isRunName(run) || !existsSync(path)) return undefined;
  try {
    return Job.safeParse(readJson(path)).data;
  } catch {
    return undefined;
  }
}

export const writeJob = (project: string, job: Job): void => writeJson(jobFile(project, job.run), job);

export function removeJob(project: string, run: string): void {
  rmSync(jobFile(project, run), { force: true });
  rmSync(logFile(project, run), { force: true });
}

export const jobWaits = ({ process, error }: Job): boolean => process === undefined && error === undefined;
export const jobIsAlive = ({ process }: Job): boolean => process !== undefined && isAlive(process);

/** How a job stands. What ended before it had a run folder has failed: the log says why. */
export function jobState(project: string, job: Job): RunState {
  const folder = join(runsOf(project), job.run);
  if (jobWaits(job)) return "queued";
  const status = readable(folder)?.status;
  // What run.json says of a run that is being gone on with is still of the time before.
  const isOld = status === undefined || (job.args.some((word) => word.startsWith("--resume=")) && status !== "running");
  if (isOld && status !== "finished" && jobIsAlive(job)) return "starting";
  return status ?? "failed";
}

/** The end of what a job's process has printed: at most `limit` bytes, from the beginning of a line. */
export function readLog(project: string, run: string, limit = 64 << 10): { text: string; cut: boolean } {
  const path = logFile(project, run);
  if (!existsSync(path)) return { text: "", cut: false };
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const length = Math.min(size, limit);
    const bytes = Buffer.alloc(length);
    readSync(file, bytes, 0, length, size - length);
    const cut = size > limit;
    const text = bytes.subarray(cut ? bytes.indexOf(10) + 1 : 0).toString("utf8");
    return { text, cut };
  } finally {
    closeSync(file);
  }
}

const Failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** Why a job failed before it had a run: under `--json` the last thing a command prints. */
export function failureOf(project: string, { run, error }: Job): { code: string; message: string } | undefined {
  if (error) return error;
  const lines = readLog(project, run).text.trimEnd().split("\n").reverse();
  for (const line of lines) {
    if (!line.startsWith("{")) continue;
    try {
      return Failure.parse(JSON.parse(line)).error;
    } catch {
      // Another line of the log.
    }
  }
  return undefined;
}
