import { UsageError } from "../../base/index.ts";
import type { Entry } from "../entry.ts";
import type { Store } from "../store/store.ts";
import { type ExportOptions, type ExportRow, exportRows } from "./export.ts";
import type { ExportFormat } from "./formats.ts";
import { journalLines } from "./journal-lines.ts";
import { nothingToExport, parquetOf } from "./parquet.ts";

export interface ExportContent {
  /** The file's bytes, made as they are asked for; to be gone through once. */
  readonly chunks: Iterable<Uint8Array>;
  /** Rows so far: all of them when the chunks are at their end. */
  readonly rows: number;
}

/**
 * A project's feedback as a file. `all` is everything, simulated annotators included and no filter applied. Throws
 * `cannot-convert` for a journal as Parquet, `nothing-to-export` where there is no row.
 */
export async function exportContent(
  store: Store,
  {
    format,
    file,
    synthetic = false,
    ...options
  }: Omit<ExportOptions, "format"> & {
    readonly format: ExportFormat;
    readonly file: "jsonl" | "parquet";
    /** Simulated annotators' words too. Default false. */
    readonly synthetic?: boolean;
  },
): Promise<ExportContent> {
  if (format === "all") {
    if (file === "jsonl") return linesOf(journalLines(await journalOf(store), options));
    throw new UsageError("the whole journal is no table", {
      code: "cannot-convert",
      help: "export it as .jsonl, or another format as .parquet",
    });
  }
  const rows = exportRows(await store.words({ synthetic }), await store.tasks(), { ...options, format });
  if (file === "jsonl") return linesOf(jsonOf(rows));
  const all = [...rows];
  return { chunks: [await parquetOf(all)], rows: all.length };
}

const pageSize = 1000;

async function journalOf(store: Store): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (;;) {
    const after = entries.at(-1)?.id;
    const page = await store.history({ limit: pageSize, ...(after !== undefined && { after }) });
    for (const entry of page) entries.push(entry);
    if (page.length < pageSize) return entries;
  }
}

function* jsonOf(rows: Iterable<ExportRow>): Generator<string, void> {
  for (const row of rows) yield JSON.stringify(row);
}

/** Lines in pieces of about 64 kB. */
function linesOf(lines: Iterator<string, void>): ExportContent {
  let line = lines.next();
  if (line.done) throw nothingToExport();
  let rows = 0;
  function* chunks(): Generator<Uint8Array, void> {
    let waiting = "";
    for (; !line.done; line = lines.next()) {
      rows++;
      waiting += `${line.value}\n`;
      if (waiting.length < 1 << 16) continue;
      yield Buffer.from(waiting);
      waiting = "";
    }
    if (waiting !== "") yield Buffer.from(waiting);
  }
  return {
    chunks: chunks(),
    get rows() {
      return rows;
    },
  };
}
