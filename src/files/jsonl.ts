import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync, truncateSync } from "node:fs";
import { dirname } from "node:path";
import { DataError } from "../base/index.ts";
import { writeAll } from "./atomic.ts";
import { writeFailure } from "./failure.ts";
import { type ReadOptions, readLines } from "./read.ts";

export interface JsonLine {
  readonly value: unknown;
  readonly number: number;
}

/**
 * The values of a JSONL file with their line numbers; empty lines are passed over.
 * Throws `bad-json` with file and line, and as {@link readLines}.
 */
export function* readJsonl(path: string, options: ReadOptions = {}): Generator<JsonLine, void> {
  for (const { text, number } of readLines(path, options)) {
    if (text.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new DataError(`line ${number} is not JSON: ${(cause as Error).message}`, {
        code: "bad-json",
        where: `${path}:${number}`,
        cause,
      });
    }
    yield { value, number };
  }
}

/** A file that only grows. */
export interface Appender {
  readonly path: string;
  /** Bytes in the file: what a checkpoint notes, and what a log is cut back to on resume. */
  readonly length: number;
  append(bytes: Uint8Array): void;
  /** Returns when what was appended survives a power cut. */
  flush(): void;
  close(): void;
}

/** A JSONL file that only grows. */
export interface JsonlWriter extends Omit<Appender, "append"> {
  append(...values: unknown[]): void;
}

/** Opens a file for appending, made if absent, cut back to `length` bytes if that is given. */
export function openAppender(path: string, length?: number): Appender {
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw writeFailure(path, cause);
    }
  };
  const file = guarded(() => {
    mkdirSync(dirname(path), { recursive: true });
    if (length !== undefined && existsSync(path)) truncateSync(path, length);
    return openSync(path, "a");
  });
  let written = statSync(path).size;
  return {
    path,
    get length() {
      return written;
    },
    append(bytes) {
      guarded(() => writeAll(file, bytes));
      written += bytes.length;
    },
    flush: () => guarded(() => fsyncSync(file)),
    close: () => closeSync(file),
  };
}

/** {@link openAppender} for JSONL: every value becomes a line. */
export function openJsonl(path: string, length?: number): JsonlWriter {
  const file = openAppender(path, length);
  return {
    path,
    get length() {
      return file.length;
    },
    append: (...values) => file.append(Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(""))),
    flush: file.flush,
    close: file.close,
  };
}
