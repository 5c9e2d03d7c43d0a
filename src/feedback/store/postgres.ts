/** PostgreSQL, for teams. One database (or schema) holds one project. */
import { Kysely, PostgresDialect, sql } from "kysely";
import type { PlauditError } from "../../base/index.ts";
import type { Database } from "./database.ts";
import { databaseFailure } from "./failure.ts";
import type { Db, Tables } from "./tables.ts";

/** Of the advisory lock that stands for the journal: the letters "plau". */
const lockKey = 0x706c6175;

export async function openPostgres(url: string): Promise<Database> {
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({ connectionString: url, max: 8, connectionTimeoutMillis: 10_000 });
  pool.on("error", () => {}); // of a connection at rest: whoever needs one next is told
  const db: Db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });

  const exclusive: Database["exclusive"] = (work, { durable = true } = {}) =>
    db.connection().execute(async (one) => {
      await sql`begin`.execute(one);
      try {
        const commit = durable ? "on" : "off";
        await sql`select set_config('lock_timeout', '10s', true), set_config('synchronous_commit', ${commit}, true)`.execute(
          one,
        );
        await sql`select pg_advisory_xact_lock(${sql.lit(lockKey)})`.execute(one);
        const value = await work(one);
        await sql`commit`.execute(one);
        return value;
      } catch (error) {
        await sql`rollback`.execute(one).catch(() => {}); // a lost connection has rolled back by itself
        throw error;
      }
    });
  return { db, exclusive, explain, purge: async () => {}, close: () => db.destroy() };
}

/** By SQLSTATE, and by what the socket says. */
function explain(error: unknown): PlauditError | undefined {
  const { code = "", syscall } = (error ?? {}) as { code?: string; syscall?: string };
  const message = error instanceof Error ? error.message : String(error);
  if (code === "55P03") return databaseFailure("locked", "the database is locked", error);
  if (code === "53100") return databaseFailure("full", "the database server's disk is full", error);
  if (code === "25006") return databaseFailure("readOnly", "the database can only be read", error);
  const unreachable =
    /^(08|28|3D|53|57|58)/.test(code) ||
    ["connect", "read", "write", "getaddrinfo"].includes(syscall ?? "") ||
    /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error/i.test(
      message,
    );
  return unreachable ? databaseFailure("unreachable", `the database does not answer: ${message}`, error) : undefined;
}
