/** `plaudit sft --kind classification`: GPT-1's fine-tuning. The flags that it shares with demonstrations are in sft.ts. */
import { z } from "zod";
import {
  ClassificationConfig,
  type ClassificationResult as Classified,
  classify,
  gpt1Classification,
} from "../../align/index.ts";
import { readDataset } from "../../data/index.ts";
import { padIsEos } from "../../doctor/index.ts";
import { lanesFor } from "../../engine/index.ts";
import { planSteps } from "../../plan/index.ts";
import { defaultMicroBatch } from "../../train/index.ts";
import { heed } from "../doctor/examine.ts";
import { examineCuts } from "../doctor/examine-rows.ts";
import { type Context, checklist, type Outcome } from "../frame/index.ts";
import { classificationRows } from "../inputs/classification-rows.ts";
import { tellSkipped } from "../inputs/datasets.ts";
import { openModel } from "../inputs/models.ts";
import { splitByPrompt } from "../inputs/split.ts";
import { dryRun, type Planned, shapeOfNetwork } from "./dry-run.ts";
import { withDropout } from "./new-model.ts";
import {
  applyPreset,
  checkRun,
  datasetOf,
  lengthOf,
  parentOf,
  summary,
  type TrainingFlags,
  train,
} from "./training.ts";

const { lmCoef, classifierDropout } = ClassificationConfig.shape;

/** What only classification can be told. */
export const classificationFlags = {
  lmCoef,
  classifierDropout,
  symmetric: z.boolean().default(false).describe("classification: read the two texts in both orders (similarity)"),
};

const measured = z.number().nullable();
export const ClassificationResult = z.strictObject({
  steps: z.int(),
  /** Of the task alone, like the validation loss. */
  trainLoss: z.number(),
  validationLoss: measured,
  /** On validation rows, with a 95 % interval. */
  accuracy: measured,
  low: measured,
  high: measured,
  /** Accuracy of always giving the commonest class. */
  majorityBaseline: measured,
  seconds: z.number(),
  run: z.string(),
});

interface Flags extends TrainingFlags, z.infer<typeof ClassificationConfig> {
  readonly model: string;
  readonly data: string;
  readonly dropout?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly preset?: string | undefined;
  readonly symmetric: boolean;
  readonly validationShare: number;
  readonly skipBadRows: boolean;
  readonly encoding?: string | undefined;
  readonly dryRun: boolean;
}

export async function tuneClassifier(
  context: Context<z.infer<typeof ClassificationResult> | Planned>,
  given: Flags,
): Promise<Outcome> {
  const options = applyPreset(given, context.given, given.preset === "gpt1" ? gpt1Classification : undefined);
  const { model, data, rows } = await prepare(options);
  const { items, labels, skipped } = rows;
  const { train: training, validation } = splitByPrompt(items, ({ prompt }) => prompt, options.validationShare);
  tellSkipped(context, [data], skipped);
  const length = lengthOf(options, model.network.context);
  const findings = [
    ...padIsEos(model.tokenizer.special),
    ...examineCuts(context, { cut: items.map((row) => Number(row.cut)), total: items.length, length }),
  ];
  heed(context, findings);
  const S = items[0]!.sequences.length;
  const task = labels ? `${labels.length} classes: ${labels.slice(0, 20).join(", ")}` : `${S} choices a row`;
  context.note(task);

  const { batchSize, numTrainEpochs, maxSteps, microBatchSize } = options;
  const plan = planSteps({ rows: training.length, epochs: numTrainEpochs, batchSize, maxSteps, unit: "row" });
  if (options.dryRun) {
    const lengths = training.flatMap(({ sequences }) => sequences.map((ids) => ids.length));
    const longest = Math.max(...lengths);
    const perRow = lengths.reduce((a, b) => a + b, 0) / training.length;
    const lanes = lanesFor(model.weights.flat.length);
    await dryRun(context, {
      shape: shapeOfNetwork(model.network),
      rows: S * Math.min(batchSize, training.length),
      microBatchSize: S * (microBatchSize ?? defaultMicroBatch(batchSize, S * longest, lanes)),
      length: longest,
      gradientCheckpointing: options.gradientCheckpointing,
      steps: plan,
      tokensPerStep: Math.round(perRow * Math.min(batchSize, training.length)),
      facts: [task, `${training.length} rows to learn, ${validation.length} to measure, ${longest} tokens at most`],
      findings,
    });
    return {};
  }
  const settings = { ...ClassificationConfig.parse(options), seed: options.seed };
  const result = await train(context, options, {
    command: "sft",
    trainer: (from) => classify({ ...settings, model, data: training, validation, labels }, { from }),
    datasets: [datasetOf(data)],
    parents: [parentOf("model", options.model)],
    totalSteps: plan.steps,
    findings,
    shown: { loss: "loss", accuracy: "accuracy", "loss/lm": "text", learning_rate: "rate" },
  });
  context.emit(summary(result, quality(result)), result);
  return {
    next: `plaudit score --model ${result.run} --data ${options.data}${options.symmetric ? " --symmetric" : ""}`,
  };
}

/** Checks and reads every input; one report lists whatever is wrong with any. */
async function prepare(options: Flags) {
  const { check, passed } = checklist();
  await check(() => checkRun(options));
  const opened = await check(() => openModel(options.model, "any"));
  const data = await check(() => readDataset(options.data, "classification", options));
  const { dropout } = options;
  const model = opened && (dropout === undefined ? opened : withDropout(opened, { residualDropout: dropout }));
  const rows =
    model &&
    data &&
    (await check(() =>
      classificationRows(data, model, { ...options, maxLength: lengthOf(options, model.network.context) }),
    ));
  return passed({ model, data, rows });
}

function quality({ trainLoss, validationLoss, accuracy, low, high, majorityBaseline }: Classified): string {
  const loss = `loss ${trainLoss.toFixed(4)}`;
  if (accuracy === null) return `${loss}; nothing was kept to measure its accuracy`;
  const percent = (x: number | null) => `${(100 * x!).toFixed(1)} %`;
  return [
    `${loss}, validation loss ${validationLoss!.toFixed(4)}`,
    `accuracy ${percent(accuracy)} (95 %: ${percent(low)} to ${percent(high)}) on rows it has not seen`,
    `  always the commonest class: ${percent(majorityBaseline)}`,
  ].join("\n");
}
