import type { Secrets } from "./store.ts";
import type { Db } from "./tables.ts";

/** `write` runs its work in a transaction. Keys are hashes, names or our own: short texts. */
export function secretsOf(
  read: <T>(work: (db: Db) => Promise<T>) => Promise<T>,
  write: <T>(work: (db: Db) => Promise<T>) => Promise<T>,
  now: () => number,
): Secrets {
  const living = (db: Db, kind: string) =>
    db
      .selectFrom("secrets")
      .select(["key", "json"])
      .where("kind", "=", kind)
      .where(({ or, eb }) => or([eb("until_ms", "is", null), eb("until_ms", ">", now())]));
  return {
    async get(kind, key) {
      const row = await read((db) => living(db, kind).where("key", "=", key).executeTakeFirst());
      return row && JSON.parse(row.json);
    },
    async all(kind) {
      const rows = await read((db) => living(db, kind).execute());
      return rows.map(({ key, json }) => ({ key, value: JSON.parse(json) })).sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    async set(kind, key, value, until) {
      const row = { json: JSON.stringify(value), until_ms: until ?? null };
      await write(async (db) => {
        await db.deleteFrom("secrets").where("until_ms", "<=", now()).execute();
        await db
          .insertInto("secrets")
          .values({ kind, key, ...row })
          .onConflict((c) => c.columns(["kind", "key"]).doUpdateSet(row))
          .execute();
      });
    },
    async delete(kind, key) {
      await write((db) => db.deleteFrom("secrets").where("kind", "=", kind).where("key", "=", key).execute());
    },
  };
}
