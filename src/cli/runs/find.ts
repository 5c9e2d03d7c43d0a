/** How a run is named on the command line: by its folder, or by its name in the folder of runs. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { nearest, UsageError } from "../../base/index.ts";
import { listRuns, type RunSummary, readRun } from "../../run/index.ts";

export const runsFlag = z.string().default("runs").describe("folder that holds the runs").meta({ value: "DIR" });

/** Throws `missing-run` with the nearest name, `not-a-run` for a folder without run.json. */
export function findRun(run: string, dir: string): Omit<RunSummary, "name"> {
  const folder = existsSync(run) ? run : join(dir, run);
  if (existsSync(folder)) return readRun(folder);
  const names = listRuns(dir).map(({ name }) => name);
  const near = nearest(run, names);
  throw new UsageError(`there is no run ${run}`, {
    code: "missing-run",
    help: near ? `did you mean ${near}?` : names.length ? `${dir}/ has ${names.join(", ")}` : `${dir}/ has no runs`,
  });
}
