/**
 * Training from the page. One run is at work on a machine at a time; the others wait in `runs/.jobs`. Every run is a
 * process of its own that survives the page and the server; a server that comes back finds it by its files (jobs.ts).
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { PlauditError, UsageError } from "../../base/index.ts";
import { lock } from "../../files/index.ts";
import { isRun, readRun, runProcess } from "../../run/index.ts";
import { type RunState, trainingCommands } from "../protocol-runs.ts";
import {
  type Job,
  jobIsAlive,
  jobState,
  jobsLock,
  jobWaits,
  logFile,
  readJob,
  readJobs,
  removeJob,
  writeJob,
} from "./jobs.ts";
import { interrupt, launch, type Program } from "./processes.ts";
import { checkRunName, findRunFolder, readable, runFolders, runsOf } from "./project.ts";

export interface QueueOptions {
  readonly project: string;
  readonly program: Program;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called when a run has started or ended. */
  readonly onChange?: (run: string) => void;
  /** How often it looks whether a process of an earlier server, or of a terminal, has ended. Default 2000. */
  readonly pollMs?: number;
}

export interface Queue {
  /** A name that no run and no job has: the one wanted, or the next free `<command>-001`. Throws `run-exists`, `bad-run-name`. */
  newName(command: Job["command"], wanted?: string): string;
  /** Puts a new run behind those that wait. */
  add(job: Pick<Job, "run" | "command" | "args" | "by">): Promise<RunState>;
  /** Goes on with a run that ended early, whoever started it. Throws `missing-run`, `run-finished`, `run-locked`, `not-resumable`. */
  resume(run: string, by: string): Promise<RunState>;
  /** It finishes its step and saves. A job that waits, or left nothing but a log, is taken away. Throws `missing-run`, `idle-run`. */
  stop(run: string): void;
  /** Starts what may start now. Called by itself when a run ends. */
  tick(): Promise<void>;
  /** Stops looking. Runs go on; what waits is started by the next server. */
  close(): void;
}

export function runQueue({ project, program, now, onChange = () => {}, pollMs = 2000 }: QueueOptions): Queue {
  let ticking: Promise<void> = Promise.resolve();
  let closed = false;
  // What fails here (a full disk) fails again when somebody asks, and is said then.
  const timer = setInterval(() => void tick().catch(() => {}), pollMs);
  timer.unref();

  const tick = (): Promise<void> => {
    ticking = ticking.then(startNext, startNext);
    return ticking;
  };

  async function startNext(): Promise<void> {
    if (closed || !readJobs(project).some(jobWaits)) return;
    await alone(jobsLock(project), async () => {
      const jobs = readJobs(project);
      const next = jobs.find(jobWaits);
      if (next === undefined || isBusy(project, jobs)) return;
      try {
        const { identity, ended } = await launch(
          program,
          [next.command, ...next.args],
          project,
          logFile(project, next.run),
        );
        writeJob(project, { ...next, process: identity });
        void ended.then(() => {
          onChange(next.run);
          return tick().catch(() => {});
        });
      } catch (cause) {
        const { message } = cause as Error;
        writeJob(project, {
          ...next,
          error: { code: "cannot-start", message: `the program cannot be started: ${message}` },
        });
      }
      onChange(next.run);
    });
  }

  async function add(job: Pick<Job, "run" | "command" | "args" | "by">): Promise<RunState> {
    const whole: Job = { format: 1, ...job, at: new Date(now()).toISOString() };
    writeJob(project, whole);
    onChange(job.run);
    await tick();
    return jobState(project, readJob(project, job.run) ?? whole);
  }

  return {
    newName(command, wanted) {
      const taken = new Set(
        readJobs(project)
          .filter((job) => jobWaits(job) || jobIsAlive(job))
          .map((job) => job.run),
      );
      const isFree = (name: string) => !taken.has(name) && !existsSync(join(runsOf(project), name));
      if (wanted !== undefined) {
        if (isFree(checkRunName(wanted))) return wanted;
        throw new UsageError(`a run is called ${wanted} already`, {
          code: "run-exists",
          where: "name",
          help: "choose another name",
        });
      }
      for (let n = 1; ; n++) {
        const name = `${command}-${String(n).padStart(3, "0")}`;
        if (isFree(name)) return name;
      }
    },
    add,
    async resume(run, by) {
      const folder = findRunFolder(project, run);
      const { info, status } = readRun(folder);
      const command = trainingCommands.find((name) => name === info.command);
      const job = readJob(project, run);
      if (status === "finished") throw new UsageError("the run is finished", { code: "run-finished", where: run });
      if (status === "running" || (job && (jobWaits(job) || jobIsAlive(job))))
        throw new UsageError("the run is at work, or waits for its turn", { code: "run-locked", where: run });
      if (command === undefined || run.includes("/")) {
        throw new UsageError(`a run of ${info.command} cannot be gone on with from the page`, {
          code: "not-resumable",
          where: run,
          help: `in a terminal: plaudit runs resume ${run}`,
        });
      }
      return add({ run, command, args: [`--resume=runs/${run}`, "--json"], by });
    },
    stop(run) {
      const job = readJob(project, run);
      const folder = join(runsOf(project), run);
      if (job && !jobIsAlive(job) && !isRun(folder)) return removed(run);
      if (job && jobWaits(job)) return removed(run); // waits to be gone on with: the run itself stays
      const pid = job && jobIsAlive(job) ? job.process?.pid : runProcess(findRunFolder(project, run));
      // A finished run whose process is still leaving has nothing to stop.
      if (pid === undefined || readable(folder)?.status === "finished")
        throw new UsageError("nobody is at work in this run", { code: "idle-run", where: run });
      interrupt(pid);
    },
    tick,
    close() {
      closed = true;
      clearInterval(timer);
    },
  };

  function removed(run: string): void {
    removeJob(project, run);
    onChange(run);
  }
}

/** Whether any run of the project is being worked on, started from the page or from a terminal. */
const isBusy = (project: string, jobs: readonly Job[]): boolean =>
  jobs.some(jobIsAlive) || runFolders(project).some(({ folder }) => runProcess(folder) !== undefined);

/** Does the work unless another server of this project does it at this moment. */
async function alone(path: string, work: () => Promise<void>): Promise<void> {
  let held: ReturnType<typeof lock>;
  try {
    held = lock(path);
  } catch (cause) {
    if (cause instanceof PlauditError && cause.code === "run-locked") return;
    throw cause;
  }
  try {
    await work();
  } finally {
    held.release();
  }
}
