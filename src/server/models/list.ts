/** The models of a project: those of its runs, and model folders beside them. Ids are paths in the project. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { nearest, PlauditError, UsageError } from "../../base/index.ts";
import { projectGone } from "../../feedback/index.ts";
import { readJson } from "../../files/index.ts";
import { headOf, type LabelledConfig, labelsFromHuggingFace } from "../../models/index.ts";
import { checkpointFolders } from "../../run/index.ts";
import type { ModelRow } from "../protocol-runs.ts";
import { runFolders } from "../runs/project.ts";

export interface ModelFolder {
  readonly model: string;
  readonly folder: string;
  readonly run: string | null;
  /** Of a checkpoint. */
  readonly step: number | null;
}

/**
 * Folders with a model: final models and checkpoints of all runs, then folders up to two deep (`models/gpt2`). Throws
 * `project-gone`.
 */
export function modelFolders(project: string): ModelFolder[] {
  if (!existsSync(project)) throw projectGone(project);
  const idOf = (folder: string) => relative(project, folder).split(sep).join("/");
  const ofRuns = runFolders(project).flatMap(({ run, folder }): ModelFolder[] => {
    const final = { model: idOf(folder), folder: join(folder, "model"), run, step: null };
    const checkpoints = checkpointFolders(folder).map((at) => ({
      ...{ model: idOf(at), folder: at, run },
      step: Number(basename(at).slice("step-".length)),
    }));
    return [final, ...checkpoints];
  });
  const others = subfolders(project)
    .filter((folder) => !["runs", "node_modules"].includes(basename(folder)))
    .flatMap((folder) => [folder, ...subfolders(folder)])
    .map((folder): ModelFolder => ({ model: idOf(folder), folder, run: null, step: null }));
  return [...ofRuns, ...others].filter(({ folder }) => isModel(folder));
}

/** The folder of a model by its id. Throws `missing-model` with the nearest id. */
export function findModel(project: string, id: string, where = "model"): ModelFolder {
  const all = modelFolders(project);
  const found = all.find(({ model }) => model === id);
  if (found) return found;
  const near = nearest(
    id,
    all.map(({ model }) => model),
  );
  throw new UsageError("the project has no such model", {
    code: "missing-model",
    where,
    help: near ? `did you mean ${near}?` : "GET /api/models names them all",
  });
}

/** All models that can be opened; what is half written or damaged is left out. */
export const listModels = (project: string): ModelRow[] =>
  modelFolders(project).flatMap((found) => describe(found) ?? []);

function describe({ model, folder, run, step }: ModelFolder): ModelRow | undefined {
  try {
    const config = readJson(join(folder, "config.json"));
    const { size, mtime } = statSync(weightsFile(folder));
    const classes = labelsFromHuggingFace(config as LabelledConfig);
    const kind = headOf(config) === "lm" ? "policy" : classes ? "classifier" : "reward";
    return { model, kind, run, step, chat: hasTemplate(folder), bytes: size, changed: mtime.toISOString() };
  } catch (cause) {
    if (cause instanceof PlauditError || (cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw cause;
  }
}

export const weightsFile = (folder: string): string => join(folder, "model.safetensors");
const isModel = (folder: string) => existsSync(join(folder, "config.json")) && existsSync(weightsFile(folder));

function hasTemplate(folder: string): boolean {
  if (existsSync(join(folder, "chat_template.jinja"))) return true;
  const config = join(folder, "tokenizer_config.json");
  return existsSync(config) && (readJson(config) as { chat_template?: unknown }).chat_template !== undefined;
}

/** Links count: models are large, and their folders often lie elsewhere. */
function subfolders(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith("."))
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
}
