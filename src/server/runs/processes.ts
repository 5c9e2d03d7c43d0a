/** Processes of the program itself: a run that outlives its starter, and a dry run whose answer is waited for. */
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { setPriority } from "node:os";
import { dirname } from "node:path";
import { type ProcessIdentity, processIdentity } from "../../files/index.ts";

/** How the program is run: an executable and its first words, `[process.execPath, "…/bin/plaudit.js"]`. */
export type Program = readonly [executable: string, ...words: string[]];

/** People at the page come before training: it gets the time that nobody else wants. */
const niceness = 5;

export interface Launched {
  readonly identity: ProcessIdentity;
  /** Resolves when it has ended, if this process lives to see it. */
  readonly ended: Promise<void>;
}

/**
 * Starts the program in a process group of its own, with what it prints appended to `log`: neither Ctrl-C in the server's
 * terminal nor the server's end reaches it. Rejects when it cannot be started.
 */
export async function launch(
  [executable, ...first]: Program,
  words: readonly string[],
  cwd: string,
  log: string,
): Promise<Launched> {
  mkdirSync(dirname(log), { recursive: true });
  const file = openSync(log, "a");
  try {
    const child = spawn(executable, [...first, ...words], {
      ...{ cwd, detached: true, windowsHide: true },
      stdio: ["ignore", file, file],
    });
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
    await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    child.unref();
    lower(child.pid!);
    return { identity: processIdentity(child.pid!), ended };
  } finally {
    closeSync(file);
  }
}

/** It may have ended already, or the system may forbid it. */
function lower(pid: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // Then it runs as everything else does.
  }
}

/** Asks a process to finish its step and save. On Windows there is no such word: it ends, and its last checkpoint stays. */
export function interrupt(pid: number): void {
  try {
    process.kill(pid, "SIGINT");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ESRCH") throw cause;
  }
}

export interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the program to its end; it is killed when the signal is aborted. */
export function ask(
  [executable, ...first]: Program,
  words: readonly string[],
  cwd: string,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(executable, [...first, ...words], {
      ...{ cwd, signal, killSignal: "SIGKILL", windowsHide: true },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, out, err }));
  });
}
