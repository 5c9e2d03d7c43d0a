import { Worker } from "node:worker_threads";
import { PlauditError } from "../../base/index.ts";
import { Interrupted } from "../../run/index.ts";
import type { Context, ProgressState } from "../frame/index.ts";

/** What the thread tells, see thread.ts. */
export type Told =
  | { readonly note: string }
  | { readonly state: ProgressState }
  | { readonly failed: { readonly message: string } & Details };

interface Details {
  readonly code?: string | undefined;
  readonly where?: string | undefined;
  readonly help?: string | undefined;
}

/**
 * Runs a command line in a thread of its own: two trainings of small networks in one thread wait for each other's
 * JavaScript. Notes and progress go to the context; when its signal is aborted, the command saves and stops.
 */
export function runInThread(argv: readonly string[], context: Context): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("../../base/worker-boot.js", import.meta.url), {
      workerData: { module: new URL("./thread", import.meta.url).href, argv },
      execArgv: [], // the program's own flags are not for threads
    });
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

function errorOf({ message, code, where, help }: Details & { readonly message: string }): Error {
  const details = { code: code ?? "failed", where, help };
  return code === "interrupted" ? new Interrupted(message, details) : new PlauditError(message, details);
}
