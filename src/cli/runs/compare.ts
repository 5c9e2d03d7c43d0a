import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { type Comparison, compareRuns, comparisonPage, namesApart, writeReport } from "../../run/index.ts";
import { checklist, defineCommand, number, table, truncate } from "../frame/index.ts";
import { overwriteFlag, requireNewFile } from "../inputs/datasets.ts";
import { findRun, runsFlag } from "./find.ts";

const numbers = z.array(z.number().nullable());
const Result = z.strictObject({
  runs: z.array(
    z.strictObject({ name: z.string(), folder: z.string(), command: z.string(), status: z.string(), step: z.int() }),
  ),
  /** Those that differ; one value a run, null where it has none. */
  settings: z.array(z.strictObject({ name: z.string(), values: z.array(z.unknown()) })),
  results: z.array(z.strictObject({ name: z.string(), values: numbers })),
  metrics: z.array(z.strictObject({ name: z.string(), values: numbers, best: numbers.optional() })),
});

export const runsCompare = defineCommand({
  name: "runs compare",
  summary: "runs side by side: what differs, what came of it",
  examples: [
    "plaudit runs compare sft-001 sft-002",
    "plaudit runs compare ppo-001 ppo-002 ppo-003 --out compare.html",
    "plaudit runs compare sft-001 sft-002 --json",
  ],
  schema: z.strictObject({
    runs: z.array(z.string()).min(1).describe("folders of runs, or their names in the folder of runs"),
    dir: runsFlag,
    out: z.string().min(1).optional().describe("a page with curves on one another").meta({ value: "FILE" }),
    overwrite: overwriteFlag,
  }),
  positionals: ["runs"],
  resultSchema: Result,
  async run(context, { runs, dir, out, overwrite }) {
    const folders = await foldersOf(runs, dir);
    if (out !== undefined) requireNewFile(out, overwrite);
    const comparison = compareRuns(folders);
    if (out !== undefined) writeReport(out, comparisonPage(comparison));
    context.emit(inWords(comparison), comparison as z.infer<typeof Result>);
    if (out !== undefined) context.note(`curves: ${out}`);
    return out === undefined ? { next: `plaudit runs compare ${runs.join(" ")} --out compare.html` } : {};
  },
});

async function foldersOf(runs: readonly string[], dir: string): Promise<string[]> {
  if (new Set(runs).size < 2) {
    throw new UsageError("one run has nothing to be compared with", {
      code: "missing-flag",
      help: "name two or more: plaudit runs compare sft-001 sft-002; `plaudit runs list` shows them",
    });
  }
  const { check, passed } = checklist();
  const found: string[] = [];
  for (const run of new Set(runs)) {
    const one = await check(() => findRun(run, dir));
    if (one) found.push(one.folder);
  }
  await passed({});
  return found;
}

/** Longer settings are for --json and for the page. */
const widest = 36;

function inWords({ runs, settings, results, metrics }: Comparison): string {
  const names = namesApart(runs);
  const text = (value: unknown) =>
    value === null ? "–" : truncate(typeof value === "string" ? value : JSON.stringify(value), widest);
  const shown = (value: number | null) => (value === null ? "–" : number(value));
  const block = (title: string, rows: readonly (readonly string[])[]) =>
    rows.length === 0 ? [] : [table([[title, ...names], ...rows])];
  return [
    table([
      ["run", "command", "status", "step"],
      ...runs.map((run, i) => [names[i]!, run.command, run.status, run.step]),
    ]),
    ...(settings.length === 0
      ? ["All settings are the same."]
      : block(
          "settings that differ",
          settings.map(({ name, values }) => [name, ...values.map(text)]),
        )),
    ...block(
      "result",
      results.map(({ name, values }) => [name, ...values.map(shown)]),
    ),
    ...block(
      "metric, last (best)",
      metrics.map(({ name, values, best }) => [
        name,
        ...values.map((value, i) =>
          best === undefined ? shown(value) : `${shown(value)} (${shown(best[i] ?? null)})`,
        ),
      ]),
    ),
  ].join("\n\n");
}
