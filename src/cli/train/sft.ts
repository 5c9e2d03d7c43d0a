import { z } from "zod";
import { instructGptSft, SftConfig, sft as tuning } from "../../align/index.ts";
import { UsageError } from "../../base/index.ts";
import { planSteps } from "../../plan/index.ts";
import { heed } from "../doctor/examine.ts";
import { examineAnswers, examineCuts } from "../doctor/examine-rows.ts";
import { checklist, computing, defineCommand, kebab } from "../frame/index.ts";
import { reading, tellSkipped } from "../inputs/datasets.ts";
import { readDemonstrations, tokenizeDemonstrations, withTemplate } from "../inputs/demonstrations.ts";
import { openModel } from "../inputs/models.ts";
import { splitByPrompt, validationHelp } from "../inputs/split.ts";
import { checkMix, readTexts, trainingPartOf } from "../inputs/text-stream.ts";
import { ClassificationResult, classificationFlags, tuneClassifier } from "./classification.ts";
import { dryRun, Planned, shapeOfNetwork } from "./dry-run.ts";
import { withDropout } from "./new-model.ts";
import {
  applyPreset,
  checkRun,
  datasetOf,
  LanguageModelResult,
  lengthOf,
  losses,
  parentOf,
  recording,
  summary,
  train,
} from "./training.ts";

const schema = z.strictObject({
  model: z.string().describe("what is tuned: a model folder, a run or a checkpoint").meta({ value: "MODEL" }),
  data: z
    .string()
    .describe("demonstrations: prompt and completion, or messages; or texts with a label")
    .meta({ value: "FILE" }),
  kind: z
    .enum(["demonstrations", "classification"])
    .default("demonstrations")
    .describe("what the rows teach: answers, or the class of a text (GPT-1's fine-tuning)"),
  pretrain: z
    .array(z.string())
    .default([])
    .describe("text that is learnt beside them (--ptx-coef), so that it is not forgotten")
    .meta({ value: "FILE" }),
  preset: z
    .enum(["instructgpt", "gpt1"])
    .optional()
    .describe("the paper's recipe (gpt1: for classification); flags win over it"),
  dropout: z.number().min(0).lt(1).optional().describe("residual dropout (default: the model's; InstructGPT: 0.2)"),
  chatTemplate: z
    .string()
    .optional()
    .describe("chatml or a Jinja file (default: the model's; ChatML for conversations where it has none)")
    .meta({ value: "FILE" }),
  maxLength: z.int().min(2).optional().describe("longest row in tokens; longer answers are cut (default: the context)"),
  validationShare: z.number().min(0).lt(1).default(0.1).describe(validationHelp),
  ...SftConfig.shape,
  ...classificationFlags,
  ...recording,
  ...reading,
  ...computing,
});
type Options = z.infer<typeof schema>;

