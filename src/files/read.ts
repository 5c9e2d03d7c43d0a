import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DataError, nearest } from "../base/index.ts";
import { readFailure } from "./failure.ts";

/** One line of a text file, without its line ending. */
export interface Line {
  readonly text: string;
  /** Counted from 1, as editors do. */
  readonly number: number;
  /** Byte offset of the first byte after this line and its ending, in the (unpacked) file. */
  readonly end: number;
  /** False only for a last line without a newline: in a log, a line that a kill tore. */
  readonly terminated: boolean;
}

export interface ReadOptions {
  /** A name that TextDecoder knows: `utf-8` (default), `gb18030`, `big5` … */
  readonly encoding?: string;
}

/**
 * The bytes of a file, unpacked when it is gzipped (told by its first bytes, not by its name).
 * Throws `missing-file` (with the nearest name in the folder), `cannot-read`, or `bad-gzip`.
 */
export function readBytes(path: string): Uint8Array {
  const bytes = reading(path, () => readFileSync(path));
  return isGzip(bytes) ? unpack(path, bytes) : bytes;
}

/** The text of a file, without a byte order mark. Throws as {@link readBytes}, and `bad-encoding` with the line. */
export function readText(path: string, options: ReadOptions = {}): string {
  const bytes = readBytes(path);
  try {
    return decoder(options).decode(bytes);
  } catch {
    // Line by line, to name the first one that is wrong.
    return [...readLines(path, options)].map((line) => line.text).join("\n");
  }
}

/** The JSON value in a file. Throws as {@link readText}, and `bad-json`. */
export function readJson(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DataError(`${path} is not JSON: ${(cause as Error).message}`, { code: "bad-json", where: path, cause });
  }
}

/**
 * The lines of a text file, gzipped or not, without byte order mark and line endings (`\n` or `\r\n`). Plain files are
 * read in pieces, so their size is not limited by memory. Throws as {@link readText}.
 */
export function* readLines(path: string, options: ReadOptions = {}): Generator<Line, void> {
  const decode = decoder(options);
  let rest: Uint8Array = new Uint8Array(0);
  let number = 0;
  let end = 0;
  const line = (bytes: Uint8Array, terminated: boolean): Line => {
    number++;
    end += bytes.length + Number(terminated);
    try {
      const text = decode.decode(bytes);
      return { text: text.endsWith("\r") ? text.slice(0, -1) : text, number, end, terminated };
    } catch (cause) {
      throw badEncoding(path, number, bytes, decode.encoding, cause);
    }
  };
  for (const chunk of pieces(path)) {
    let start = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, start)) {
      const bytes = chunk.subarray(start, at);
      yield line(rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes, true);
      rest = rest.subarray(0, 0);
      start = at + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(start)]);
  }
  if (rest.length > 0) yield line(rest, false);
}

const decoder = ({ encoding = "utf-8" }: ReadOptions) => new TextDecoder(encoding, { fatal: true });
const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

function* pieces(path: string): Generator<Uint8Array, void> {
  const file = reading(path, () => openSync(path, "r"));
  try {
    for (let first = true; ; first = false) {
      const piece = Buffer.allocUnsafe(1 << 20);
      const length = reading(path, () => readSync(file, piece));
      if (length === 0) return;
      if (first && isGzip(piece.subarray(0, length))) return yield unpack(path, readFileSync(path));
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

function unpack(path: string, bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw new DataError(`${path} is a damaged gzip file: ${(cause as Error).message}`, {
      code: "bad-gzip",
      where: path,
      cause,
    });
  }
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw readFailure(path, cause, similarFile(path));
  }
}

function similarFile(path: string): string | undefined {
  try {
    const name = nearest(basename(path), readdirSync(dirname(path)));
    return name && `did you mean ${join(dirname(path), name)}?`;
  } catch {
    return undefined;
  }
}

function badEncoding(path: string, number: number, bytes: Uint8Array, encoding: string, cause: unknown): DataError {
  let help: string | undefined;
  try {
    const text = new TextDecoder("gb18030", { fatal: true }).decode(bytes);
    if (encoding === "utf-8" && /\p{Script=Han}/u.test(text)) help = "looks like GB18030: --encoding gb18030";
  } catch {
    // Not Chinese either: nothing to suggest.
  }
  return new DataError(`line ${number} is not ${encoding.toUpperCase()}`, {
    code: "bad-encoding",
    where: `${path}:${number}`,
    help,
    cause,
  });
}
