/**
 * Fine-tuning a language model to classify (Radford et al. 2018, "Improving language understanding by generative
 * pre-training", sections 3.2 and 3.3): a linear head on the state at the last token, with the language-modelling loss
 * as an auxiliary, L3 = L2 + λ·L1 (eq. 5).
 *
 * Departs from the paper: start, delimiter and extract are tokens that the tokenizer has already
 * (`classification-inputs.ts`); L1 is the mean over all tokens of a step, OpenAI's code takes each sequence's mean first.
 * Defaults are those of `sft`, for small models; `gpt1Classification` is the paper's recipe.
 *
 * Run it: plaudit sft --kind classification --model DIR --data rows.jsonl     Results: docs/algorithms/sft.md
 */
import { z } from "zod";
import { batches } from "../data/index.ts";
import { type LanguageModel, languageModelFiles, withHead } from "../models/index.ts";
import type { Finished, Trainer } from "../run/index.ts";
import { mean, wilsonInterval } from "../stats/index.ts";
import { learner as makeLearner } from "../train/index.ts";
import { type ClassifiedRow, classifierLoss, classProbabilities, overRows } from "./classifier-passes.ts";
import { learning, optimize, scheduleOf } from "./optimization.ts";
import { type Resume, restoreTraining, trainingFiles } from "./resume.ts";
import { SftConfig } from "./sft.ts";

export const ClassificationConfig = SftConfig.omit({ ptxCoef: true, ptxBatchSize: true, chunkedLogits: true }).extend({
  lmCoef: z.number().nonnegative().default(0.5).describe("λ: weight of the language-modelling loss beside the task's"),
  classifierDropout: z.number().min(0).lt(1).default(0.1).describe("dropout before the classifier's head"),
});
export type ClassificationConfig = z.infer<typeof ClassificationConfig>;

/** The paper's section 4.1, for 117M parameters. Its warm-up, 0.2 % of all steps, is left to `warmupSteps`. */
export const gpt1Classification = {
  numTrainEpochs: 3,
  batchSize: 32,
  learningRate: 6.25e-5,
  lrSchedulerType: "linear",
  minLearningRateRatio: 0,
  weightDecay: 0.01,
  lmCoef: 0.5,
  classifierDropout: 0.1,
} as const;

export interface ClassificationOptions extends z.input<typeof ClassificationConfig> {
  /** A language model, which gets a new head, or a classifier of the same labels to go on with. Not changed. */
  readonly model: LanguageModel;
  readonly data: readonly ClassifiedRow[];
  readonly validation?: readonly ClassifiedRow[];
  /** Names of the classes. Absent: multiple choice, each sequence gets one score and the softmax is over a row's. */
  readonly labels?: readonly string[] | undefined;
  readonly seed?: number;
}

export interface ClassificationResult {
  readonly steps: number;
  /** Of the task alone: mean of −log p(label), nats. */
  readonly trainLoss: number;
  readonly validationLoss: number | null;
  /** On validation rows, with Wilson's 95 % interval; null without them. */
  readonly accuracy: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Accuracy on the same rows of always giving the commonest class of the training rows. */
  readonly majorityBaseline: number | null;
}

export interface Classifying extends Finished {
  readonly model: LanguageModel;
  readonly result: ClassificationResult;
}

export async function* classify(options: ClassificationOptions, { from }: Resume = {}): Trainer<Classifying> {
  const { data, validation = [], labels, seed = 0 } = options;
  const config = ClassificationConfig.parse(options);
  const { microBatchSize } = config;
  const model: LanguageModel = {
    ...options.model,
    ...withHead(options.model, "score", seed, labels),
    scale: { gain: 1, bias: 0 },
  };
  const plan = batches(data.length, config.batchSize, seed, config.numTrainEpochs);
  const totalSteps = config.maxSteps ?? plan.steps;

  const learner = makeLearner({ weights: model.weights, ...learning(config), seed });
  const S = data[0]!.sequences.length;
  const loss = classifierLoss(model.network, S, config);
  const factor = scheduleOf(config, totalSteps);
  let step = from === undefined ? 0 : restoreTraining(from, learner, model);
  let trainLoss = (from?.files["state.json"] as { trainLoss?: number } | undefined)?.trainLoss ?? Number.NaN;

  try {
    while (step < totalSteps) {
      const rows = Array.from(plan.batchAt(step).rows, (i) => data[i]!);
      const learnt = await overRows(
        learner,
        rows,
        { context: model.network.context, microBatchSize },
        (batch, firstRow) => learner.forwardBackward(loss, batch, { firstRow }),
      );
      const update = await optimize(learner, config, factor(step));
      step++;
      trainLoss = learnt.loss;
      yield {
        step,
        metrics: {
          loss: learnt.loss,
          ...(config.lmCoef > 0 && { "loss/lm": learnt.lmLoss }),
          accuracy: hits(rows, learnt.logits) / rows.length,
          ...update,
          epoch: step / plan.stepsPerEpoch,
        },
        snapshot: () => ({ step, files: trainingFiles(model, learner, { trainLoss }) }),
      };
    }
    const measured = await measureClassifier(model, validation, { microBatchSize });
    const result = { steps: step, trainLoss, ...measured, majorityBaseline: majorityBaseline(data, validation) };
    return { model, result, files: languageModelFiles(model) };
  } finally {
    learner.dispose();
  }
}

export interface MeasureOptions {
  readonly microBatchSize?: number | undefined;
}

type Measured = Omit<ClassificationResult, "steps" | "trainLoss" | "majorityBaseline">;

/** What a classifier is worth on rows it has not seen; nulls without rows. */
export async function measureClassifier(
  model: LanguageModel,
  rows: readonly ClassifiedRow[],
  options: MeasureOptions = {},
): Promise<Measured> {
  if (rows.length === 0) return { validationLoss: null, accuracy: null, low: null, high: null };
  const probabilities = await classProbabilities(model, rows, options);
  const validationLoss = mean(rows.map(({ label }, i) => -Math.log(probabilities[i]![label]!)));
  const { value, low, high } = wilsonInterval(hits(rows, probabilities), rows.length);
  return { validationLoss, accuracy: value, low, high };
}

/** Rows whose label has the highest value; of equal ones the first counts. */
const hits = (rows: readonly ClassifiedRow[], values: readonly ArrayLike<number>[]): number =>
  rows.filter(({ label }, i) => label === argmax(values[i]!)).length;

/** Accuracy of always giving the commonest label of `training`. */
function majorityBaseline(training: readonly ClassifiedRow[], rows: readonly ClassifiedRow[]): number | null {
  if (rows.length === 0) return null;
  const counts: number[] = [];
  for (const { label } of training) counts[label] = (counts[label] ?? 0) + 1;
  const commonest = argmax(Array.from(counts, (n) => n ?? 0));
  return rows.filter(({ label }) => label === commonest).length / rows.length;
}

const argmax = (values: ArrayLike<number>): number => {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
};
