import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { nearest, UsageError } from "../base/index.ts";
import { isLocked, readLines, removeFolder } from "../files/index.ts";
import { checkpointFolders } from "./checkpoint.ts";
import { isRun, lastChange, lockFile, type RunInfo, type RunStatus, readRunInfo, runStatus } from "./info.ts";

export interface RunSummary {
  readonly name: string;
  readonly folder: string;
  readonly info: RunInfo;
  readonly status: RunStatus;
}

/** `<command>-001`, or the next number that no folder in `runs` has. */
export function newRunName(runs: string, command: string): string {
  const numbers = folderNames(runs).map((name) =>
    name.startsWith(`${command}-`) ? Number(name.slice(command.length + 1)) : 0,
  );
  const next = 1 + Math.max(0, ...numbers.filter(Number.isSafeInteger));
  return `${command}-${String(next).padStart(3, "0")}`;
}

export function readRun(folder: string): Omit<RunSummary, "name"> {
  const info = readRunInfo(folder);
  return { folder, info, status: runStatus(folder, info) };
}

/** All runs in a folder, the one that changed last first. */
export function listRuns(runs: string): RunSummary[] {
  return folderNames(runs)
    .filter((name) => isRun(join(runs, name)))
    .sort((a, b) => lastChange(join(runs, b)) - lastChange(join(runs, a)) || (a < b ? 1 : -1))
    .map((name) => ({ name, ...readRun(join(runs, name)) }));
}

/** What `--resume` without a folder means: the newest run of this command that is neither finished nor being worked on. */
export function newestUnfinishedRun(runs: string, command: string): RunSummary | undefined {
  return listRuns(runs).find(
    ({ info, status }) => info.command === command && status !== "finished" && status !== "running",
  );
}

/** The rows of metrics.jsonl. A last line that is still being written, or was torn by a kill, is left out. */
export function readMetrics(folder: string): Record<string, number>[] {
  const path = join(folder, "metrics.jsonl");
  if (!existsSync(path)) return [];
  return [...readLines(path)].filter((line) => line.terminated).map((line) => JSON.parse(line.text));
}

/** Deletes a run for good. Throws `not-a-run`, or `run-locked` while a process works in it. */
export function deleteRun(folder: string): void {
  expectIdle(folder);
  removeFolder(folder);
}

/** Throws `not-a-run`, or `run-locked` while a process works in the run or in one inside its folder. */
export function expectIdle(folder: string): void {
  readRunInfo(folder);
  const busy = [folder, ...listRuns(folder).map((inner) => inner.folder)].find((at) => isLocked(lockFile(at)));
  if (busy === undefined) return;
  throw new UsageError(`a process is working in ${busy}`, { code: "run-locked", where: busy, help: "stop it first" });
}

/**
 * The model folder that MODEL on the command line means: a model folder or a checkpoint as it is, a run's final model;
 * a run may also be given by its name in `runs`. Throws `missing-model`, or `unfinished-run`.
 */
export function runModelFolder(model: string, runs = "runs"): string {
  const folder = existsSync(model) ? model : join(runs, model);
  if (existsSync(join(folder, "config.json"))) return folder;
  if (!isRun(folder)) {
    const name = nearest(model, folderNames(runs));
    throw new UsageError(`${model} is neither a model folder nor a run`, {
      code: "missing-model",
      where: model,
      help: name ? `did you mean ${join(runs, name)}?` : "a model folder has config.json and model.safetensors",
    });
  }
  const final = join(folder, "model");
  if (existsSync(final)) return final;
  const [newest] = checkpointFolders(folder);
  throw new UsageError(`the run in ${folder} is not finished, so it has no final model`, {
    code: "unfinished-run",
    where: folder,
    help: newest ? `take its newest checkpoint (${newest}) or go on: --resume ${folder}` : `go on: --resume ${folder}`,
  });
}

function folderNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .sort();
}
