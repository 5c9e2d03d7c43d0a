import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { nearest, UsageError } from "../base/index.ts";
import { listRuns, type RunSummary, readMetrics, readRun } from "../run/index.ts";
import { defineCommand, number, table } from "./frame/index.ts";

const Result = z.strictObject({
  name: z.string(),
  command: z.string(),
  status: z.string(),
  step: z.int(),
  seed: z.number().optional(),
  config: z.record(z.string(), z.unknown()),
  parents: z.array(z.object({ role: z.string(), path: z.string() })),
  /** Of the last step. */
  metrics: z.record(z.string(), z.unknown()),
  result: z.record(z.string(), z.unknown()).optional(),
});

export const runsShow = defineCommand({
  name: "runs show",
  summary: "one run: settings, lineage, status, last metrics",
  examples: ["plaudit runs show sft-001", "plaudit runs show my-project/runs/ppo-002 --json"],
  schema: z.strictObject({
    run: z.string().describe("a run's folder, or its name in the folder of runs"),
    dir: z.string().default("runs").describe("folder that holds the runs").meta({ value: "DIR" }),
  }),
  positionals: ["run"],
  resultSchema: Result,
  async run(context, options) {
    const { folder, info, status } = findRun(options.run, options.dir);
    const { command, step, seed, config, parents, result } = info;
    const name = basename(folder);
    const metrics = readMetrics(folder).at(-1) ?? {};
    const shown = { name, command, status, step, config, parents, metrics, ...(seed !== undefined && { seed }) };
    context.emit(
      [
        `${name}: ${command}, ${status} after step ${step}`,
        block("Settings", { ...(seed !== undefined && { seed }), ...config }),
        block("Came from", Object.fromEntries(parents.map(({ role, path }) => [role, path]))),
        block("Last metrics", metrics, rounded),
        block("Result", result ?? {}, rounded),
      ]
        .filter(Boolean)
        .join("\n\n"),
      { ...shown, ...(result && { result }) },
    );
    const goesOn = status === "interrupted" || status === "stopped" || status === "failed";
    return goesOn ? { next: `plaudit ${command} --resume ${folder}` } : {};
  },
});

function findRun(run: string, dir: string): Omit<RunSummary, "name"> {
  const folder = existsSync(run) ? run : join(dir, run);
  if (existsSync(folder)) return readRun(folder);
  const names = listRuns(dir).map(({ name }) => name);
  const near = nearest(run, names);
  throw new UsageError(`there is no run ${run}`, {
    code: "missing-run",
    help: near ? `did you mean ${near}?` : names.length ? `${dir}/ has ${names.join(", ")}` : `${dir}/ has no runs`,
  });
}

function block(title: string, values: Readonly<Record<string, unknown>>, inWords = exactly): string {
  const rows = Object.entries(values).map(([key, value]) => [`  ${key}`, inWords(value)]);
  return rows.length ? `${title}\n${table(rows)}` : "";
}

const exactly = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
const rounded = (value: unknown) => (typeof value === "number" ? number(value) : exactly(value));
