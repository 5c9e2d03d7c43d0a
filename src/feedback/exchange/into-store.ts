import { setImmediate } from "node:timers/promises";
import { PlauditError } from "../../base/index.ts";
import type { Entry } from "../entry.ts";
import type { Store } from "../store/store.ts";
import type { KnownFormat } from "./formats.ts";
import type { BadRow } from "./found.ts";
import { type ImportOptions, importRows, type SourceRow } from "./import.ts";

export interface ImportReport {
  /** What the file was taken for; null: for nothing that is known. */
  format: KnownFormat | null;
  rows: number;
  /** What the usable rows hold. */
  tasks: number;
  judgements: number;
  demonstrations: number;
  /** How many of their entries were there before. */
  known: number;
  /** The first 20 rows that could not be used, and how many there were. */
  bad: BadRow[];
  badCount: number;
}

/** Rows between two reports of progress. */
const stride = 500;

/**
 * Imports rows into a project, some entries a transaction; without a store it only checks them. Killed on the way, the
 * same call goes on where it was: what is there already is passed over.
 *
 * @param options.batch entries a transaction. Default 500: others are kept waiting for a tenth of a second. Ids of an
 *   import lie anywhere in the indices, so a larger one writes fewer pages: 5000 take half the time
 * @param options.progress told the rows so far, and what share of the file's bytes they are where that is known
 * @param options.onBad told of each row that cannot be used
 */
export async function importInto(
  store: Store | undefined,
  rows: AsyncIterable<SourceRow> | Iterable<SourceRow>,
  options: ImportOptions & {
    readonly batch?: number;
    readonly progress?: (rows: number, share?: number) => void;
    readonly onBad?: ((bad: BadRow) => void) | undefined;
  },
): Promise<ImportReport> {
  const { batch: batchSize = 500, progress, onBad } = options;
  const report: ImportReport = {
    ...{
      format: options.format === "auto" ? null : options.format,
      rows: 0,
      tasks: 0,
      judgements: 0,
      demonstrations: 0,
    },
    ...{ known: 0, bad: [], badCount: 0 },
  };
  let batch: Entry[] = [];
  const flush = async () => {
    if (store) report.known += batch.length - (await appendUnknown(store, batch, report.format));
    for (const { kind } of batch) {
      if (kind === "task") report.tasks++;
      if (kind === "judgement") report.judgements++;
      if (kind === "demonstration") report.demonstrations++;
    }
    batch = [];
  };
  async function* counted() {
    let share: number | undefined;
    for await (const row of rows) {
      report.rows++;
      share = row.share;
      yield row;
      if (report.rows % stride > 0) continue;
      progress?.(report.rows, share);
      await setImmediate(); // a server has others to answer
    }
  }
  const took = (format: KnownFormat) => {
    report.format = format;
    options.took?.(format);
  };
  for await (const imported of importRows(counted(), { ...options, took })) {
    if ("bad" in imported) {
      report.badCount++;
      if (report.bad.length < 20) report.bad.push(imported.bad);
      onBad?.(imported.bad);
    } else if (batch.push(imported.entry) >= batchSize) await flush();
  }
  await flush();
  progress?.(report.rows, 1);
  return report;
}

/**
 * Entries of foreign rows get their time from the import, so when a file comes again the store meets other entries under
 * known ids and refuses the batch: then those are left out. Our own lines are never changed, and a clash is one.
 */
async function appendUnknown(store: Store, batch: readonly Entry[], format: KnownFormat | null): Promise<number> {
  try {
    return await store.append(batch);
  } catch (error) {
    if (format === "all" || !(error instanceof PlauditError) || error.code !== "id-taken") throw error;
  }
  const fresh: Entry[] = [];
  for (const entry of batch) if ((await store.entry(entry.id)) === undefined) fresh.push(entry);
  return store.append(fresh);
}
