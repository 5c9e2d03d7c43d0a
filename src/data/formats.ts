import { extname } from "node:path";
import { parse } from "csv-parse/sync";
import { DataError, type Problem, UsageError } from "../base/index.ts";
import { readBytes, readLines, readText } from "../files/index.ts";

export interface FormatOptions {
  /** Of text formats: a name that TextDecoder knows, for example `gb18030`. Default UTF-8. */
  readonly encoding?: string | undefined;
}

/** One value of a file, as it stands there. */
export interface RawRow {
  readonly value: unknown;
  /** `file:line`, or `file, row n` where a format has no lines. */
  readonly where: string;
}

export interface RawRows {
  readonly rows: readonly RawRow[];
  /** Lines that could not be read as values. */
  readonly problems: readonly Problem[];
}

/** The values in a file, by the end of its name: .jsonl, .json, .csv (each also .gz), .parquet, .txt, .md. */
export async function readValues(path: string, { encoding }: FormatOptions = {}): Promise<RawRows> {
  const options = encoding === undefined ? {} : { encoding: knownEncoding(encoding) };
  const name = path.replace(/\.gz$/i, "");
  const type = extname(name).toLowerCase();
  switch (type) {
    case ".jsonl":
    case ".ndjson":
      return jsonLines(path, options);
    case ".json":
      return jsonArray(path, options);
    case ".csv":
      return csv(path, options);
    case ".parquet":
      return parquet(path);
    case ".txt":
    case ".md":
      return { rows: textRows(path, options), problems: [] };
    default:
      throw new UsageError(`${path}: ${type || "a name without an ending"} is not a format that can be read`, {
        code: "unknown-format",
        where: path,
        help: "use .jsonl, .json, .csv (each also .gz), .parquet, .txt or .md",
      });
  }
}

function knownEncoding(encoding: string): string {
  try {
    return new TextDecoder(encoding).encoding;
  } catch {
    throw new UsageError(`${encoding} is not an encoding that can be read`, {
      code: "unknown-encoding",
      help: "names are those of the web: utf-8, gb18030, gbk, big5, shift_jis, euc-kr, windows-1252 …",
    });
  }
}

type TextOptions = { encoding?: string };

function jsonLines(path: string, options: TextOptions): RawRows {
  const rows: RawRow[] = [];
  const problems: Problem[] = [];
  for (const { text, number } of readLines(path, options)) {
    if (text.trim() === "") continue;
    const where = `${path}:${number}`;
    try {
      rows.push({ value: JSON.parse(text), where });
    } catch (error) {
      problems.push({ code: "bad-json", message: `not JSON: ${(error as Error).message}`, where });
    }
  }
  return { rows, problems };
}

function jsonArray(path: string, options: TextOptions): RawRows {
  const text = readText(path, options);
  if (text.trim() === "") return { rows: [], problems: [] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError(`${path} is not JSON: ${(cause as Error).message}`, { code: "bad-json", where: path, cause });
  }
  if (!Array.isArray(value)) {
    throw new DataError(`${path} must hold a list of rows, got ${typeof value}`, {
      code: "bad-json",
      where: path,
      help: "one object a line belongs in a .jsonl file",
    });
  }
  return { rows: value.map((row: unknown, i) => ({ value: row, where: `${path}, row ${i + 1}` })), problems: [] };
}

/** Columns of a CSV whose values are not text. */
const typedColumns = new Set(["label", "Label", "margin", "ranks", "completions", "choices", "messages"]);

function csv(path: string, options: TextOptions): RawRows {
  interface Parsed {
    record: Record<string, string>;
    info: { lines: number };
  }
  let records: Parsed[];
  try {
    records = parse(readText(path, options), { columns: true, info: true, skip_empty_lines: true }) as never;
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const { message, lines } = cause as Error & { lines?: number };
    throw new DataError(`${path} is not CSV: ${message}`, { code: "bad-csv", where: `${path}:${lines ?? 1}`, cause });
  }
  const rows = records.map(({ record, info }): RawRow => {
    const cells = Object.entries(record).map(([column, cell]) => [
      column,
      typedColumns.has(column) ? typed(cell) : cell,
    ]);
    return { value: Object.fromEntries(cells), where: `${path}:${info.lines}` };
  });
  return { rows, problems: [] };
}

/** `"[1, 2]"` → `[1, 2]`, `"True"` → `true`; what is not JSON stays text, and an empty cell is absent. */
function typed(cell: string): unknown {
  if (cell.trim() === "") return undefined;
  try {
    return JSON.parse(/^(true|false)$/i.test(cell.trim()) ? cell.toLowerCase() : cell);
  } catch {
    return cell;
  }
}

async function parquet(path: string): Promise<RawRows> {
  const bytes = readBytes(path);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const { parquetReadObjects } = await import("hyparquet");
  try {
    const values = await parquetReadObjects({ file: buffer });
    return { rows: values.map((value, i) => ({ value: plain(value), where: `${path}, row ${i + 1}` })), problems: [] };
  } catch (cause) {
    throw new DataError(`${path} is not Parquet that can be read: ${(cause as Error).message}`, {
      code: "bad-parquet",
      where: path,
      help: "uncompressed and Snappy files are read; write others anew, or as JSONL",
      cause,
    });
  }
}

/** Parquet's 64-bit integers come as BigInt, its missing values as null where JSON leaves the column out. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) =>
      entry === null || entry === undefined ? [] : [[key, plain(entry)]],
    ),
  );
}

/** Plain text is one stream: one row. */
function textRows(path: string, options: TextOptions): RawRow[] {
  const text = readText(path, options);
  return text === "" ? [] : [{ value: { text }, where: `${path}:1` }];
}
