import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { forms, openReports } from "../index.ts";

it("a database that cannot be opened is told to whoever asks, and the thread ends without taking the program with it", async () => {
  const project = mkdtempSync(join(tmpdir(), "plaudit-reports-"));
  const thrown: unknown[] = [];
  const hear = (error: unknown) => thrown.push(error);
  process.on("uncaughtExceptionMonitor", hear);
  try {
    writeFileSync(join(project, "journal.jsonl"), "");
    mkdirSync(join(project, "plaudit.db")); // a folder where the file should be
    const reports = openReports({ project, database: undefined });
    await expect(reports.dashboard({ options: {}, form: forms.ranking })).rejects.toThrow();
    reports.close();
    await new Promise((resolve) => setTimeout(resolve, 500)); // time to fail
    expect(thrown).toEqual([]);
  } finally {
    process.off("uncaughtExceptionMonitor", hear);
    rmSync(project, { recursive: true });
  }
});
