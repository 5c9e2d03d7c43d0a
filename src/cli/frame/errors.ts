import { PlauditError, type Problem, UsageError } from "../../base/index.ts";
import type { Paint } from "./shell.ts";

/** The `error` of `{"error": …}` that a failed command prints under `--json`. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly help?: string;
  readonly where?: string;
  /** The first twenty. */
  readonly problems?: readonly Problem[];
  /** How many there are in all. */
  readonly problemCount?: number;
}

const shownProblems = 20;

/** Any thrown value as an error that can be explained: ours as it is, the system's translated, the rest as our bug. */
export function explain(thrown: unknown): PlauditError {
  if (thrown instanceof PlauditError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { code: errno, path } = error as NodeJS.ErrnoException;
  const known = errno === undefined ? undefined : systemErrors[errno];
  if (known)
    return new known.Class(known.message(path ?? "a file"), { code: known.code, help: known.help, cause: error });
  return new PlauditError(`Plaudit stopped on a mistake of its own: ${error.message}`, {
    code: "internal",
    help: "this is a bug; PLAUDIT_DEBUG=1 shows where, and a report with that text helps",
    cause: error,
  });
}

interface SystemError {
  readonly Class: typeof PlauditError;
  readonly code: string;
  readonly message: (path: string) => string;
  readonly help: string;
}

const systemErrors: Readonly<Record<string, SystemError>> = {
  ENOENT: {
    Class: UsageError,
    code: "missing-file",
    message: (path) => `${path} does not exist`,
    help: "check the spelling and the folder you are in",
  },
  EACCES: {
    Class: UsageError,
    code: "cannot-read",
    message: (path) => `${path}: permission denied`,
    help: "change the permissions of the file or choose another place",
  },
  EISDIR: {
    Class: UsageError,
    code: "cannot-read",
    message: (path) => `${path} is a folder, and a file was wanted`,
    help: "name a file inside it",
  },
  ENOSPC: {
    Class: PlauditError,
    code: "disk-full",
    message: (path) => `the disk is full: ${path} could not be written`,
    help: "what was saved before is whole; free some space and go on with --resume",
  },
};

export function errorReport({ code, message, help, where, problems }: PlauditError): ErrorReport {
  return {
    code,
    message,
    ...(help && { help }),
    ...(where && { where }),
    ...(problems && { problems: problems.slice(0, shownProblems), problemCount: problems.length }),
  };
}

/** The error for people: message, place, what to do, the first problems and their count. */
export function errorText(error: PlauditError, { paint, debug }: { paint: Paint; debug: boolean }): string {
  const { message, code, where, help, problems = [] } = error;
  const more = problems.length - shownProblems;
  const lines = [
    `${paint("red", "error")} ${message} [${code}]`,
    ...(where ? [`  at ${where}`] : []),
    ...problems.slice(0, shownProblems).map(problemText),
    ...(more > 0 ? [`  … and ${more} more (${problems.length} in all)`] : []),
    ...(help ? [`  → ${help}`] : []),
    ...(debug ? [((error.cause as Error | undefined)?.stack ?? error.stack)!] : []),
  ];
  return lines.join("\n");
}

const problemText = ({ code, message, where, help }: Problem) =>
  `  - ${where ? `${where}: ` : ""}${message} [${code}]${help ? `\n    → ${help}` : ""}`;
