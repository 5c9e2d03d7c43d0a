import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "../base/index.ts";
import { pause, renamePatiently } from "./atomic.ts";
import { writeFailure } from "./failure.ts";
import { isAlive, type ProcessIdentity, processIdentity } from "./process-identity.ts";

export interface Lock {
  /** Process number of a dead owner whose lock was taken over. */
  readonly tookOverFrom: number | undefined;
  release(): void;
}

/**
 * Makes this process the only one that works in the lock file's folder (made if absent). The file names its owner by
 * process number, start time and boot, so the lock of a killed process, or of one before a reboot, is taken over.
 * Throws `run-locked` while the owner lives.
 */
export function lock(path: string): Lock {
  const me = processIdentity();
  let tookOverFrom: number | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    while (!create(path, me)) {
      const owner = lockOwner(path);
      if (owner && isAlive(owner)) throw locked(path, owner);
      tookOverFrom = owner?.pid ?? tookOverFrom;
      removeDead(path, owner);
    }
  } catch (cause) {
    throw writeFailure(path, cause);
  }
  return {
    tookOverFrom,
    release() {
      if (same(lockOwner(path), me)) rmSync(path, { force: true });
    },
  };
}

/** Who holds the lock, alive or dead; undefined when it is free or the file is torn. */
function lockOwner(path: string): ProcessIdentity | undefined {
  // A file without content may be one that its owner is just writing.
  for (let wait = 0; wait < 5; wait++) {
    try {
      const owner: unknown = JSON.parse(readFileSync(path, "utf8"));
      return isIdentity(owner) ? owner : undefined;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      pause(10);
    }
  }
  return undefined;
}

/** Whether a living process holds the lock. */
export const isLocked = (path: string): boolean => lockHolder(path) !== undefined;

/** The number of the living process that holds the lock. */
export function lockHolder(path: string): number | undefined {
  const owner = lockOwner(path);
  return owner && isAlive(owner) ? owner.pid : undefined;
}

function create(path: string, me: ProcessIdentity): boolean {
  try {
    writeFileSync(path, `${JSON.stringify(me)}\n`, { flag: "wx" });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw cause;
  }
}

/** Moves the lock away before looking again: of two processes that find a dead owner, one must not remove the other's. */
function removeDead(path: string, dead: ProcessIdentity | undefined): void {
  const aside = `${path}.${process.pid}`;
  try {
    renamePatiently(path, aside);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return;
    throw cause;
  }
  const moved = lockOwner(aside);
  if (!same(moved, dead) && moved && isAlive(moved)) {
    renamePatiently(aside, path);
    throw locked(path, moved);
  }
  rmSync(aside, { force: true });
}

function locked(path: string, { pid }: ProcessIdentity): UsageError {
  const who = pid === process.pid ? `this process (${pid})` : `process ${pid}`;
  return new UsageError(`${who} is working in ${dirname(path)}`, {
    code: "run-locked",
    where: dirname(path),
    help: `wait for it to end or stop it, or use another --out`,
  });
}

const same = (a: ProcessIdentity | undefined, b: ProcessIdentity | undefined) =>
  a?.pid === b?.pid && a?.startTime === b?.startTime && a?.bootId === b?.bootId;

const isIdentity = (value: unknown): value is ProcessIdentity => {
  const { pid, startTime, bootId } = (value ?? {}) as Partial<Record<keyof ProcessIdentity, unknown>>;
  return Number.isSafeInteger(pid) && typeof startTime === "string" && typeof bootId === "string";
};
