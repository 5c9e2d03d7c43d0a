/** What a project holds, by names that came over the network: each is looked up in what is there; none becomes a path. */
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { nearest, PlauditError, UsageError } from "../../base/index.ts";
import { isRun, readRun } from "../../run/index.ts";

export const runsOf = (project: string): string => join(project, "runs");

export interface RunFolder {
  /** `sft-001`, or `quickstart-001/sft` for a run inside a run. */
  readonly run: string;
  readonly folder: string;
}

/** Every run of a project, those inside a run, or a folder that only holds runs, after it. */
export function runFolders(project: string): RunFolder[] {
  return foldersIn(runsOf(project)).flatMap((name) => {
    const folder = join(runsOf(project), name);
    const inner = foldersIn(folder).map((part) => ({ run: `${name}/${part}`, folder: join(folder, part) }));
    return [{ run: name, folder }, ...inner].filter((one) => isRun(one.folder));
  });
}

/** What a run says of itself. One damaged run.json must not hide the other runs; its own page says what is wrong. */
export function readable(folder: string): ReturnType<typeof readRun> | undefined {
  try {
    return readRun(folder);
  } catch (cause) {
    if (cause instanceof PlauditError) return undefined;
    throw cause;
  }
}

/** The folder of a run. Throws `missing-run` with the nearest name. */
export function findRunFolder(project: string, run: string): string {
  const all = runFolders(project);
  const found = all.find((one) => one.run === run);
  if (found) return found.folder;
  const near = nearest(
    run,
    all.map((one) => one.run),
  );
  throw new UsageError("there is no run of this name", {
    code: "missing-run",
    where: run,
    help: near ? `did you mean ${near}?` : undefined,
  });
}

/**
 * The run of this project in whose folder a path of some run.json lies. Such paths are relative to where the run was
 * started: in the project, or where this process is.
 */
export function runOfPath(project: string, path: string): string | undefined {
  const opened = path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
  for (const at of [resolve(project, opened), resolve(opened)]) {
    const way = relative(runsOf(project), at);
    if (way === "" || way.startsWith("..") || isAbsolute(way)) continue;
    const [run = "", part = ""] = way.split(sep);
    if (part !== "" && isRun(join(runsOf(project), run, part))) return `${run}/${part}`;
    if (isRun(join(runsOf(project), run))) return run;
  }
  return undefined;
}

export const isRunName = (name: string): boolean => /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,79}$/u.test(name);

/** A new run's name: one folder name that every system takes. Throws `bad-run-name`. */
export function checkRunName(name: string): string {
  if (isRunName(name)) return name;
  throw new UsageError("a run's name has letters, digits, - and _ only, and begins with a letter or digit", {
    code: "bad-run-name",
    where: "name",
  });
}

/** A file inside the project as a path relative to it. Throws `outside-project` or `missing-file`. */
export function fileInProject(project: string, path: string, where: string): string {
  const at = resolve(project, path);
  if (isAbsolute(path) || path.includes("\\") || leaves(project, at) || isInner(relative(project, at)))
    throw outside(where);
  if (!existsSync(at)) throw new UsageError("the project has no such file", { code: "missing-file", where });
  if (leaves(realpathSync(project), realpathSync(at))) throw outside(where);
  return relative(project, at).split(sep).join("/");
}

/** The database with its keys, and what begins with a dot: nothing to learn from. */
const isInner = (path: string): boolean =>
  path.split(sep).some((part) => part.startsWith(".") || part.startsWith("plaudit.db"));

function leaves(folder: string, path: string): boolean {
  const way = relative(resolve(folder), path);
  return way === "" || way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
}

const outside = (where: string) =>
  new UsageError("only files inside the project can be used from the page", {
    code: "outside-project",
    where,
    help: "copy the file into the project's folder, or start the run in a terminal",
  });

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .sort();
}
