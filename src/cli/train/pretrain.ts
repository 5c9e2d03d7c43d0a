import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { PretrainConfig, pretrain as pretraining, windowCount } from "../../align/index.ts";
import { nearest, UsageError } from "../../base/index.ts";
import { splitStream } from "../../data/index.ts";
import type { LanguageModel } from "../../models/index.ts";
import { type DecoderConfig, planSteps } from "../../plan/index.ts";
import { checklist, computing, defineCommand } from "../frame/index.ts";
import { reading, tellSkipped } from "../inputs/datasets.ts";
import { openModel } from "../inputs/models.ts";
import { documentsOf, readTexts, streamOf } from "../inputs/text-stream.ts";
import { dryRun, Planned, shapeOfNetwork, type Work } from "./dry-run.ts";
import { modelNames, modelOf, shapeOf, tokenizerOf, withDropout } from "./new-model.ts";
import { checkRun, datasetOf, LanguageModelResult, losses, parentOf, recording, summary, train } from "./training.ts";

const size = (what: string) => z.int().positive().optional().describe(`${what} of a new model`);

const schema = z.strictObject({
  data: z
    .array(z.string())
    .default([])
    .describe("text: .txt, .md, or rows with a column text; the last 10 % are validation")
    .meta({ value: "FILE" }),
  model: z
    .string()
    .default("small")
    .describe(`a new model by name (${modelNames.join(", ")}), or a model folder to go on with`)
    .meta({ value: "MODEL" }),
  tokenizer: z
    .string()
    .optional()
    .describe("of a new model: characters, bpe:SIZE or a folder with tokenizer.json (default: bpe:1024)")
    .meta({ value: "SPEC" }),
  layers: size("layers"),
  heads: size("attention heads"),
  dim: size("width"),
  context: size("longest sequence"),
  window: size("tokens that every second layer sees (GPT-3's banded attention; default: all)"),
  dropout: z.number().min(0).lt(1).optional().describe("dropout everywhere (GPT-1: 0.1; default: 0, or the model's)"),
  ...PretrainConfig.shape,
  ...recording,
  ...reading,
  ...computing,
});
type Options = z.infer<typeof schema>;

export const pretrain = defineCommand({
  name: "pretrain",
  summary: "train a language model on text, from nothing or from a model",
  examples: [
    "plaudit pretrain --data shakespeare.txt",
    "plaudit pretrain --data shakespeare.txt --tokenizer characters --max-steps 2000",
    "plaudit pretrain --data book.txt --data notes.md --model gpt2 --layers 6 --heads 6 --dim 384 --context 256",
    "plaudit pretrain --model gpt3-175b --dry-run",
  ],
  schema,
  resultSchema: z.union([LanguageModelResult, Planned]),
  async run(context, options) {
    if (options.dryRun && options.data.length === 0) {
      checkRun(options);
      await dryRun(context, workOf(options, newShape(options) ?? shapeOfNetwork(startModel(options, []).network)));
      return { next: "plaudit pretrain --data YOUR.txt" };
    }
    const { model, text, ids, windows } = await prepare(options);
    tellSkipped(context, text);
    const { train: training, validation } = splitStream(ids);
    const plan = planSteps({ ...stepsOf(options), rows: windows, unit: "window" });
    if (options.dryRun) {
      const facts = [`${ids.length.toLocaleString("en-US")} tokens of text, the last 10 % for validation`];
      await dryRun(context, { ...workOf(options, shapeOfNetwork(model.network)), steps: plan, facts });
      return {};
    }
    const settings = { ...PretrainConfig.parse(options), seed: options.seed };
    const result = await train(context, options, {
      command: "pretrain",
      trainer: (from) => pretraining({ ...settings, model, train: training, validation }, { from }),
      datasets: text.map(datasetOf),
      parents: newShape(options) ? [] : [parentOf("model", options.model)],
      totalSteps: plan.steps,
      shown: { loss: "loss", eval_loss: "validation", learning_rate: "rate" },
    });
    context.emit(summary(result, losses(result)), result);
    return { next: `plaudit sft --model ${result.run} --data DEMONSTRATIONS.jsonl` };
  },
});

/** Checks and reads every input; one report lists whatever is wrong with any. */
async function prepare(options: Options) {
  const { check, passed } = checklist();
  await check(() => checkRun(options));
  const text = await check(() => readTexts(required(options.data), options));
  const model = await check(() => startModel(options, text?.flatMap(documentsOf) ?? []));
  const ids = text && model && (await check(() => streamOf(text, model.tokenizer, options)));
  const windows =
    ids && model && (await check(() => windowCount(splitStream(ids).train.length, model.network.context)));
  return passed({ text, model, ids, windows });
}

function required(data: readonly string[]): readonly string[] {
  if (data.length > 0) return data;
  throw new UsageError("pretrain needs --data: the text to learn", {
    code: "missing-flag",
    help: "only --dry-run does without, for a model by name",
  });
}

const newShape = (options: Options) => shapeOf(options.model, options);

/** A new model with a tokenizer learnt from the documents, or the model of a folder. */
function startModel(options: Options, documents: readonly string[]): LanguageModel {
  const { model: spec, tokenizer = "bpe:1024", dropout, seed } = options;
  const shape = newShape(options);
  if (shape) return modelOf(shape, tokenizerOf(tokenizer, documents), options, seed);
  refuseSizes(options);
  if (!existsSync(spec) && !existsSync(join("runs", spec)) && !/^hf:|\.gguf$/.test(spec)) {
    const near = nearest(spec, modelNames);
    throw new UsageError(`${spec} is neither a model folder nor the name of a new model`, {
      code: "missing-model",
      help: near ? `did you mean ${near}?` : `new models are ${modelNames.join(", ")}`,
    });
  }
  const model = openModel(spec, "lm");
  return dropout === undefined
    ? model
    : withDropout(model, { residualDropout: dropout, attentionDropout: dropout, embeddingDropout: dropout });
}

function refuseSizes(options: Options): void {
  const sizes = ["tokenizer", "layers", "heads", "dim", "context", "window"] as const;
  const given = sizes.filter((key) => options[key] !== undefined);
  if (given.length === 0) return;
  throw new UsageError(`--${given.join(" and --")}: ${options.model} is a model that has its own`, {
    code: "bad-flag",
    help: `leave the flag out, or make a new model: --model ${modelNames[0]}`,
  });
}

const stepsOf = ({ batchSize, numTrainEpochs, maxSteps }: Options) => ({
  batchSize,
  epochs: numTrainEpochs,
  maxSteps,
});

function workOf(options: Options, shape: DecoderConfig): Work {
  const { batchSize, microBatchSize, gradientCheckpointing, chunkedLogits } = options;
  const { context } = shape;
  return {
    shape,
    rows: batchSize,
    microBatchSize,
    length: context,
    gradientCheckpointing,
    chunkedLogits,
    tokensPerStep: batchSize * context,
  };
}
