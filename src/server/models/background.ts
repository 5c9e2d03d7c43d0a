/** Work that goes on when its request has been answered, and is asked after: kept in the memory of this server. */
import { PlauditError, UsageError } from "../../base/index.ts";

/** What is told of it; whoever works writes into it. */
export interface BackgroundJob {
  /** Prompts done, and in all. */
  done: number;
  readonly total: number;
  state: "working" | "done" | "stopped" | "failed";
  error?: { readonly code: string; readonly message: string } | undefined;
}

export interface Background<J extends BackgroundJob> {
  /** Begins and returns at once. What `work` throws is told in the job; without it the job is done. */
  start(id: string, job: J, work: (job: J, signal: AbortSignal) => Promise<void>): J;
  /** The newest first. */
  list(): J[];
  /** Throws the code `missing`. */
  find(id: string): J;
  /** After the prompt it is at. Throws the code `missing`. */
  stop(id: string): void;
  close(): void;
}

/** What is said of an error of ours: the log has the rest. */
const unexpected = { code: "internal", message: "something went wrong on the server" };

/** How many ended ones are remembered. */
const kept = 20;

export function background<J extends BackgroundJob>(options: {
  /** The code for an id that nothing has. */
  readonly missing: string;
  readonly log: (error: unknown) => void;
}): Background<J> {
  const jobs = new Map<string, { readonly job: J; readonly abort: AbortController }>();
  const found = (id: string) => {
    const one = jobs.get(id);
    if (one) return one;
    throw new UsageError("nothing was begun under this name", { code: options.missing, where: id });
  };
  async function run(job: J, work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await work();
      job.state = job.done === job.total ? "done" : "stopped";
    } catch (error) {
      job.state = signal.aborted ? "stopped" : "failed";
      if (signal.aborted) return;
      const { code, message } = error instanceof PlauditError ? error : unexpected;
      job.error = { code, message };
      options.log(error);
    }
  }
  return {
    start(id, job, work) {
      const abort = new AbortController();
      jobs.set(id, { job, abort });
      for (const [other, old] of jobs) if (jobs.size > kept && old.job.state !== "working") jobs.delete(other);
      void run(job, () => work(job, abort.signal), abort.signal);
      return { ...job };
    },
    list: () => [...jobs.values()].map(({ job }) => ({ ...job })).reverse(),
    find: (id) => found(id).job,
    stop: (id) => found(id).abort.abort(),
    close() {
      for (const { abort } of jobs.values()) abort.abort();
    },
  };
}
