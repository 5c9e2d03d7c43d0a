import { z } from "zod";
import { instructGptReward, RewardConfig, type Rewarding, type RewardResult, rewardModel } from "../../align/index.ts";
import { padIsEos, rewardModelling } from "../../doctor/index.ts";
import { planSteps } from "../../plan/index.ts";
import { heed } from "../doctor/examine.ts";
import { examineCuts } from "../doctor/examine-rows.ts";
import { checklist, computing, defineCommand } from "../frame/index.ts";
import { reading, tellSkipped } from "../inputs/datasets.ts";
import { readDemonstrations, tokenizeDemonstrations } from "../inputs/demonstrations.ts";
import { openModel } from "../inputs/models.ts";
import { readRankings, tokenizeRankings } from "../inputs/rankings.ts";
import { splitByPrompt, validationHelp } from "../inputs/split.ts";
import { dryRun, Planned, shapeOfNetwork } from "./dry-run.ts";
import { applyPreset, checkRun, datasetOf, parentOf, recording, summary, train } from "./training.ts";

const schema = z.strictObject({
  model: z
    .string()
    .describe("a language model, whose body gets a new head; or a reward model to go on with")
    .meta({ value: "MODEL" }),
  data: z
    .string()
    .describe("rankings, pairs of chosen and rejected, or feedback.csv with Title1, Title2, Label")
    .meta({ value: "FILE" }),
  kind: z.enum(["ranking", "pairwise"]).optional().describe("refuse data that is of the other kind"),
  demonstrations: z
    .string()
    .optional()
    .describe("answers whose mean score becomes 0 (default: the ranked answers')")
    .meta({ value: "FILE" }),
  preset: z.enum(["instructgpt"]).optional().describe("the paper's recipe; flags win over it"),
  validationShare: z.number().min(0).lt(1).default(0.1).describe(validationHelp),
  ...RewardConfig.shape,
  ...recording,
  ...reading,
  ...computing,
});
type Options = z.infer<typeof schema>;

const measured = z.number().nullable();
const Result = z.strictObject({
  steps: z.int(),
  trainLoss: z.number(),
  /** Of the validation pairs that are no ties, with an interval over prompts; null without validation rows. */
  accuracy: measured,
  low: measured,
  high: measured,
  kendallTau: measured,
  /** Mean difference of the scores of the better and the worse answer. */
  margin: measured,
  /** Accuracy of taking the longer answer for the better one. */
  lengthBaseline: measured,
  seconds: z.number(),
  run: z.string(),
});

export const reward = defineCommand({
  name: "reward",
  summary: "train a reward model on rankings or pairs",
  examples: [
    "plaudit reward --model runs/sft-001 --data rankings.jsonl",
    "plaudit reward --model runs/sft-001 --data pairs.jsonl --demonstrations demonstrations.jsonl",
    "plaudit reward --model runs/sft-001 --data feedback.csv --validation-share 0.2",
  ],
  schema,
  resultSchema: z.union([Result, Planned]),
  async run(context, given) {
    const options = applyPreset(given, context.given, given.preset && instructGptReward);
    const { model, data, rows, references } = await prepare(options);
    const { items, skipped } = rows;
    const { train: training, validation } = splitByPrompt(items, ({ prompt }) => prompt, options.validationShare);
    const answers = items.reduce((n, { completions }) => n + completions.length, 0);
    tellSkipped(
      context,
      [data, ...(references ? [references.data] : [])],
      [...skipped, ...(references?.rows.skipped ?? [])],
    );
    const findings = [
      ...padIsEos(model.tokenizer.special),
      ...examineCuts(context, { cut: items.map(({ cut }) => cut), total: answers, length: model.network.context }),
    ];
    heed(context, findings);

    const { batchSize, numTrainEpochs, maxSteps, microBatchSize } = options;
    const plan = planSteps({ rows: training.length, epochs: numTrainEpochs, batchSize, maxSteps, unit: "prompt" });
    if (options.dryRun) {
      const lengths = training.flatMap(({ completions }) => completions.map((ids) => ids.length));
      const perPrompt = lengths.reduce((a, b) => a + b, 0) / training.length;
      await dryRun(context, {
        shape: shapeOfNetwork(model.network),
        rows: Math.round((lengths.length / training.length) * Math.min(batchSize, training.length)),
        microBatchSize:
          microBatchSize && microBatchSize * Math.max(...training.map(({ completions }) => completions.length)),
        length: Math.max(...lengths),
        gradientCheckpointing: options.gradientCheckpointing,
        steps: plan,
        tokensPerStep: Math.round(perPrompt * Math.min(batchSize, training.length)),
        facts: [`${training.length} prompts to learn, ${validation.length} to measure, ${answers} answers in all`],
        findings,
      });
      return {};
    }
    const settings = { ...RewardConfig.parse(options), seed: options.seed };
    const centre = references && { demonstrations: references.rows.items.map(({ ids }) => ids) };
    const result = await train<Rewarding>(context, options, {
      command: "reward",
      trainer: (from) => rewardModel({ ...settings, model, data: training, validation, ...centre }, { from }),
      datasets: [data, ...(references ? [references.data] : [])].map(datasetOf),
      parents: [parentOf("model", options.model)],
      totalSteps: plan.steps,
      findings,
      watch: rewardModelling,
      shown: { loss: "loss", accuracy: "accuracy", margin: "margin" },
    });
    context.emit(summary(result, quality(result)), result);
    return { next: `plaudit ppo --policy ${options.model} --reward ${result.run} --prompts PROMPTS.jsonl` };
  },
});

/** Checks and reads every input; one report lists whatever is wrong with any. */
async function prepare(options: Options) {
  const { demonstrations: file } = options;
  const { check, passed } = checklist();
  await check(() => checkRun(options));
  const model = await check(() => openModel(options.model, "any"));
  const data = await check(() => readRankings(options.data, options));
  const shown = file === undefined ? undefined : await check(() => readDemonstrations(file, options));
  const rows = model && data && (await check(() => tokenizeRankings(data, model, options)));
  const references =
    model &&
    shown &&
    (await check(() => ({
      data: shown,
      rows: tokenizeDemonstrations(shown, model.tokenizer, { ...options, maxLength: model.network.context }),
    })));
  return { ...(await passed({ model, data, rows })), references };
}

function quality({ trainLoss, accuracy, low, high, kendallTau, margin, lengthBaseline }: RewardResult): string {
  const loss = `loss ${trainLoss.toFixed(4)}`;
  if (accuracy === null) return `${loss}; nothing was kept to measure its accuracy`;
  const percent = (x: number | null) => `${(100 * (x ?? Number.NaN)).toFixed(1)} %`;
  return [
    loss,
    `accuracy ${percent(accuracy)} (95 %: ${percent(low)} to ${percent(high)}) on prompts it has not seen`,
    `  the longer answer as the better one: ${percent(lengthBaseline)}`,
    `  Kendall's tau ${kendallTau?.toFixed(3)}, margin ${margin?.toFixed(3)}`,
  ].join("\n");
}
