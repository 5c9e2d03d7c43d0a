import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { DataError, UsageError } from "../base/index.ts";
import { isLocked, lockHolder, readJson, writeJson } from "../files/index.ts";

/** Version of everything a run folder holds. Older ones are read, newer ones refused by name. */
export const format = 1;

/** What the doctor found, as `run.json` keeps it and `plaudit doctor` prints it. */
export const NotedFinding = z.object({
  code: z.string(),
  level: z.enum(["stop", "warn"]),
  /** What was measured; null when it is not a finite number. */
  number: z.number().nullable(),
  message: z.string(),
  cause: z.string(),
  fix: z.string(),
  step: z.int().optional(),
});

/** What `run.json` holds. */
export const RunInfo = z.object({
  format: z.literal(format),
  command: z.string(),
  /** `running` stays behind when the process was killed: {@link runStatus} tells the two apart. */
  status: z.enum(["running", "interrupted", "failed", "finished"]),
  /** The last step that a checkpoint or the final model holds. */
  step: z.int().nonnegative(),
  /** Steps in all, where its program knew. */
  total: z.int().nonnegative().optional(),
  seed: z.number().optional(),
  /** Every setting with its resolved value. */
  config: z.record(z.string(), z.unknown()),
  versions: z.record(z.string(), z.string()),
  datasets: z.array(z.object({ path: z.string(), hash: z.string(), rows: z.int().optional() })),
  /** Lineage: what this run's models came from. */
  parents: z.array(z.object({ role: z.string(), path: z.string(), hash: z.string().optional() })),
  /** Which weights `model/` holds. */
  weights: z.enum(["policy", "ema"]).optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  /** What the doctor found, in the order of finding. */
  findings: z.array(NotedFinding).optional(),
  /** ISO time of the start. */
  created: z.string().optional(),
  /** Seconds of work, over all its processes. */
  seconds: z.number().optional(),
});
export type RunInfo = z.infer<typeof RunInfo>;

const infoFile = (folder: string) => join(folder, "run.json");
export const lockFile = (folder: string) => join(folder, ".lock");

export const isRun = (folder: string): boolean => existsSync(infoFile(folder));
export const writeRunInfo = (folder: string, info: RunInfo): void => writeJson(infoFile(folder), info);

/** Reads and checks `run.json`. Throws `not-a-run`, `newer-format` or `bad-run`. */
export function readRunInfo(folder: string): RunInfo {
  const where = infoFile(folder);
  if (!isRun(folder)) {
    throw new UsageError(`${folder} is not a run: it has no run.json`, {
      code: "not-a-run",
      where: folder,
      help: "`plaudit runs list` shows the runs",
    });
  }
  const json = readJson(where);
  const version = (json as { format?: unknown } | null)?.format;
  if (typeof version === "number" && version > format) {
    throw new UsageError(`this run has format ${version}, this version of Plaudit reads up to ${format}`, {
      code: "newer-format",
      where,
      help: "use a newer Plaudit",
    });
  }
  const parsed = RunInfo.safeParse(json);
  if (!parsed.success)
    throw new DataError(`not a run's description: ${z.prettifyError(parsed.error)}`, { code: "bad-run", where });
  return parsed.data;
}

/** `stopped` = its process ended without saying so: killed, or the power failed. */
export type RunStatus = RunInfo["status"] | "stopped";

export function runStatus(folder: string, info: RunInfo): RunStatus {
  return info.status === "running" && !isLocked(lockFile(folder)) ? "stopped" : info.status;
}

/** The number of the process that works in the run now. */
export const runProcess = (folder: string): number | undefined => lockHolder(lockFile(folder));

/** When `run.json` was last written, in milliseconds: orders runs by recency. */
export const lastChange = (folder: string): number => statSync(infoFile(folder)).mtimeMs;
