/** What all commands that train share: their flags, the run folder, progress, and how they end. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { type Finding, nothingToWatch, type Watch } from "../../doctor/index.ts";
import { availableDevices, configureThreads, type Device } from "../../engine/index.ts";
import { readBytes } from "../../files/index.ts";
import {
  type Checkpoint,
  deleteRun,
  type Finished,
  newRunName,
  openRun,
  type Run,
  type RunInfo,
  record,
  type Trainer,
} from "../../run/index.ts";
import { examined } from "../doctor/examine.ts";
import { type Context, duration } from "../frame/index.ts";
import { modelFolder } from "../inputs/models.ts";

export const recording = {
  saveSteps: z.int().positive().default(500).describe("a checkpoint every so many steps"),
  saveTotalLimit: z.int().positive().default(3).describe("checkpoints that are kept"),
  logSamples: z.int().min(0).default(8).describe("rows of samples.jsonl a step"),
};

/** Options of the run itself, which `run.json` need not keep: they do not decide what is learnt. */
const notSettings = new Set(["out", "resume", "dryRun"]);

export interface RunFlags {
  readonly out?: string | undefined;
  readonly resume?: boolean | string | undefined;
  readonly seed: number;
  readonly device: Device;
  readonly threads: number;
}
export interface TrainingFlags extends RunFlags, z.infer<z.ZodObject<typeof recording>> {}

export interface Training<R extends Finished> {
  readonly command: string;
  readonly trainer: (from: Checkpoint | undefined) => Trainer<R>;
  readonly datasets: RunInfo["datasets"];
  readonly parents: RunInfo["parents"];
  /** 0 where nobody knows. */
  readonly totalSteps: number;
  /** What the doctor found in the data, and has said. Default none. */
  readonly findings?: readonly Finding[];
  /** What the doctor looks for in the metrics and the result. Default: nothing but what the trainer finds itself. */
  readonly watch?: Watch<R["result"]>;
  /** The metrics that the progress line shows: its name for each. */
  readonly shown: Readonly<Record<string, string>>;
}

/** What a trainer found, and what every command adds. */
export type Trained<R extends Finished> = R["result"] & { readonly seconds: number; readonly run: string };

/** What `pretrain` and `sft` print under `--json`. */
export const LanguageModelResult = z.strictObject({
  steps: z.int(),
  trainLoss: z.number(),
  /** Null when there was no text or row to validate on. */
  validationLoss: z.number().nullable(),
  seconds: z.number(),
  run: z.string(),
});

/** Where the run goes: `--resume DIR`, `--out DIR`, or the next free name in `runs/`. */
export const runFolder = (command: string, { resume, out }: Pick<RunFlags, "resume" | "out">): string =>
  typeof resume === "string" ? resume : (out ?? join("runs", newRunName("runs", command.replaceAll(" ", "-"))));

/**
 * The options with a preset's values where neither a flag nor the config file gave one. A run that is gone on with
 * brings its settings from run.json: the preset is in them already.
 */
export function applyPreset<O extends Pick<RunFlags, "resume">>(
  options: O,
  given: ReadonlySet<string>,
  preset: Partial<NoInfer<O>> | undefined,
): O {
  const { resume } = options;
  if (preset === undefined || (typeof resume === "string" && existsSync(join(resume, "run.json")))) return options;
  return { ...options, ...Object.fromEntries(Object.entries(preset).filter(([key]) => !given.has(key))) };
}

/** Checks what the run itself needs before anything is started. Throws `run-exists`, `device` or `threads`. */
export function checkRun({ resume, out, device, threads }: RunFlags): void {
  if (device !== "cpu") {
    throw new UsageError(`this version trains on the cpu only, not on ${device}`, {
      code: "device",
      where: `--device ${device}`,
      help: `leave --device out; for generate, sample and chat this build has ${availableDevices().join(", ")}`,
    });
  }
  configureThreads(threads);
  checkOut({ resume, out });
}

/** Throws `run-exists` when a new run would be written over something. */
export function checkOut({ resume, out }: Pick<RunFlags, "resume" | "out">): void {
  if (resume || out === undefined || !existsSync(out)) return;
  if (readdirSync(out).every((name) => name.startsWith("."))) return;
  throw new UsageError(`${out} is there already`, {
    code: "run-exists",
    where: out,
    help: `go on with it: --resume ${out}; or write elsewhere: --out DIR`,
  });
}

