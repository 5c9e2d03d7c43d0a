/** The dashboard of a large project takes seconds to compute: here it is made in a thread of its own. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { type CarriedError, reviveError } from "../../base/index.ts";
import { startThread } from "../../threads/index.ts";
import type { Form } from "../form.ts";
import { projectGone } from "../store/failure.ts";
import type { Dashboard, DashboardOptions } from "./dashboard.ts";

export interface Project {
  readonly project: string;
  /** `postgres://…`; undefined: SQLite in the project's folder. */
  readonly database: string | undefined;
}
export interface Asked {
  readonly options: DashboardOptions;
  /** Of a project that has no settings yet. */
  readonly form: Form;
}
export type Answer = { readonly dashboard: Dashboard } | { readonly error: CarriedError };

export interface Reports {
  /** Of the project as it is now; one at a time. */
  dashboard(asked: Asked): Promise<Dashboard>;
  close(): void;
}

/** A thread at rest is ended, and its memory given back. */
const restMs = 60_000;

export function openReports({ project, database }: Project): Reports {
  let worker: Worker | undefined;
  let rest: NodeJS.Timeout | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let closed = false;
  /** Asks it to end, and lets the program wait: a thread that is stopped inside SQLite takes the program with it. */
  const end = () => {
    worker?.ref();
    worker?.postMessage("end");
    worker = undefined;
  };
  const start = () => {
    const started = startThread(new URL("./worker", import.meta.url), { project, database } satisfies Project);
    started.on("exit", () => {
      if (worker === started) worker = undefined;
    });
    started.on("error", () => {}); // whoever asks hears of it, and nobody else must fall with it
    started.unref();
    return started;
  };
  const ask = (asked: Asked): Promise<Dashboard> =>
    new Promise((resolve, reject) => {
      clearTimeout(rest);
      if (closed) throw new Error("the reports are closed");
      const journal = join(project, "journal.jsonl");
      if (!existsSync(journal)) throw projectGone(journal); // opening would make it anew
      worker ??= start();
      const asking = worker;
      const over = () => {
        asking.off("message", answered).off("error", failed).off("exit", ended);
        if (asking !== worker) return; // it ends by itself, and the program waits for that
        asking.unref();
        rest = setTimeout(end, restMs).unref();
      };
      const answered = (answer: Answer) => {
        over();
        if ("dashboard" in answer) resolve(answer.dashboard);
        else reject(reviveError(answer.error));
      };
      const failed = (error: Error) => {
        over();
        reject(error);
      };
      const ended = () => failed(new Error("the thread that computes reports has ended"));
      asking.on("message", answered).on("error", failed).on("exit", ended).ref();
      asking.postMessage(asked);
    });
  return {
    dashboard(asked) {
      const mine = turn.then(() => ask(asked));
      turn = mine.catch(() => {}); // whoever asked hears of it
      return mine;
    },
    close() {
      closed = true;
      clearTimeout(rest);
      end();
    },
  };
}
