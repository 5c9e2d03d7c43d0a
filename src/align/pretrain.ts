/**
 * Pretraining: the likelihood of the next token over running text (Radford et al. 2018, eq. 1; Brown et al. 2020,
 * section 2 and appendix B).
 *
 * Departs from GPT-3: windows do not overlap within an epoch and are shuffled (each epoch starts them at another
 * offset); no batch-size warm-up.
 *
 * Run it: plaudit pretrain --data text.txt --model gpt2 --tokenizer bpe:4096     Results: docs/algorithms/pretraining.md
 */
import { z } from "zod";
import { DataError, stream } from "../base/index.ts";
import { batches, consecutiveWindows } from "../data/index.ts";
import { type LanguageModel, languageModelFiles } from "../models/index.ts";
import type { Finished, Trainer } from "../run/index.ts";
import { learner as makeLearner } from "../train/index.ts";
import { chunkedLogits, gradientsOf, languageModelLoss, learnWindows, measureText } from "./language-modelling.ts";
import { batching, duration, learning, optimization, optimize, scheduleOf } from "./optimization.ts";
import { type Resume, restoreTraining, trainingFiles } from "./resume.ts";

export const PretrainConfig = z.object({
  ...batching,
  ...duration,
  ...optimization,
  batchSize: batching.batchSize.default(12),
  numTrainEpochs: duration.numTrainEpochs.default(1),
  learningRate: optimization.learningRate.default(1e-3),
  lrSchedulerType: optimization.lrSchedulerType.default("cosine"),
  minLearningRateRatio: optimization.minLearningRateRatio.default(0.1),
  warmupSteps: optimization.warmupSteps.default(100),
  weightDecay: optimization.weightDecay.default(0.1),
  // Anew: an option that has a default would never be absent.
  adamBeta2: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .describe("decay of Adam's second moment (default 0.95; 0.99 below 1,000 tokens a step)"),
  chunkedLogits,
  evalSteps: z
    .int()
    .positive()
    .optional()
    .describe("measures the validation loss every so many steps (default: at the end only)"),
});
export type PretrainConfig = z.infer<typeof PretrainConfig>;

export interface PretrainOptions extends z.input<typeof PretrainConfig> {
  /** Trained in place. */
  readonly model: LanguageModel;
  /** Training text as one stream of ids. */
  readonly train: Int32Array;
  /** May be empty: then there is no validation loss. */
  readonly validation?: Int32Array;
  readonly seed?: number;
}

export interface PretrainResult {
  readonly steps: number;
  readonly trainLoss: number;
  /** Token mean over the whole validation part; null without one. */
  readonly validationLoss: number | null;
}

export interface Pretrained extends Finished {
  readonly model: LanguageModel;
  readonly result: PretrainResult;
}

export async function* pretrain(options: PretrainOptions, { from }: Resume = {}): Trainer<Pretrained> {
  const { model, train, validation = new Int32Array(), seed = 0 } = options;
  const config = PretrainConfig.parse(options);
  const { context } = model.network;
  const windows = trainingWindows(train, context, seed);
  const plan = batches(windows.count, config.batchSize, seed, config.numTrainEpochs);
  const totalSteps = config.maxSteps ?? plan.steps;
  const adam = { ...config, adamBeta2: config.adamBeta2 ?? (config.batchSize * context < 1000 ? 0.99 : 0.95) };

  const learner = makeLearner({ weights: model.weights, ...learning(adam), seed });
  const loss = languageModelLoss(model.network);
  const gradients = gradientsOf(learner, model.network, config.chunkedLogits);
  const factor = scheduleOf(adam, totalSteps);
  let step = from === undefined ? 0 : restoreTraining(from, learner, model);
  let trainLoss = (from?.files["state.json"] as { trainLoss?: number } | undefined)?.trainLoss ?? Number.NaN;
  const validationWindows = consecutiveWindows(validation, context);
  const validate = async () =>
    validationWindows.length === 0
      ? null
      : (await measureText(learner, loss, validationWindows, config.microBatchSize)).loss;

  try {
    while (step < totalSteps) {
      const { epoch, rows } = plan.batchAt(step);
      const batch = Array.from(rows, (row) => windows.at(epoch, row));
      const measured = await learnWindows(gradients, loss, batch, { microBatchSize: config.microBatchSize });
      const update = await optimize(learner, adam, factor(step));
      step++;
      trainLoss = measured.loss;
      const evaluated = config.evalSteps !== undefined && step % config.evalSteps === 0 ? await validate() : null;
      yield {
        step,
        metrics: {
          loss: measured.loss,
          mean_token_accuracy: measured.accuracy,
          ...update,
          epoch: step / plan.stepsPerEpoch,
          num_tokens: step * config.batchSize * context,
          ...(evaluated === null ? {} : { eval_loss: evaluated }),
        },
        snapshot: () => ({ step, files: trainingFiles(model, learner, { trainLoss }) }),
      };
    }
    const result = { steps: step, trainLoss, validationLoss: await validate() };
    return { model, result, files: languageModelFiles(model) };
  } finally {
    learner.dispose();
  }
}

/** How many windows an epoch has: one fewer than fit, so that every offset leaves room for all. Throws `stream-too-short`. */
export function windowCount(tokens: number, context: number): number {
  if (tokens < 2 * context + 1) {
    throw new DataError(
      `the text has ${tokens} tokens; training with a context of ${context} needs ${2 * context + 1}`,
      {
        code: "stream-too-short",
        help: "use more text, or a smaller --context",
      },
    );
  }
  return Math.floor((tokens - 1) / context) - 1;
}

/** Windows of context + 1 ids that do not overlap; every epoch starts them at another offset. */
function trainingWindows(ids: Int32Array, context: number, seed: number) {
  return {
    count: windowCount(ids.length, context),
    at(epoch: number, row: number): Int32Array {
      const start = stream(seed, "offset", epoch).integer(context) + row * context;
      return ids.subarray(start, start + context + 1);
    },
  };
}