export const sft = defineCommand({
  name: "sft",
  summary: "fine-tune a model on demonstrations",
  examples: [
    "plaudit sft --model runs/pretrain-001 --data demonstrations.jsonl",
    "plaudit sft --model runs/pretrain-001 --data chats.jsonl --pretrain shakespeare.txt --ptx-coef 0.5",
    "plaudit sft --model runs/pretrain-001 --data demonstrations.jsonl --preset instructgpt",
    "plaudit sft --model runs/pretrain-001 --data reviews.jsonl --kind classification   # rows: text, label",
  ],
  schema,
  resultSchema: z.union([LanguageModelResult, ClassificationResult, Planned]),
  async run(context, given) {
    refuseOtherKinds(given, context.given);
    if (given.kind === "classification") return tuneClassifier(context, given);
    const options = applyPreset(given, context.given, given.preset && { ...instructGptSft, dropout: 0.2 });
    const { model, data, rows, texts, text } = await prepare(options);
    const { items, skipped } = rows;
    const { train: training, validation } = splitByPrompt(items, ({ prompt }) => prompt, options.validationShare);
    tellSkipped(context, [data, ...(texts ?? [])], skipped);
    const length = lengthOf(options, model.network.context);
    const findings = [
      ...examineAnswers(items, { tokenizer: model.tokenizer, skipped }),
      ...examineCuts(context, { cut: items.map((row) => Number(row.truncated)), total: items.length, length }),
    ];
    heed(context, findings);

    const { batchSize, numTrainEpochs, maxSteps, ptxCoef, ptxBatchSize } = options;
    const plan = planSteps({ rows: training.length, epochs: numTrainEpochs, batchSize, maxSteps, unit: "row" });
    if (options.dryRun) {
      const lengths = training.map(({ ids }) => ids.length);
      const longest = Math.max(...lengths);
      const mean = lengths.reduce((a, b) => a + b, 0) / lengths.length;
      const mixed = ptxCoef > 0 ? ptxBatchSize * model.network.context : 0;
      await dryRun(context, {
        shape: shapeOfNetwork(model.network),
        rows: Math.min(batchSize, training.length),
        microBatchSize: options.microBatchSize,
        length: longest,
        gradientCheckpointing: options.gradientCheckpointing,
        chunkedLogits: options.chunkedLogits,
        steps: plan,
        tokensPerStep: Math.round(mean * Math.min(batchSize, lengths.length)) + mixed,
        facts: [`${training.length} rows to learn, ${validation.length} to measure, ${longest} tokens at most`],
        findings,
      });
      return {};
    }
    const settings = { ...SftConfig.parse(options), seed: options.seed };
    const result = await train(context, options, {
      command: "sft",
      trainer: (from) =>
        tuning({ ...settings, model, data: training, validation, ...(text && { pretrain: text }) }, { from }),
      datasets: [data, ...(texts ?? [])].map(datasetOf),
      parents: [parentOf("model", options.model)],
      totalSteps: plan.steps,
      findings,
      shown: { loss: "loss", "loss/ptx": "text", learning_rate: "rate" },
    });
    context.emit(summary(result, losses(result)), result);
    return { next: `plaudit sample --model ${result.run} --prompts PROMPTS.jsonl --k 4` };
  },
});

/** Checks and reads every input; one report lists whatever is wrong with any. */
async function prepare(options: Options) {
  const { check, passed } = checklist();
  await check(() => checkRun(options));
  const opened = await check(() => openModel(options.model, "lm"));
  const data = await check(() => readDemonstrations(options.data, options));
  const texts = options.pretrain.length === 0 ? undefined : await check(() => readTexts(options.pretrain, options));
  const model = opened && data && (await check(() => tuned(withTemplate(opened, data, options.chatTemplate), options)));
  const rows =
    model &&
    data &&
    (await check(() => {
      const maxLength = lengthOf(options, model.network.context);
      return tokenizeDemonstrations(data, model.tokenizer, { ...options, maxLength });
    }));
  const text = model && texts && (await check(() => trainingPartOf(texts, model.tokenizer, options)));
  if (opened && !(options.pretrain.length > 0 && text === undefined))
    await check(() => checkMix(options, text, opened.network.context));
  return { ...(await passed({ model, data, rows })), texts, text };
}

const tuned = (model: ReturnType<typeof openModel>, { dropout }: Options) =>
  dropout === undefined ? model : withDropout(model, { residualDropout: dropout });

/** What belongs to one kind of rows only. */
const flagsOf = {
  demonstrations: ["pretrain", "ptxCoef", "ptxBatchSize", "chunkedLogits", "chatTemplate", "sampleSteps"],
  classification: Object.keys(classificationFlags),
};
const presetOf = { demonstrations: "instructgpt", classification: "gpt1" };

function refuseOtherKinds({ kind, preset }: Options, given: ReadonlySet<string>): void {
  const other = kind === "classification" ? "demonstrations" : "classification";
  const wrong = flagsOf[other].filter((key) => given.has(key)).map((key) => `--${kebab(key)}`);
  if (preset === presetOf[other]) wrong.push(`--preset ${preset}`);
  if (wrong.length === 0) return;
  throw new UsageError(`${wrong.join(", ")} is for --kind ${other}, this is ${kind}`, {
    code: "bad-flag",
    help: `leave it out, or say --kind ${other}`,
  });
}
