import { z } from "zod";
import { type Dataset, type Kind, mapRows, type Rows, readDataset } from "../../data/index.ts";
import { configureThreads } from "../../engine/index.ts";
import { scorer } from "../../rewards/index.ts";
import { mean, rankingQuality, std } from "../../stats/index.ts";
import { checkAll, computing, defineCommand, number, table, truncate } from "../frame/index.ts";
import { fileFlag, modelFlag, reading, tellSkipped } from "../inputs/datasets.ts";
import { openModel } from "../inputs/models.ts";
import { rowTokens } from "../inputs/row-tokens.ts";
import { printable } from "../terminal/printable.ts";
import { ClassifiedRow, ClassifiedSummary, scoreClasses } from "./score-classes.ts";

const Row = z.strictObject({
  /** `file:line`. */
  where: z.string(),
  scores: z.array(z.number()),
  /** What people said; 1 is best. */
  ranks: z.array(z.int().nullable()).optional(),
});
const Summary = z.strictObject({
  rows: z.int(),
  completions: z.int(),
  mean: z.number(),
  std: z.number(),
  /** Share of the pairs that the scores order as people did, with its 95 % interval over prompts. */
  accuracy: z.number().optional(),
  low: z.number().optional(),
  high: z.number().optional(),
  pairs: z.int().optional(),
  kendallTau: z.number().nullable().optional(),
  margin: z.number().optional(),
  /** The accuracy of "the longer answer is the better one". */
  lengthBaseline: z.number().optional(),
});

const scored = ["prompt-completion", "preference", "ranking", "unpaired", "feedback"] as const satisfies Kind[];
type Scored = Dataset<(typeof scored)[number]>;

export const score = defineCommand({
  name: "score",
  summary: "what a reward model thinks of each completion, or a classifier of each text",
  examples: [
    "plaudit score --model runs/reward-001 --data rankings.jsonl",
    "plaudit score --model runs/reward-001 --data answers.jsonl --json > scores.jsonl",
    "plaudit score --model runs/sft-001 --data reviews.jsonl   # of sft --kind classification",
  ],
  schema: z.strictObject({
    model: modelFlag("the reward model or classifier"),
    data: fileFlag(
      "answers: prompt-completion, preference, ranking or unpaired rows, or feedback.csv; texts with a label",
    ),
    symmetric: z.boolean().default(false).describe("classifier: read the two texts in both orders"),
    ...reading,
    seed: computing.seed,
    threads: computing.threads,
  }),
  resultSchema: z.union([Row, Summary, ClassifiedRow, ClassifiedSummary]),
  async run(context, options) {
    const opened = await checkAll({
      model: () => openModel(options.model, "judge"),
      data: (): Promise<Dataset<Kind>> => readDataset(options.data, [...scored, "classification"], options),
    });
    configureThreads(options.threads);
    if (opened.data.kind === "classification") {
      await scoreClasses(context, opened.model, opened.data as Dataset<"classification">, options);
      return {};
    }
    const { model } = opened;
    const data = opened.data as Scored;
    const { items, skipped } = mapRows(
      data,
      (row, i) => ({
        where: data.places[i]!,
        prompt: (row as { prompt?: unknown }).prompt ?? i,
        answers: rowTokens(model.tokenizer, data.kind, row, model.network.context).map(({ ids }) => ids),
        ranks: ranksOf(data.kind, row),
      }),
      options,
    );
    tellSkipped(context, [data], skipped);
    const { score, dispose } = scorer(model);
    const all = await score(items.flatMap(({ answers }) => answers));
    dispose();
    let at = 0;
    const rows = items.map(({ where, prompt, answers, ranks }) => {
      const scores = all.slice(at, at + answers.length);
      at += answers.length;
      return { where, prompt, scores, lengths: answers.map(({ length }) => length), ranks };
    });
    const summary = {
      rows: rows.length,
      completions: all.length,
      mean: mean(all),
      std: std(all, 0),
      ...rankingQuality(rows, options.seed),
    };
    context.emit(
      describe(rows, summary),
      ...rows.map(({ where, scores, ranks }) => ({ where, scores, ...(ranks && { ranks: [...ranks] }) })),
      summary,
    );
    return {};
  },
});

function ranksOf(kind: (typeof scored)[number], row: Rows[Kind]): readonly (number | null)[] | undefined {
  if (kind === "ranking") return (row as Rows["ranking"]).ranks;
  return kind === "preference" || kind === "feedback" ? [1, 2] : undefined;
}

const shownRows = 10;

function describe(
  rows: readonly { readonly where: string; readonly prompt: unknown; readonly scores: readonly number[] }[],
  { completions, mean, std, accuracy, low, high, pairs, kendallTau, lengthBaseline }: z.infer<typeof Summary>,
): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const some = rows.slice(0, shownRows).map(({ where, prompt, scores }) => {
    return [where, scores.map((x) => x.toFixed(2)).join("  "), truncate(printable(JSON.stringify(prompt)), 40)];
  });
  const lines = [
    table([["row", "scores", "prompt"], ...some]),
    ...(rows.length > shownRows ? [`… ${rows.length - shownRows} more rows; --json prints all`] : []),
    `${completions} scores: mean ${number(mean)}, standard deviation ${number(std)}`,
  ];
  if (accuracy !== undefined) {
    lines.push(
      `${percent(accuracy)} of ${pairs} pairs ordered as people did (95 % interval ${percent(low!)} – ${percent(high!)})`,
      `always the longer answer: ${percent(lengthBaseline!)}`,
      ...(kendallTau === null ? [] : [`Kendall's τ ${number(kendallTau!)}`]),
    );
  }
  return lines.join("\n");
}
