import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { readMetrics } from "../../run/index.ts";
import { defineCommand, number, table } from "../frame/index.ts";
import { findRun, runsFlag } from "./find.ts";

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
  /** What the doctor found. */
  findings: z.array(z.record(z.string(), z.unknown())).optional(),
});

export const runsShow = defineCommand({
  name: "runs show",
  summary: "one run: settings, lineage, status, last metrics",
  examples: ["plaudit runs show sft-001", "plaudit runs show my-project/runs/ppo-002 --json"],
  schema: z.strictObject({
    run: z.string().describe("a run's folder, or its name in the folder of runs"),
    dir: runsFlag,
  }),
  positionals: ["run"],
  resultSchema: Result,
  async run(context, options) {
    const { folder, info, status } = findRun(options.run, options.dir);
    const { command, step, seed, config, parents, result, findings } = info;
    const page = join(folder, "report.html");
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
        (findings ?? []).map(({ code, message, fix }) => `${message} [${code}]\n  ${fix}`).join("\n"),
        existsSync(page) ? `Report: ${page}` : "",
      ]
        .filter(Boolean)
        .join("\n\n"),
      { ...shown, ...(result && { result }), ...(findings && { findings }) },
    );
    const goesOn = status === "interrupted" || status === "stopped" || status === "failed";
    return goesOn ? { next: `plaudit runs resume ${folder}` } : {};
  },
});

function block(title: string, values: Readonly<Record<string, unknown>>, inWords = exactly): string {
  const rows = Object.entries(values).map(([key, value]) => [`  ${key}`, inWords(value)]);
  return rows.length ? `${title}\n${table(rows)}` : "";
}

const exactly = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
const rounded = (value: unknown) => (typeof value === "number" ? number(value) : exactly(value));
