/**
 * Supervised fine-tuning on demonstrations: the likelihood of the completions, prompts are read but not learnt
 * (Ouyang et al. 2022, section 3.5 and appendix C.1).
 *
 * Departs from the paper: epochs, batch size and learning rate default to those of a small model; `preset: "instructgpt"`
 * gives the paper's. Pretraining text can be mixed in (`ptxCoef`), as the paper does before PPO: small models forget
 * their text otherwise.
 *
 * Run it: plaudit sft --model DIR --data demonstrations.jsonl     Results: docs/algorithms/sft.md
 */
import { z } from "zod";
import { batches } from "../data/index.ts";
import { type LanguageModel, languageModelFiles } from "../models/index.ts";
import type { Finished, Trainer } from "../run/index.ts";
import { learner as makeLearner, type TokenRow } from "../train/index.ts";
import {
  chunkedLogits,
  gradientsOf,
  languageModelLoss,
  learnRows,
  learnWindows,
  measureRows,
} from "./language-modelling.ts";
import { batching, duration, learning, optimization, optimize, scheduleOf } from "./optimization.ts";
import { mixing, pretrainingMix } from "./pretraining-mix.ts";
import { type Resume, restoreTraining, trainingFiles } from "./resume.ts";
import { greedyAnswers, samplesDue, sampling } from "./samples.ts";

export const SftConfig = z.object({
  ...batching,
  ...duration,
  ...optimization,
  ...mixing,
  batchSize: batching.batchSize.default(32),
  numTrainEpochs: duration.numTrainEpochs.default(2),
  learningRate: optimization.learningRate.default(5e-4),
  lrSchedulerType: optimization.lrSchedulerType.default("cosine"),
  minLearningRateRatio: optimization.minLearningRateRatio.default(0.1),
  chunkedLogits,
  ...sampling,
});
export type SftConfig = z.infer<typeof SftConfig>;

/** InstructGPT's recipe: 16 epochs, cosine to 10 %, no warm-up, batch of 32, 9.65e-6 for 1.3B and 6B parameters. */
export const instructGptSft = {
  numTrainEpochs: 16,
  batchSize: 32,
  learningRate: 9.65e-6,
  lrSchedulerType: "cosine",
  minLearningRateRatio: 0.1,
  warmupSteps: 0,
  adamBeta2: 0.95,
} as const;

/** A tokenized demonstration. */
export interface Demonstration extends TokenRow {
  /** The prompt as samples.jsonl shows it. Default: its tokens as text. */
  readonly prompt?: unknown;
}

export interface SftOptions extends z.input<typeof SftConfig> {
  /** Trained in place. Its network's dropout rates are used. */
  readonly model: LanguageModel;
  readonly data: readonly Demonstration[];
  /** Measured at the end; the first few are answered now and then, for samples.jsonl (else those of `data`). */
  readonly validation?: readonly Demonstration[];
  /** Pretraining text as one stream of ids, for `ptxCoef` > 0. */
  readonly pretrain?: Int32Array;
  readonly seed?: number;
}

export interface SftResult {
  readonly steps: number;
  readonly trainLoss: number;
  readonly validationLoss: number | null;
}

export interface FineTuned extends Finished {
  readonly model: LanguageModel;
  readonly result: SftResult;
}

export async function* sft(options: SftOptions, { from }: Resume = {}): Trainer<FineTuned> {
  const { model, data, validation = [], seed = 0 } = options;
  const config = SftConfig.parse(options);
  const { microBatchSize } = config;
  const { context } = model.network;
  const plan = batches(data.length, config.batchSize, seed, config.numTrainEpochs);
  const totalSteps = config.maxSteps ?? plan.steps;

  const learner = makeLearner({ weights: model.weights, ...learning(config), seed });
  const loss = languageModelLoss(model.network);
  const gradients = gradientsOf(learner, model.network, config.chunkedLogits);
  const factor = scheduleOf(config, totalSteps);
  const mix = pretrainingMix(config, options.pretrain, context, { stage: "sft", seed });
  let step = from === undefined ? 0 : restoreTraining(from, learner, model);
  let { trainLoss, tokens } = (from?.files["state.json"] ?? { trainLoss: Number.NaN, tokens: 0 }) as Counters;

  const shown = validation.length > 0 ? validation : data;
  const samplesAt = async (at: number) =>
    samplesDue(at, totalSteps, config) ? await greedyAnswers(model, shown, at) : [];

  try {
    const before = step === 0 ? await samplesAt(0) : [];
    while (step < totalSteps) {
      const { rows } = plan.batchAt(step);
      const measured = await learnRows(
        gradients,
        loss,
        Array.from(rows, (i) => data[i]!),
        { microBatchSize, context },
      );
      const text =
        mix &&
        (await learnWindows(gradients, loss, mix.windows(step), { coefficient: mix.coefficient, microBatchSize }));
      const update = await optimize(learner, config, factor(step));
      step++;
      tokens += measured.tokens;
      trainLoss = measured.loss;
      yield {
        step,
        metrics: {
          loss: measured.loss,
          mean_token_accuracy: measured.accuracy,
          ...(text && { "loss/ptx": text.loss }),
          ...update,
          epoch: step / plan.stepsPerEpoch,
          num_tokens: tokens,
        },
        samples: [...(step === 1 ? before : []), ...(await samplesAt(step))],
        snapshot: () => ({ step, files: trainingFiles(model, learner, { trainLoss, tokens }) }),
      };
    }
    const measured =
      validation.length === 0 ? null : await measureRows(learner, loss, validation, { microBatchSize, context });
    return {
      model,
      result: { steps: step, trainLoss, validationLoss: measured?.loss ?? null },
      files: languageModelFiles(model),
    };
  } finally {
    learner.dispose();
  }
}

interface Counters {
  trainLoss: number;
  tokens: number;
}
