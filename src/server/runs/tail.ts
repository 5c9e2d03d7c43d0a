/** Follows a JSONL file that grows, and at times is cut back and written anew: each line is read once. */
import { type FileHandle, open } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";

export interface TailReader {
  /** A whole line: its bytes are `start` … `end` of the file, its newline not counted. */
  line(text: string, start: number, end: number): void;
  /** The file was cut back or replaced: all that was read is void. */
  reset(): void;
}

const pieceBytes = 1 << 20;

/**
 * Returns a function that reads what has come since its last call. A last line without a newline is being written, or was
 * torn by a kill: it is left for later. Between pieces of a megabyte other work has its turn.
 */
export function tail(path: string, reader: TailReader): () => Promise<void> {
  let offset = 0;
  let lastLine = Buffer.alloc(0); // of what was read: tells whether the file is still the same
  let busy: Promise<void> = Promise.resolve();

  async function read(): Promise<void> {
    const file = await openOrNothing(path);
    if (file === undefined) return restart();
    try {
      if (!(await isSame(file))) restart();
      let rest = Buffer.alloc(0);
      for (;;) {
        const { bytesRead, buffer } = await file.read(
          Buffer.allocUnsafe(pieceBytes),
          0,
          pieceBytes,
          offset + rest.length,
        );
        if (bytesRead === 0) return;
        const piece = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
        const whole = piece.lastIndexOf(10) + 1;
        for (let start = 0; start < whole; ) {
          const end = piece.indexOf(10, start);
          reader.line(piece.toString("utf8", start, end), offset + start, offset + end);
          if (end + 1 === whole) lastLine = Buffer.from(piece.subarray(start, whole));
          start = end + 1;
        }
        rest = piece.subarray(whole);
        offset += whole;
        await setImmediate();
      }
    } finally {
      await file.close();
    }
  }

  async function isSame(file: FileHandle): Promise<boolean> {
    const before = Buffer.alloc(lastLine.length);
    const { bytesRead } = await file.read(before, 0, before.length, offset - before.length);
    return bytesRead === before.length && before.equals(lastLine);
  }

  function restart(): void {
    if (offset > 0) reader.reset();
    offset = 0;
    lastLine = Buffer.alloc(0);
  }

  return () => {
    busy = busy.then(read, read);
    return busy;
  };
}

async function openOrNothing(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw cause;
  }
}
