import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { DataError, nearest, type Problem } from "../base/index.ts";
import { checkRow } from "./check.ts";
import { type FormatOptions, readValues } from "./formats.ts";
import { columnsOf, detectKind, type Kind, type Rows } from "./rows.ts";

export interface ReadOptions extends FormatOptions {
  /** Goes on without the rows that do not fit; they are in `skipped`. Default false. */
  readonly skipBadRows?: boolean | undefined;
}

export interface Dataset<K extends Kind = Kind> {
  readonly path: string;
  readonly kind: K;
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly hash: string;
  readonly rows: readonly Rows[K][];
  /** Where each row stands: `file:line`. */
  readonly places: readonly string[];
  readonly skipped: readonly Problem[];
}

/**
 * Reads and checks a dataset (formats: {@link readValues}). With several kinds, the columns decide which one it is.
 *
 * Throws `missing-file`, `empty-file`, `bad-encoding`, `missing-column` (with the columns found and the nearest name),
 * or `bad-rows` with every row that does not fit in `problems`.
 */
export async function readDataset<K extends Kind>(
  path: string,
  kind: K | readonly K[],
  options: ReadOptions = {},
): Promise<Dataset<K>> {
  const { rows: values, problems } = await readValues(path, options);
  if (values.length === 0 && problems.length === 0) {
    throw new DataError(`${path} is empty`, { code: "empty-file", where: path, help: "it must hold at least one row" });
  }
  const columns = [...new Set(values.flatMap(({ value }) => Object.keys((value as object | null) ?? {})))];
  const wanted = chooseKind(kind, columns);
  if (values.length > 0) requireColumns(path, wanted, columns, [kind].flat() as Kind[]);

  const rows: Rows[K][] = [];
  const places: string[] = [];
  const faults: Problem[] = [...problems];
  for (const { value, where } of values) {
    const result = checkRow(wanted, value);
    if ("fault" in result) faults.push({ ...result.fault, where });
    else {
      rows.push(result.row);
      places.push(where);
    }
  }
  if (faults.length > 0 && (!options.skipBadRows || rows.length === 0)) {
    throw badRows(path, faults, values.length + problems.length);
  }
  const hash = createHash("sha256").update(readFileSync(path)).digest("hex");
  return { path, kind: wanted, hash, rows, places, skipped: faults };
}

/**
 * Applies `work` to every row; each row that it refuses with a DataError is one problem with the row's place, and they
 * are thrown together as `bad-rows` (or left out when `skipBadRows`).
 */
export function mapRows<K extends Kind, T>(
  dataset: Dataset<K>,
  work: (row: Rows[K], index: number) => T,
  { skipBadRows = false }: Pick<ReadOptions, "skipBadRows"> = {},
): { readonly items: readonly T[]; readonly skipped: readonly Problem[] } {
  const items: T[] = [];
  const faults: Problem[] = [];
  dataset.rows.forEach((row, i) => {
    try {
      items.push(work(row, i));
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      const { code, message, help, where } = error;
      const place = dataset.places[i];
      faults.push({ code, message, help, where: where === undefined ? place : `${place}: ${where}` });
    }
  });
  if (faults.length > 0 && (!skipBadRows || items.length === 0))
    throw badRows(dataset.path, faults, dataset.rows.length);
  return { items, skipped: faults };
}

export function badRows(path: string, problems: readonly Problem[], total: number): DataError {
  return new DataError(`${path}: ${problems.length} of ${total} rows cannot be used`, {
    code: "bad-rows",
    where: problems[0]?.where,
    help: "correct them, or go on without them: --skip-bad-rows",
    problems,
  });
}

function chooseKind<K extends Kind>(kind: K | readonly K[], columns: readonly string[]): K {
  if (typeof kind === "string") return kind;
  const accepted = kind as readonly K[];
  const found = detectKind(columns, accepted);
  // With no match the first kind is the one that the message explains.
  return (found ?? accepted[0]) as K;
}

function requireColumns(path: string, kind: Kind, columns: readonly string[], accepted: readonly Kind[]): void {
  const missing = columnsOf(kind).filter((column) => !columns.includes(column));
  if (missing.length === 0) return;
  const similar = missing.flatMap((column) => {
    const name = nearest(column, columns);
    return name ? [`"${name}" may be meant for "${column}"`] : [];
  });
  const s = missing.length > 1 ? "s" : "";
  throw new DataError(
    `${path} has no column${s} ${quoted(missing)}; found ${columns.length > 0 ? quoted(columns) : "none"}`,
    {
      code: "missing-column",
      where: path,
      help:
        similar.join("; ") ||
        `wanted are ${accepted.map((one) => `${quoted(columnsOf(one))} (${one})`).join(", or ")}; published datasets become such rows by plaudit data convert --from NAME`,
    },
  );
}

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");
