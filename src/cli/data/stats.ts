import { z } from "zod";
import { type DatasetStats, datasetStats, kinds, readDataset } from "../../data/index.ts";
import { checkAll, defineCommand, number, table } from "../frame/index.ts";
import { fileFlag, kindFlag, modelFlag, reading } from "../inputs/datasets.ts";
import { openModel } from "../inputs/models.ts";

const Summary = z.strictObject({
  mean: z.number(),
  min: z.number(),
  median: z.number(),
  p95: z.number(),
  max: z.number(),
});
const Share = z.number().min(0).max(1);
const Result = z.strictObject({
  file: z.string(),
  kind: z.enum(kinds),
  rows: z.int(),
  skipped: z.int(),
  duplicates: z.int(),
  scripts: z.strictObject({ han: Share, latin: Share, other: Share, none: Share }),
  characters: z.record(z.string(), Summary),
  tokens: z.record(z.string(), Summary).optional(),
  totalTokens: z.int().optional(),
});

export const dataStats = defineCommand({
  name: "data stats",
  summary: "rows, duplicates, lengths, scripts",
  examples: [
    "plaudit data stats rankings.jsonl",
    "plaudit data stats demonstrations.jsonl --model runs/sft-001 --json",
  ],
  schema: z.strictObject({
    files: z.array(fileFlag("datasets to describe")).min(1),
    kind: kindFlag,
    model: modelFlag("whose tokens to count as well").optional(),
    ...reading,
  }),
  positionals: ["files"],
  resultSchema: Result,
  async run(context, { files, kind, model: spec, ...options }) {
    const { model } = await checkAll({ model: () => spec && openModel(spec, "any") });
    for (const file of files) {
      const data = await readDataset(file, kind ?? kinds, options);
      const stats = datasetStats(data.rows, model ? model.tokenizer : undefined);
      const skipped = data.skipped.length;
      context.emit(`${describe(file, data.kind, stats)}\n`, { file, kind: data.kind, skipped, ...stats });
    }
    return {};
  },
});

function describe(file: string, kind: string, { rows, duplicates, scripts, ...stats }: DatasetStats): string {
  const shares = Object.entries(scripts).filter(([, share]) => share > 0);
  const inWords = shares.map(([script, share]) => `${script} ${number(100 * share)} %`).join(", ");
  const blocks = [
    `${file}: ${rows} ${kind} rows, ${duplicates} of them duplicates`,
    `script of the letters: ${inWords}`,
    lengthsTable("characters", stats.characters),
    ...(stats.tokens ? [`${lengthsTable("tokens", stats.tokens)}\n${stats.totalTokens} tokens in all`] : []),
  ];
  return blocks.join("\n\n");
}

function lengthsTable(unit: string, columns: DatasetStats["characters"]): string {
  const rows = Object.entries(columns).map(([column, { mean, min, median, p95, max }]) => {
    return [column, Number(mean.toFixed(1)), min, median, p95, max];
  });
  return table([[unit, "mean", "min", "median", "95 %", "max"], ...rows]);
}
