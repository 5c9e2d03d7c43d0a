import { existsSync } from "node:fs";
import { DataError, type Problem } from "../base/index.ts";
import { openJsonl, readBytes, writeAtomic } from "../files/index.ts";
import { Entry } from "./entry.ts";

export interface Journal {
  readonly path: string;
  /** Everything that is safely on disk, oldest first. */
  readonly entries: readonly Entry[];
  /** Where the torn last line of an interrupted writer was put, if there was one. It had not been acknowledged. */
  readonly setAside: string | undefined;
  /**
   * Writes entries and returns when they survive a power cut; ids that are already there are passed over, so asking
   * again after a failure is safe. One fsync for the whole call. Returns the number of new entries.
   */
  append(entries: readonly Entry[]): number;
  close(): void;
}

/** Opens `journal.jsonl` for one writer, made if absent. The file is the truth: nothing in it is ever changed. */
export function openJournal(path: string): Journal {
  const { entries, wholeBytes, torn } = readWhole(path);
  const setAside = torn && `${path}.torn-at-${wholeBytes}`;
  if (setAside) writeAtomic(setAside, torn.bytes);
  const ids = new Set(entries.map(({ id }) => id));
  if (!existsSync(path)) writeAtomic(path, ""); // the new name itself must survive a power cut
  let writer = openJsonl(path, wholeBytes);

  const append = (asked: readonly Entry[]) => {
    const fresh = [...new Map(asked.map((entry) => [entry.id, entry])).values()].filter(({ id }) => !ids.has(id));
    if (fresh.length === 0) return 0;
    const before = writer.length;
    const lines = fresh.map((entry) => Entry.parse(entry));
    try {
      writer.append(...lines);
      writer.flush();
    } catch (cause) {
      writer.close();
      writer = openJsonl(path, before); // a line half written must not be the beginning of the next one
      throw cause;
    }
    for (const entry of lines) {
      ids.add(entry.id);
      entries.push(entry);
    }
    return lines.length;
  };
  return { path, entries, setAside, append, close: () => writer.close() };
}

/** Reads a journal without changing it; a torn last line is passed over. Throws `bad-journal`, `bad-encoding`, `newer-format`. */
export const readJournal = (path: string): Entry[] => readWhole(path).entries;

function readWhole(path: string): { entries: Entry[]; wholeBytes: number; torn: { bytes: Uint8Array } | undefined } {
  const bytes: Uint8Array = existsSync(path) ? readBytes(path) : new Uint8Array();
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1;
  const { entries, problems } = entriesIn(path, bytes.subarray(0, wholeBytes));
  if (problems.length > 0) {
    const [{ code, message, where, help }] = problems as [Problem];
    throw new DataError(message, { code, where, help, problems });
  }
  return { entries, wholeBytes, torn: wholeBytes < bytes.length ? { bytes: bytes.subarray(wholeBytes) } : undefined };
}

/** The entries of whole lines, and what is wrong with the others; lines are counted from 1. Throws `bad-encoding`. */
export function entriesIn(path: string, bytes: Uint8Array): { entries: Entry[]; problems: Problem[] } {
  const entries: Entry[] = [];
  const problems: Problem[] = [];
  for (const [i, line] of textOf(path, bytes).split("\n").entries()) {
    if (line.trim() === "") continue;
    const entry = readLine(line, `${path}:${i + 1}`);
    if ("code" in entry) problems.push(entry);
    else entries.push(entry);
  }
  return { entries, problems };
}

function textOf(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const help = "restore the file from a backup";
    throw new DataError("the journal is not UTF-8 text", { code: "bad-encoding", where: path, help, cause });
  }
}

function readLine(line: string, where: string): Entry | Problem {
  const help = "restore the line from a backup, or move it to another file";
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    return { code: "bad-journal", message: `a line is not JSON: ${(cause as Error).message}`, where, help };
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (typeof format === "number" && format > 1) {
    const message = `the journal has format ${format}; this version reads format 1`;
    return { code: "newer-format", message, where, help: "install a newer plaudit" };
  }
  const parsed = Entry.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "line"}: ${message}`);
  return { code: "bad-journal", message: `a line is no journal entry: ${issues.join("; ")}`, where, help };
}
