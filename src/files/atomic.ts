/**
 * Writes that are whole or absent: a temporary sibling is written and flushed, then renamed into place, then the
 * folder is flushed. A crash, a full disk or a kill at any moment leaves the old content or the new, never a mixture.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { writeFailure } from "./failure.ts";

/** Text, bytes, or chunks of bytes: an iterable is written as it comes, so a large file never has to be in memory. */
export type Content = string | Uint8Array | Iterable<Uint8Array>;

/** Replaces the file at `path`, making its folder if needed. Throws `disk-full` or `cannot-write`; then nothing changed. */
export function writeAtomic(path: string, content: Content): void {
  const temporary = join(dirname(path), `.tmp-${process.pid}-${basename(path)}`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFlushed(temporary, content);
    renamePatiently(temporary, path);
  } catch (cause) {
    discard(temporary);
    throw writeFailure(path, cause);
  }
  flushFolder(dirname(path));
}

/** {@link writeAtomic} with indented JSON and a final newline: for files that people open. Keys keep their order. */
export function writeJson(path: string, value: unknown): void {
  writeAtomic(path, `${JSON.stringify(value, undefined, 2)}\n`);
}

/**
 * Replaces a whole folder: `fill` writes into a hidden sibling, which is then renamed to `path`. Where a folder is
 * already, it is moved aside first and removed after, so one of the two is whole at any moment.
 */
export function replaceFolder(path: string, fill: (folder: string) => void): void {
  const temporary = join(dirname(path), `.tmp-${process.pid}-${basename(path)}`);
  const old = join(dirname(path), `.old-${process.pid}-${basename(path)}`);
  try {
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(temporary, { recursive: true });
    fill(temporary);
    flushFolder(temporary);
    if (existsSync(path)) renamePatiently(path, old);
    try {
      renamePatiently(temporary, path);
    } catch (cause) {
      if (existsSync(old)) renamePatiently(old, path);
      throw cause;
    }
  } catch (cause) {
    discard(temporary);
    throw writeFailure(path, cause);
  }
  flushFolder(dirname(path));
  rmSync(old, { recursive: true, force: true });
}

/** Cleans up after a failure, which is what the caller must hear of, whatever happens here. */
function discard(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // removeLeftovers will try again.
  }
}

/** Removes a folder so that it is there whole or not at all: it is renamed first. */
export function removeFolder(path: string): void {
  const gone = join(dirname(path), `.gone-${process.pid}-${basename(path)}`);
  try {
    renamePatiently(path, gone);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return;
    throw writeFailure(path, cause);
  }
  rmSync(gone, { recursive: true, force: true });
}

/** Clears away what a killed writer left in `folder`; a folder that was moved aside but never replaced comes back. */
export function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, kind, original] = /^\.(tmp|old|gone)-\d+-(.+)$/.exec(name) ?? [];
    if (!original) continue;
    if (kind === "old" && !existsSync(join(folder, original)))
      renamePatiently(join(folder, name), join(folder, original));
    else rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function writeFlushed(path: string, content: Content): void {
  const file = openSync(path, "w");
  try {
    if (typeof content === "string") writeAll(file, Buffer.from(content));
    else if (content instanceof Uint8Array) writeAll(file, content);
    else for (const chunk of content) writeAll(file, chunk);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Writes every byte: one call may write less than it was given, and at most 2 GiB. */
export function writeAll(file: number, bytes: Uint8Array): void {
  const limit = 1 << 30;
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, Math.min(bytes.length - at, limit));
}

/** On Windows a virus scanner or an indexer may hold a new file for a moment; renaming then fails and soon succeeds. */
export function renamePatiently(from: string, to: string): void {
  for (let wait = 10; ; wait *= 2) {
    try {
      renameSync(from, to);
      return;
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (process.platform !== "win32" || (code !== "EPERM" && code !== "EBUSY" && code !== "EACCES") || wait > 1000) {
        throw cause;
      }
      pause(wait);
    }
  }
}

/** Blocks this thread: writers are synchronous, so that no other code sees a file half moved. */
export function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Makes a rename in `folder` survive a power cut. Windows cannot open folders and needs no such call. */
export function flushFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } catch (cause) {
    // Some network and FUSE file systems know no fsync of a folder.
    if (!["EINVAL", "ENOTSUP", "EPERM"].includes((cause as NodeJS.ErrnoException).code ?? "")) throw cause;
  } finally {
    closeSync(handle);
  }
}
