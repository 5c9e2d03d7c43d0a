/**
 * Kill −9 at random moments under writing load loses no acknowledged entry and doubles none, the database is intact and
 * equals the journal: 200 kills of the writer over SQLite; 50 over PostgreSQL, of the writer and of the whole server.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, startServer } from "../store/postgres.ts";
import { type Survival, surviveKills } from "../store/processes.ts";
import type { Proof } from "./proof.ts";

export const kills: Proof = {
  question: "Is any acknowledged judgement lost or doubled when the writer, or the database's server, is killed?",
  async run({ seeds, note }) {
    const results: ({ readonly database: string; readonly seed: number } & Survival)[] = [];
    for (const seed of seeds) {
      const survived = [{ database: "SQLite", seed, ...(await overSqlite(seed)) }];
      if (missing) note(missing);
      else survived.push({ database: "PostgreSQL", seed, ...(await overPostgres(seed)) });
      for (const { database, kills, acknowledged, unacknowledged, lost, doubled, equal, intact } of survived) {
        note(
          `${database}, seed ${seed}: ${kills} kills, ${acknowledged} acknowledged, ${unacknowledged} more in the journal, ` +
            `${lost} lost, ${doubled} doubled, ${equal ? "equal" : "NOT EQUAL"}, ${intact ? "intact" : "DAMAGED"}`,
        );
      }
      results.push(...survived);
    }
    const passed = results.every(({ lost, doubled, equal, intact }) => lost + doubled === 0 && equal && intact);
    return { passed, results };
  },
};

const overSqlite = (seed: number) => inFolder((folder) => surviveKills(folder, { kills: 200, seed }));

async function overPostgres(seed: number): Promise<Survival> {
  const server = await startServer();
  try {
    const url = await server.create();
    return await inFolder((folder) => surviveKills(folder, { kills: 50, seed, url, restart: () => server.crash() }));
  } finally {
    await server.stop();
  }
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "plaudit-kills-"));
  try {
    return await work(join(folder, "project"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