/** The longest row in tokens. Throws `bad-flag` when that is more than the model can read. */
export function lengthOf({ maxLength }: { readonly maxLength?: number | undefined }, context: number): number {
  if (maxLength === undefined || maxLength <= context) return maxLength ?? context;
  throw new UsageError(`--max-length ${maxLength} is more than the model's context of ${context} tokens`, {
    code: "bad-flag",
    help: "leave it out, or use a model with a longer context",
  });
}

/** Runs a trainer in its run folder, shows how far it is, and returns its result; a finished run's at once. */
export async function train<R extends Finished>(
  context: Context,
  options: Omit<TrainingFlags, "device" | "threads">,
  { command, trainer, datasets, parents, totalSteps, findings = [], watch = nothingToWatch, shown }: Training<R>,
): Promise<Trained<R>> {
  const { signal, progress } = context;
  const now = () => context.now();
  const config = Object.fromEntries(Object.entries(options).filter(([key]) => !notSettings.has(key)));
  const run = openRun(runFolder(command, options), {
    command,
    config,
    defaults: new Set(Object.keys(config).filter((key) => !context.given.has(key))),
    seed: options.seed,
    parents,
    datasets,
    versions: versions(),
    resume: Boolean(options.resume),
    now,
  });
  for (const notice of run.notices) context.note(notice);
  if (run.state === "finished") {
    context.note(`${run.folder} is finished already; this is its result`);
    return trained(run);
  }
  if (totalSteps > 0) run.update({ total: totalSteps });
  context.note(run.checkpoint ? `going on in ${run.folder} after step ${run.checkpoint.step}` : `run: ${run.folder}`);
  const { saveSteps, saveTotalLimit, logSamples } = options;
  const writing = { saveSteps, saveTotalLimit, logSamples, signal, now };
  const doctor = examined(run, watch, findings, context);
  let begun = false;
  try {
    for await (const { step, metrics } of record(trainer, run, writing)) {
      begun = true;
      progress.update({ label: command, step, total: totalSteps, metrics: pick(metrics, shown) });
      doctor.row({ step, ...metrics }); // a stop leaves the loop, which saves a checkpoint
    }
  } catch (cause) {
    // What failed before its first step holds nothing that could be gone on with.
    const keep = begun || Boolean(options.resume);
    if (!keep) deleteRun(run.folder);
    throw doctor.failure(cause, keep);
  }
  doctor.result(run.info.result as R["result"]);
  progress.done();
  return trained(run);
}

/** `run.json` holds what the trainer returned, of this process or an earlier one. */
const trained = <R extends Finished>({ info, folder }: Run): Trained<R> =>
  ({ ...info.result, seconds: info.seconds ?? 0, run: folder }) as Trained<R>;

const pick = (metrics: Readonly<Record<string, number>>, shown: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(shown).flatMap(([name, label]) => {
      const value = metrics[name];
      return value === undefined ? [] : [[label, value]];
    }),
  );

/** The last lines of a finished command: what it took, what came out, where the model is. */
export const summary = (
  { run, seconds, steps }: { readonly run: string; readonly seconds: number; readonly steps: number },
  facts: string,
): string => `${run}: ${steps} steps in ${duration(seconds)}, ${facts}\nmodel: ${join(run, "model")}`;

/** Loss and validation loss in words, for the summary of a language model. */
export const losses = ({ trainLoss, validationLoss }: { trainLoss: number; validationLoss: number | null }): string =>
  `loss ${trainLoss.toFixed(4)}${validationLoss === null ? "" : `, validation loss ${validationLoss.toFixed(4)}`}`;

/** A model that the run starts from, as `run.json` keeps it: the hash of its weights tells whether it is still the same. */
export function parentOf(role: string, spec: string): RunInfo["parents"][number] {
  const path = modelFolder(spec);
  const bytes = readBytes(join(path, "model.safetensors"));
  return { role, path, hash: createHash("sha256").update(bytes).digest("hex") };
}

/** A dataset as `run.json` keeps it. */
export const datasetOf = ({ path, hash, rows }: { path: string; hash: string; rows: readonly unknown[] }) => ({
  path,
  hash,
  rows: rows.length,
});

function versions(): Record<string, string> {
  const require = createRequire(import.meta.url);
  const versionOf = (path: string): string => require(path).version;
  return {
    plaudit: versionOf("../../../package.json"),
    node: process.versions.node,
    onnxruntime: versionOf("onnxruntime-node/package.json"),
  };
}
