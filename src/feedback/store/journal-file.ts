/**
 * The journal as the store sees it, always under the database's exclusive lock and opened anew each time: another
 * process may have replaced the file meanwhile.
 */
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { openAppender, writeAtomic } from "../../files/index.ts";
import type { Entry } from "../entry.ts";
import { entriesIn, readJournal } from "../journal.ts";

/** How far the tables are: bytes of the journal, and what its last line was. */
export interface Place {
  readonly bytes: number;
  readonly lastLineAt: number;
  readonly lastLineHash: string;
}
export const start: Place = { bytes: 0, lastLineAt: 0, lastLineHash: "" };

const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Whether the file still goes on from `place`: as long at least, and with the same last line there. */
export function goesOn(path: string, { bytes, lastLineAt, lastLineHash }: Place): boolean {
  if (bytes === 0) return true;
  if (!existsSync(path) || statSync(path).size < bytes) return false;
  return hash(readAt(path, lastLineAt, bytes)) === lastLineHash;
}

/** The place after `lines`, whole lines that begin at `from`. */
function placeAfter(lines: Uint8Array, from: Place): Place {
  if (lines.length === 0) return from;
  const lastLine = lines.lastIndexOf(0x0a, lines.length - 2) + 1;
  return {
    bytes: from.bytes + lines.length,
    lastLineAt: from.bytes + lastLine,
    lastLineHash: hash(lines.subarray(lastLine)),
  };
}

/**
 * What stands after `place`, some megabytes at a time. A torn last line, which no writer had acknowledged, is moved to a
 * file of its own, whose name is returned. Throws what {@link readJournal} does.
 */
export function* readOn(
  path: string,
  place: Place,
  pieceBytes = 4 << 20,
): Generator<{ readonly entries: Entry[]; readonly place: Place }, string | undefined> {
  if (!existsSync(path)) return undefined;
  let rest = Buffer.alloc(0);
  for (let at = place.bytes, here = place; ; ) {
    const piece = readAt(path, at, at + pieceBytes);
    if (piece.length === 0) return rest.length > 0 ? setAside(path, rest, here.bytes) : undefined;
    at += piece.length;
    const bytes = Buffer.concat([rest, piece]);
    const lines = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
    rest = bytes.subarray(lines.length);
    if (lines.length === 0) continue;
    const { entries, problems } = entriesIn(path, lines);
    if (problems.length > 0) readJournal(path); // throws them with the right line numbers
    here = placeAfter(lines, here);
    yield { entries, place: here };
  }
}

function setAside(path: string, torn: Uint8Array, at: number): string {
  const aside = `${path}.torn-at-${at}`;
  writeAtomic(aside, torn);
  openAppender(path, at).close();
  return aside;
}

/** Writes entries behind `place` and returns when they survive a power cut. On failure the file is as it was. */
export function writeOn(path: string, place: Place, entries: readonly Entry[]): Place {
  const lines = Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  const file = openAppender(path, place.bytes);
  try {
    file.append(lines);
    file.flush();
  } catch (cause) {
    openAppender(path, place.bytes).close(); // a line half written must not be the beginning of the next one
    throw cause;
  } finally {
    file.close();
  }
  return placeAfter(lines, place);
}

function readAt(path: string, from: number, to: number): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.allocUnsafe(to - from);
    let length = 0;
    for (let n = 1; n > 0 && length < bytes.length; length += n)
      n = readSync(file, bytes, length, bytes.length - length, from + length);
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
