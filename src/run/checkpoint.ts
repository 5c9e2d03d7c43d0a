import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DataError, PlauditError } from "../base/index.ts";
import {
  readBytes,
  readJson,
  readSafetensors,
  removeFolder,
  replaceFolder,
  writeAtomic,
  writeJson,
  writeSafetensors,
} from "../files/index.ts";
import { format } from "./info.ts";
import type { Checkpoint, CheckpointFile, CheckpointFiles } from "./types.ts";

/** Byte length of each log when a checkpoint was made: the logs are cut back to it on resume. */
export type LogLengths = Readonly<Record<string, number>>;

const checkpointsFolder = (run: string) => join(run, "checkpoints");
const checkpointFolder = (run: string, step: number): string =>
  join(checkpointsFolder(run), `step-${String(step).padStart(8, "0")}`);

/** Folders of a run's checkpoints, newest first. */
export function checkpointFolders(run: string): string[] {
  if (!existsSync(checkpointsFolder(run))) return [];
  const names = readdirSync(checkpointsFolder(run)).filter((name) => /^step-\d{8,}$/.test(name));
  const step = (name: string) => Number(name.slice(5));
  return names.sort((a, b) => step(b) - step(a)).map((name) => join(checkpointsFolder(run), name));
}

/** Writes a checkpoint whole or not at all, then removes all but the newest `keep`. */
export function saveCheckpoint(run: string, { step, files }: Checkpoint, logs: LogLengths, keep: number): void {
  // What the run knows comes last: a trainer that hands back what it read must not date its checkpoint back.
  const state = { ...(files["state.json"] as object | undefined), format, step, logs };
  replaceFolder(checkpointFolder(run, step), (folder) => writeFiles(folder, { ...files, "state.json": state }));
  for (const old of checkpointFolders(run).slice(keep)) removeFolder(old);
}

/** The newest checkpoint that is whole, with those passed over on the way and why. */
export function latestCheckpoint(run: string): {
  readonly checkpoint: Checkpoint | undefined;
  readonly folder: string | undefined;
  readonly logs: LogLengths;
  readonly skipped: readonly string[];
} {
  const skipped: string[] = [];
  for (const folder of checkpointFolders(run)) {
    try {
      const checkpoint = readCheckpoint(folder);
      const { logs = {} } = checkpoint.files["state.json"] as { logs?: LogLengths };
      const short = Object.entries(logs).find(([name, length]) => sizeOrZero(join(run, name)) < length);
      if (!short) return { checkpoint, folder, logs, skipped };
      skipped.push(`${folder} is passed over: ${short[0]} is shorter than it was when this was saved`);
    } catch (cause) {
      if (!(cause instanceof PlauditError)) throw cause;
      skipped.push(`${folder} is passed over, it is not whole: ${cause.message}`);
    }
  }
  return { checkpoint: undefined, folder: undefined, logs: {}, skipped };
}

/** Reads a checkpoint into memory. Throws a DataError when a part is missing or damaged. */
export function readCheckpoint(folder: string): Checkpoint {
  const files = readFiles(folder);
  const { step } = (files["state.json"] ?? {}) as { step?: unknown };
  if (typeof step !== "number")
    throw new DataError("state.json names no step", { code: "bad-checkpoint", where: folder });
  return { step, files };
}

/** What of a checkpoint makes a model folder: the root without what only training needs, and the average if there is one. */
export function modelFiles(files: CheckpointFiles): {
  readonly files: CheckpointFiles;
  readonly weights: "policy" | "ema";
} {
  const onlyForTraining = new Set(["optimizer.safetensors", "state.json"]);
  const root = Object.entries(files).filter(([path]) => !path.includes("/") && !onlyForTraining.has(path));
  const average = Object.entries(files).flatMap(([path, file]) =>
    path.startsWith("ema/") ? [[path.slice(4), file] as const] : [],
  );
  return { files: Object.fromEntries([...root, ...average]), weights: average.length > 0 ? "ema" : "policy" };
}

export function writeFiles(folder: string, files: CheckpointFiles): void {
  for (const [path, file] of Object.entries(files)) {
    const target = join(folder, ...path.split("/"));
    if (file instanceof Uint8Array) writeAtomic(target, file);
    else if (file instanceof Map) writeSafetensors(target, file);
    else writeJson(target, file);
  }
}

/** Reads a model folder into memory, or what of a checkpoint is one. */
export const readModel = (folder: string): CheckpointFiles => modelFiles(readFiles(folder)).files;

function readFiles(folder: string, prefix = ""): Record<string, CheckpointFile> {
  const files: Record<string, CheckpointFile> = {};
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) Object.assign(files, readFiles(path, `${prefix}${entry.name}/`));
    else if (entry.name.endsWith(".safetensors")) files[prefix + entry.name] = readSafetensors(path);
    else if (entry.name.endsWith(".json")) files[prefix + entry.name] = readJson(path) as object;
    else files[prefix + entry.name] = readBytes(path);
  }
  return files;
}

const sizeOrZero = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
