import type { PlauditError } from "../../base/index.ts";
import type { Db } from "./tables.ts";

/** What the store needs of a database; `sqlite.ts` and `postgres.ts` have it. */
export interface Database {
  readonly db: Db;
  /**
   * Runs `work` in a transaction that no other exclusive one of any process overlaps. What it did is on the disk when
   * this resolves, or undone when it rejects. With `durable: false` a power cut may undo it afterwards, until a durable
   * transaction has come behind it; never the other way round.
   */
  exclusive<T>(work: (db: Db) => Promise<T>, options?: { readonly durable?: boolean }): Promise<T>;
  /** The error that a person is told, when the database was what failed. */
  explain(error: unknown): PlauditError | undefined;
  /** Makes sure that what was deleted can no longer be read in the database's files. */
  purge(): Promise<void>;
  close(): Promise<void>;
}
