import { PlauditError, UsageError } from "../base/index.ts";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission is missing",
  EPERM: "permission is missing",
  EROFS: "the disk is read-only",
  EISDIR: "a folder has that name",
  EEXIST: "a part of the path is a file",
  ENOTDIR: "a part of the path is a file",
  ENAMETOOLONG: "the name is too long",
};
const codeOf = (cause: unknown) => String((cause as NodeJS.ErrnoException | undefined)?.code ?? "");

/**
 * What a person is told when writing `path` failed; other errors (a bug of ours) are returned as they are. A failure
 * inside a folder that is being written is told of the folder: the temporary name inside means nothing to anyone.
 */
export function writeFailure(path: string, cause: unknown): unknown {
  const code = codeOf(cause instanceof PlauditError ? cause.cause : cause);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new PlauditError(`the disk is full: ${path} was not written; what was there before is whole`, {
      code: "disk-full",
      where: path,
      help: "free some space and run the same command again (a run: with --resume)",
      cause,
    });
  }
  if (!(code in reasons)) return cause;
  return new UsageError(`cannot write ${path}: ${reasons[code]}`, { code: "cannot-write", where: path, cause });
}

/** What a person is told when reading `path` failed; other errors are returned as they are. */
export function readFailure(path: string, cause: unknown, help?: string): unknown {
  const code = codeOf(cause);
  if (code === "ENOENT") {
    return new UsageError(`${path} does not exist`, { code: "missing-file", where: path, help, cause });
  }
  if (!(code in reasons)) return cause;
  const reason = code === "EISDIR" ? "it is a folder, a file was expected" : reasons[code];
  return new UsageError(`cannot read ${path}: ${reason}`, { code: "cannot-read", where: path, cause });
}
