import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { isRun, type RunInfo, readRunInfo } from "./info.ts";
import { listRuns, type RunSummary } from "./list.ts";

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
  const at = opened(path);
  return [at, dirname(at), dirname(dirname(at))].find(isRun);
}

/** Runs beside `folder`, or in `runs`, that began with a model of it or of a run inside it. */
export function madeFrom(folder: string, runs = "runs"): RunSummary[] {
  const beside = new Map([...listRuns(dirname(folder)), ...listRuns(runs)].map((run) => [resolve(run.folder), run]));
  return [...beside.values()].filter(
    (run) => !isInside(run.folder, folder) && run.info.parents.some(({ path }) => isInside(opened(path), folder)),
  );
}

/** Whether a path is the folder or lies in it. */
function isInside(path: string, folder: string): boolean {
  const way = relative(resolve(folder), resolve(path));
  return way === "" || !(way.startsWith(`..${sep}`) || way === ".." || isAbsolute(way));
}

/** run.json keeps paths in the home folder as `~/…`. */
const opened = (path: string): string => (path.startsWith("~/") ? join(homedir(), path.slice(2)) : path);

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
