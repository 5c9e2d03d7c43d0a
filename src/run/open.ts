import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { type Problem, UsageError } from "../base/index.ts";
import { lock, openAppender, readLines, removeLeftovers } from "../files/index.ts";
import { type LogLengths, latestCheckpoint } from "./checkpoint.ts";
import { configDifferences, portableConfig, portablePath } from "./config.ts";
import { guard } from "./guard.ts";
import { format, isRun, lockFile, type RunInfo, readRunInfo, writeRunInfo } from "./info.ts";
import { eventsFile } from "./tensorboard.ts";
import type { Checkpoint } from "./types.ts";

/** What a run is: it goes into `run.json`, and a resumed run must agree with it. */
export interface RunOptions {
  /** Default `train`. */
  readonly command?: string;
  /** Every setting with its resolved value. Default none. */
  readonly config?: object;
  /** Names of settings that have their defaults because nobody gave them: a run of an older version may lack them. */
  readonly defaults?: ReadonlySet<string>;
  readonly seed?: number;
  readonly parents?: RunInfo["parents"];
  readonly datasets?: RunInfo["datasets"];
  /** Default: Node's. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Goes on with the run in the folder, if there is one. Default false: then the folder must be new or empty. */
  readonly resume?: boolean;
  /** The clock, in milliseconds since 1970. Without one, no file holds a time. */
  readonly now?: () => number;
}

/** A run folder that this process owns until it is closed. */
export interface Run {
  readonly folder: string;
  readonly info: RunInfo;
  readonly state: "new" | "resumed" | "finished";
  /** Where to go on; undefined at a start. */
  readonly checkpoint: Checkpoint | undefined;
  /** Byte lengths of the logs at {@link checkpoint}. */
  readonly logs: LogLengths;
  /** What a person should be told: a lock taken over, a damaged checkpoint passed over, another thread count. */
  readonly notices: readonly string[];
  /** Changes `run.json`. Throws `run-removed`. */
  update(changes: Partial<RunInfo>): void;
  /** Whether the folder is still the one that was opened. */
  isThere(): boolean;
  /** Throws `run-removed` when the folder was removed: what is written then reaches nobody. */
  expectThere(): void;
  /** Gives the folder free. */
  close(): void;
}

/**
 * Starts the run in `folder`, or goes on with it: no folder or no checkpoint yet = start there; finished = `state` is
 * "finished" and `info.result` the result; else logs are cut back to the newest whole checkpoint.
 *
 * Throws `run-locked` while another process works there, `run-exists` when something is there and `resume` is off,
 * `resume-differs` (with one problem per setting) when it was started otherwise.
 */
export function openRun(folder: string, options: RunOptions = {}): Run {
  const wasThere = existsSync(folder);
  const owned = lock(lockFile(folder));
  try {
    const notice = `process ${owned.tookOverFrom}, which worked in ${folder}, is gone without having closed it; taken over`;
    return prepare(folder, options, owned.release, owned.tookOverFrom === undefined ? [] : [notice]);
  } catch (cause) {
    owned.release();
    if (!wasThere) rmdirSync(folder);
    throw cause;
  }
}

function prepare(folder: string, options: RunOptions, release: () => void, taken: readonly string[]): Run {
  const wanted = describe(options);
  if (!isRun(folder)) {
    if (readdirSync(folder).some((name) => !name.startsWith("."))) throw exists(folder, "and is not a run");
    writeRunInfo(folder, wanted);
    return opened(folder, wanted, { state: "new", checkpoint: undefined, logs: {}, notices: taken }, release);
  }
  if (!options.resume) throw exists(folder, "and holds a run");

  const before = readRunInfo(folder);
  refuseOther(folder, before, wanted, options.defaults);
  if (before.status === "finished") {
    release();
    return opened(folder, before, { state: "finished", checkpoint: undefined, logs: {}, notices: taken }, release);
  }
  removeLeftovers(folder);
  if (existsSync(join(folder, "checkpoints"))) removeLeftovers(join(folder, "checkpoints"));
  const { checkpoint, logs, skipped } = latestCheckpoint(folder);
  const step = checkpoint?.step ?? 0;
  cutLogs(folder, logs, step);
  const { error: _, ...rest } = before;
  const info: RunInfo = { ...rest, status: "running", step, config: wanted.config, versions: wanted.versions };
  writeRunInfo(folder, info);
  const notices = [...taken, ...skipped, ...differentThreads(before, wanted)];
  return opened(folder, info, { state: checkpoint ? "resumed" : "new", checkpoint, logs, notices }, release);
}

