import { type CarriedError, reviveError } from "../../base/index.ts";
import { Interrupted } from "../../run/index.ts";
import { startThread } from "../../threads/index.ts";
import type { Context, ProgressState } from "../frame/index.ts";

/** What the thread tells, see thread.ts. */
export type Told = { readonly note: string } | { readonly state: ProgressState } | { readonly failed: CarriedError };

/**
 * Runs a command line in a thread of its own: two trainings of small networks in one thread wait for each other's
 * JavaScript. Notes and progress go to the context; when its signal is aborted, the command saves and stops.
 */
export function runInThread(argv: readonly string[], context: Context): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = startThread(new URL("./thread", import.meta.url), { argv });
    const stop = () => worker.postMessage("stop");
    let failure: Error | undefined;
    const fail = (error: unknown) => {
      failure ??= error as Error;
      stop();
    };
    worker.on("message", (told: Told) => {
      try {
        if ("note" in told) context.note(told.note);
        else if ("state" in told) context.progress.update(told.state);
        else fail(errorOf(told.failed));
      } catch (error) {
        fail(error); // whoever was told wants no more
      }
    });
    worker.on("error", fail);
    worker.on("exit", () => {
      context.signal.removeEventListener("abort", stop);
      if (failure) reject(failure);
      else resolve();
    });
    context.signal.addEventListener("abort", stop);
    if (context.signal.aborted) stop();
  });
}

/** Whoever began the thread tells an interruption by its class. */
const errorOf = (failed: CarriedError): Error =>
  failed.code === "interrupted" ? new Interrupted(failed.message, failed) : reviveError(failed);
