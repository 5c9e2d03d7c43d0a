import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { PlauditError, UsageError } from "../base/index.ts";
import { openJsonl, replaceFolder } from "../files/index.ts";
import { modelFiles, saveCheckpoint, writeFiles } from "./checkpoint.ts";
import { portableText } from "./config.ts";
import { openRun, type Run, type RunOptions } from "./open.ts";
import { writeRunPage } from "./pages/index.ts";
import { eventsFile, openEvents } from "./tensorboard.ts";
import type { Checkpoint, Finished, Trainer, TrainerStep } from "./types.ts";

export interface RecordOptions {
  /** A checkpoint every so many steps. Default 500. */
  readonly saveSteps?: number;
  /** How many checkpoints stay. Default 3. */
  readonly saveTotalLimit?: number;
  /** How many sample rows a step are written. Default 8. */
  readonly logSamples?: number;
  /** When it fires, the step that is being done is finished, a checkpoint is saved, and {@link Interrupted} thrown. */
  readonly signal?: AbortSignal;
  /** The clock, in milliseconds since 1970, for timing.jsonl, run.json and TensorBoard. Default: every time is 0. */
  readonly now?: () => number;
}

/** The run stopped because it was asked to; a checkpoint holds everything. Exit code 4. */
export class Interrupted extends PlauditError {
  override readonly name = "Interrupted";
  override readonly exitCode = 4;
}

/**
 * Passes a trainer's steps on and writes its run folder meanwhile: run.json, logs, checkpoints, and at the end
 * `model/` and `report.html`. Leaving the loop early (`break`) saves a checkpoint, as an interruption does.
 *
 * @param trainer the trainer, or a function that makes it from the checkpoint to go on from (undefined at a start)
 * @param target a new folder, or an {@link openRun opened} run
 */
export async function* record<R extends Finished>(
  trainer: Trainer<R> | ((from: Checkpoint | undefined) => Trainer<R>),
  target: string | Run,
  options: RecordOptions & RunOptions = {},
): Trainer<R> {
  const { saveSteps = 500, saveTotalLimit = 3, logSamples = 8, signal, now } = options;
  const run = typeof target === "string" ? openRun(target, options) : target;
  if (run.state === "finished") {
    throw new UsageError(`the run in ${run.folder} is finished`, { code: "run-finished", where: run.folder });
  }
  const [logs, steps] = orClose(run, () => {
    const steps = typeof trainer === "function" ? trainer(run.checkpoint) : trainer;
    return [openLogs(run, logSamples, now), steps] as const;
  });
  const begun = now?.() ?? 0;
  const secondsBefore = run.info.seconds ?? 0;
  const seconds = () => (now ? { seconds: secondsBefore + (now() - begun) / 1000 } : {});
  let reached = run.checkpoint?.step ?? 0;
  let saved = reached;
  let last: TrainerStep | undefined;
  let outcome: "interrupted" | "failed" | "finished" = "interrupted";

  const save = (step: TrainerStep) => {
    run.expectThere();
    logs.flush();
    saveCheckpoint(run.folder, step.snapshot(), logs.lengths(), saveTotalLimit);
    run.update({ step: step.step, ...seconds() });
    saved = step.step;
  };
  try {
    for (;;) {
      const next = await steps.next();
      if (next.done) {
        finish(run, next.value, reached, seconds());
        outcome = "finished";
        return next.value;
      }
      const step = next.value;
      expectStep(run, reached + 1, step.step);
      reached = step.step;
      run.expectThere();
      logs.write(step);
      if (reached % saveSteps === 0) save(step);
      last = step;
      yield step;
      await setImmediate(); // a trainer may wait for nothing: without this turn neither Ctrl-C nor a clock would be heard
      if (signal?.aborted) {
        throw new Interrupted(`interrupted after step ${reached}; everything is saved`, {
          code: "interrupted",
          where: run.folder,
          help: `go on: plaudit ${run.info.command} --resume ${run.folder}`,
        });
      }
    }
  } catch (cause) {
    if (!(cause instanceof Interrupted)) {
      outcome = "failed";
      noteFailure(run, cause);
    }
    throw cause;
  } finally {
    try {
      if (outcome === "interrupted") {
        // The trainer waits at the step it yielded last, so its state can still be read.
        if (last && saved < reached) save(last);
        run.update({ status: "interrupted", ...seconds() });
      }
    } finally {
      logs.flush();
      logs.close();
      try {
        writePage(run.folder, outcome);
      } finally {
        run.close();
      }
      if (outcome !== "finished") await steps.return(undefined as never);
    }
  }
}

/** A run that does not get to its first step must not stay locked. */
function orClose<T>(run: Run, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    noteFailure(run, cause);
    run.close();
    throw cause;
  }
}

function finish(run: Run, { files, result }: Finished, step: number, seconds: { seconds?: number }): void {
  const model = modelFiles(files);
  replaceFolder(join(run.folder, "model"), (folder) => writeFiles(folder, model.files));
  run.update({ status: "finished", step, weights: model.weights, result: { ...result }, ...seconds });
}

/** A run that did not finish has more to say than that its page could not be written. */
function writePage(folder: string, outcome: "interrupted" | "failed" | "finished"): void {
  try {
    writeRunPage(folder);
  } catch (cause) {
    if (outcome === "finished") throw cause;
  }
}

/** The failure itself matters more than a note of it that a full disk prevents. */
function noteFailure(run: Run, cause: unknown): void {
  const { code, message } = cause instanceof PlauditError ? cause : { code: "internal", message: String(cause) };
  try {
    run.update({ status: "failed", error: { code, message: portableText(message) } });
  } catch {
    return;
  }
}

/** A trainer that was not given the run's checkpoint would write another run's numbers behind this one's. */
function expectStep(run: Run, wanted: number, came: number): void {
  if (came === wanted) return;
  throw new UsageError(`the trainer yielded step ${came}, the run in ${run.folder} goes on with step ${wanted}`, {
    code: "resume-step",
    where: run.folder,
    help: "make the trainer from the run's checkpoint: record((from) => sft(options, { from }), run)",
  });
}

/** The files that grow with every step. */
function openLogs(run: Run, logSamples: number, now: (() => number) | undefined) {
  const seconds = () => (now?.() ?? 0) / 1000;
  const metrics = openJsonl(join(run.folder, "metrics.jsonl"));
  const samples = openJsonl(join(run.folder, "samples.jsonl"));
  const timing = openJsonl(join(run.folder, "timing.jsonl"));
  const events = openEvents(join(run.folder, eventsFile), seconds());
  const all = [metrics, samples, timing, events];
  return {
    write(step: TrainerStep) {
      metrics.append({ step: step.step, ...step.metrics });
      samples.append(...(step.samples ?? []).slice(0, logSamples).map((row) => ({ step: step.step, ...row })));
      timing.append({ step: step.step, ...(now ? { at: seconds() } : {}), ...step.timing });
      events.append(seconds(), step.step, step.metrics);
    },
    /** Without timing.jsonl: a checkpoint must not depend on a clock. */
    lengths: () => ({
      "metrics.jsonl": metrics.length,
      "samples.jsonl": samples.length,
      [eventsFile]: events.length,
    }),
    flush() {
      for (const log of all) log.flush();
    },
    close() {
      for (const log of all) log.close();
    },
  };
}