function opened(
  folder: string,
  info: RunInfo,
  rest: Pick<Run, "state" | "checkpoint" | "logs" | "notices">,
  release: () => void,
): Run {
  let current = info;
  const { isThere, check: expectThere } = guard(folder);
  return {
    folder,
    ...rest,
    get info() {
      return current;
    },
    isThere,
    expectThere,
    update(changes) {
      expectThere();
      current = { ...current, ...changes };
      writeRunInfo(folder, current);
    },
    close: release,
  };
}

function describe({
  command = "train",
  config = {},
  seed,
  parents = [],
  datasets = [],
  versions,
  now,
}: RunOptions): RunInfo {
  return {
    format,
    command,
    status: "running",
    step: 0,
    ...(seed === undefined ? {} : { seed }),
    config: portableConfig(config),
    versions: versions ?? { node: process.versions.node },
    datasets: datasets.map((dataset) => ({ ...dataset, path: portablePath(dataset.path) })),
    parents: parents.map((parent) => ({ ...parent, path: portablePath(parent.path) })),
    ...(now ? { created: new Date(now()).toISOString() } : {}),
  };
}

function exists(folder: string, why: string): UsageError {
  return new UsageError(`${folder} is there already ${why}`, {
    code: "run-exists",
    where: folder,
    help: `go on with it: --resume ${folder}; or write elsewhere: --out DIR`,
  });
}

function refuseOther(folder: string, before: RunInfo, now: RunInfo, defaults?: ReadonlySet<string>): void {
  const problems = configDifferences(
    { command: before.command, seed: before.seed, ...before.config },
    { command: now.command, seed: now.seed, ...now.config },
    defaults,
  ).concat(datasetDifferences(before, now));
  if (problems.length === 0) return;
  const list = problems.map(({ where, message }) => `${where}: ${message}`).join("; ");
  throw new UsageError(`the run in ${folder} was started otherwise: ${list}`, {
    code: "resume-differs",
    where: folder,
    help: "leave these flags away to go on as it was started, or start a new run with another --out",
    problems,
  });
}

/** Only what both name can differ: a caller that resumes from run.json alone may not have read its data yet. */
function datasetDifferences(before: RunInfo, now: RunInfo): Problem[] {
  return now.datasets.flatMap(({ path, hash }) => {
    const then = before.datasets.find((dataset) => dataset.path === path);
    if (!then || then.hash === hash) return [];
    return [{ code: "resume-differs", where: path, message: "its content has changed since the run was started" }];
  });
}

function differentThreads(before: RunInfo, now: RunInfo): string[] {
  const [then, today] = [before.config.threads, now.config.threads];
  if (then === today) return [];
  return [`the run was started with ${then ?? "default"} threads, now ${today ?? "default"}: the last bits may differ`];
}

/** Cuts the logs back to the checkpoint; timing.jsonl by its steps, since its length depends on a clock. */
function cutLogs(folder: string, logs: LogLengths, step: number): void {
  for (const name of ["metrics.jsonl", "samples.jsonl", eventsFile]) cut(join(folder, name), logs[name] ?? 0);
  const timing = join(folder, "timing.jsonl");
  if (existsSync(timing)) cut(timing, lengthUpTo(timing, step));
}

function cut(path: string, length: number): void {
  if (existsSync(path)) openAppender(path, length).close();
}

function lengthUpTo(path: string, step: number): number {
  let length = 0;
  for (const { text, end, terminated } of readLines(path)) {
    if (!terminated || !((JSON.parse(text) as { step: number }).step <= step)) break;
    length = end;
  }
  return length;
}
