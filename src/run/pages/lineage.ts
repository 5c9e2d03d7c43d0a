import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { isRun, type RunInfo, readRunInfo } from "../info.ts";

/** A run among those that a model came from. */
export interface Ancestor {
  readonly folder: string;
  /** The last part of its folder. */
  readonly name: string;
  /** Undefined for a model that no run of ours made, or whose run is gone. */
  readonly info: RunInfo | undefined;
}

/** The run in whose folder a model lies: `runs/x`, `runs/x/model` and `runs/x/checkpoints/step-…` all mean `runs/x`. */
export function runFolderOf(path: string): string | undefined {
  const at = path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
  return [at, dirname(at), dirname(dirname(at))].find(isRun);
}

/** The way from the first data to a run, itself included: whatever a run was made from stands before it. */
export function lineage(folder: string): Ancestor[] {
  const found = new Map<string, Ancestor>();
  const visit = (at: string) => {
    if (found.has(at)) return;
    const info = isRun(at) ? readRunInfo(at) : undefined;
    const ancestor = { folder: at, name: basename(at), info };
    found.set(at, ancestor); // before its parents, so that a circle in a mended run.json ends
    for (const { path } of info?.parents ?? []) visit(runFolderOf(path) ?? path);
    found.delete(at);
    found.set(at, ancestor);
  };
  visit(folder);
  return [...found.values()];
}
