import { PlauditError } from "../../base/index.ts";

const failures = {
  locked: { code: "database-locked", help: "another process has been writing for long: wait for it, or end it" },
  full: { code: "database-full", help: "free some space there and try again; nothing that was acknowledged is lost" },
  readOnly: { code: "database-read-only", help: "make it writable, or work on a copy" },
  unreachable: { code: "database-unreachable", help: "look at the address, the rights, and whether the server runs" },
  damaged: {
    code: "database-damaged",
    help: "move the file away with its -wal and -shm; the next command makes it anew from the journal",
  },
} as const;

/** What a person is told when the database was what failed. */
export function databaseFailure(kind: keyof typeof failures, message: string, cause: unknown): PlauditError {
  const { code, help } = failures[kind];
  return new PlauditError(message, { code, help, cause });
}

/** What is thrown at `path`, the journal, when the project's folder is not there any more. */
export function projectGone(path: string): PlauditError {
  return new PlauditError(`${path} is gone: the project was deleted or moved while it was open`, {
    code: "project-gone",
    where: path,
    help: "put the folder back, or stop and open it where it is now",
  });
}
