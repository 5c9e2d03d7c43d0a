/**
 * A reward model from rankings (Ouyang et al. 2022, section 3.5, eq. 1): a scalar head on a fine-tuned policy, trained
 * with −1/C(K,2) Σ log σ(r_w − r_l) over all pairs of one prompt's K answers together. A pair of answers is K = 2.
 *
 * Departs from the paper: tied pairs are left out of the divisor too (`pairDivisor` chooses), and the scores can be
 * brought to a spread of 1 (`scaleToUnit`, as Ziegler et al. 2019 normalize).
 *
 * Run it: plaudit reward --model DIR --data rankings.jsonl     Results: docs/algorithms/reward-model.md
 */
import { z } from "zod";
import { DataError } from "../base/index.ts";
import { batches } from "../data/index.ts";
import { gather, type Tensor } from "../engine/graph/index.ts";
import { sideBySide } from "../engine/index.ts";
import { type LanguageModel, languageModelFiles, type Network, withHead } from "../models/index.ts";
import { scorer } from "../rewards/index.ts";
import type { Finished, Trainer } from "../run/index.ts";
import { mean, rankingQuality, std } from "../stats/index.ts";
import { type Loss, learner as makeLearner, ndarray } from "../train/index.ts";
import { answerBatch, layoutOf, type Pass, packPrompts } from "./answer-passes.ts";
import { pairWeights, type Ranks, rankedPairs, rankingLoss } from "./losses/index.ts";
import { batching, duration, learning, optimization, optimize, scheduleOf } from "./optimization.ts";
import { type Resume, restoreTraining, trainingFiles } from "./resume.ts";
import { samplesDue, sampling, scoredRankings } from "./samples.ts";

export const RewardConfig = z.object({
  ...batching,
  ...duration,
  ...optimization,
  batchSize: batching.batchSize.default(8).describe("prompts per optimizer step, each with all its answers"),
  microBatchSize: batching.microBatchSize.describe("prompts per forward pass (default: about 640 tokens)"),
  numTrainEpochs: duration.numTrainEpochs.default(1),
  learningRate: optimization.learningRate.default(3e-4),
  lrSchedulerType: optimization.lrSchedulerType.default("cosine"),
  minLearningRateRatio: optimization.minLearningRateRatio.default(0.1),
  pairDivisor: z
    .enum(["kept_pairs", "all_pairs", "pooled"])
    .default("kept_pairs")
    .describe(
      "what a prompt's pair losses are divided by: its pairs without ties, all its pairs, all pairs of the step",
    ),
  centerRewardsCoefficient: z
    .number()
    .nonnegative()
    .default(0)
    .describe("pulls rewards towards a mean of 0; TRL suggests 0.01"),
  scaleToUnit: z
    .boolean()
    .default(false)
    .describe("divides the scores so that those of the training answers spread by 1"),
  headScale: z.number().positive().default(1).describe("multiplies the initial head, N(0, 1/(d+1))"),
  ...sampling,
});
export type RewardConfig = z.infer<typeof RewardConfig>;

/** InstructGPT's recipe (appendix C.2), for its 6B model: one epoch over 64 prompts a step, cosine to 10 %. */
export const instructGptReward = {
  numTrainEpochs: 1,
  batchSize: 64,
  learningRate: 9e-6,
  lrSchedulerType: "cosine",
  minLearningRateRatio: 0.1,
  warmupSteps: 0,
  adamBeta2: 0.95,
} as const;

/** One prompt's answers with what people said of them. */
export interface RankedRow {
  /** Tokens of prompt and answer together, with the end token. */
  readonly completions: readonly (readonly number[])[];
  /** 1 is best, equal is a tie, null was not judged. */
  readonly ranks: Ranks;
  /** What the answers answer: intervals resample prompts. Default: every row is one of its own. */
  readonly prompt?: unknown;
  /** How many tokens of each completion are the prompt's, for samples.jsonl. Default: those that all have in common. */
  readonly promptLength?: number | undefined;
  /** How much better the better one is (pairs only). */
  readonly margin?: number | undefined;
}

export interface RewardOptions extends z.input<typeof RewardConfig> {
  /** A language model, which gets a new head, or a reward model to go on with. Not changed. */
  readonly model: LanguageModel;
  readonly data: readonly RankedRow[];
  /** Measured at the end; the first few are scored now and then, for samples.jsonl (else those of `data`). */
  readonly validation?: readonly RankedRow[];
  /** Token rows whose mean score becomes 0 (InstructGPT: the demonstrations). Default: the training answers. */
  readonly demonstrations?: readonly (readonly number[])[];
  readonly seed?: number;
}

export interface RewardResult {
  readonly steps: number;
  readonly trainLoss: number;
  /** Of the validation pairs that are no ties, with a bootstrap interval over prompts; null without validation rows. */
  readonly accuracy: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly kendallTau: number | null;
  readonly margin: number | null;
  /** Accuracy of "the longer answer is the better one" on the same pairs. */
  readonly lengthBaseline: number | null;
}

export interface Rewarding extends Finished {
  readonly model: LanguageModel;
  readonly result: RewardResult;
}

/** Scores of a pass's answers and the loss of their pairs. */
const pairLoss =
  (network: Network, centerCoefficient: number): Loss =>
  (params, batch, dropout) => {
    const { ids, last, pairs, margins } = batch as Record<string, Tensor>;
    const hidden = gather(network.hidden(params, ids!, dropout, layoutOf(batch)), last!);
    const rewards = network.score(params, hidden);
    return { loss: rankingLoss({ rewards, pairWeights: pairs!, margins: margins!, centerCoefficient }), rewards };
  };

export async function* rewardModel(options: RewardOptions, { from }: Resume = {}): Trainer<Rewarding> {
  const { data, validation = [], demonstrations, seed = 0 } = options;
  const config = RewardConfig.parse(options);
  if (data.every(({ ranks }) => rankedPairs(ranks).length === 0)) {
    throw new DataError("no ranking has two answers of different rank", {
      code: "all-ties",
      help: "a tie teaches nothing: rank some answers apart",
    });
  }
  const model = rewardModelFrom(options.model, config.headScale, seed);
  const { context } = model.network;
  const plan = batches(data.length, config.batchSize, seed, config.numTrainEpochs);
  const totalSteps = config.maxSteps ?? plan.steps;

  const learner = makeLearner({ weights: model.weights, ...learning(config), seed });
  const loss = pairLoss(model.network, config.centerRewardsCoefficient);
  const factor = scheduleOf(config, totalSteps);
  let step = from === undefined ? 0 : restoreTraining(from, learner, model);
  let trainLoss = (from?.files["state.json"] as { trainLoss?: number } | undefined)?.trainLoss ?? Number.NaN;

  const shown = validation.length > 0 ? validation : data;
  const samplesAt = async (at: number) =>
    samplesDue(at, totalSteps, config) ? await scoredRankings(model, shown, at) : [];

  try {
    const before = step === 0 ? await samplesAt(0) : [];
    while (step < totalSteps) {
      const rows = Array.from(plan.batchAt(step).rows, (i) => data[i]!);
      const { weights, K } = pairWeights(
        rows.map(({ ranks }) => ranks),
        config.pairDivisor,
      );
      const passes = packPrompts(rows, {
        microBatchSize: config.microBatchSize,
        context,
        share: model.network.sharesPrompts,
        lanes: learner.lanes,
      });
      const scores: number[][] = rows.map(() => []);
      let firstRow = 0;
      const losses = await sideBySide(learner, passes, async (pass) => {
        const batch = { ...answerBatch(pass), ...pairBatch(rows, pass, weights, K) };
        const running = learner.forwardBackward(loss, batch, { firstRow });
        firstRow += pass.B;
        const outputs = await running;
        let at = 0;
        for (const p of pass.prompts) {
          scores[p] = Array.from(outputs.rewards!.subarray(at, at + rows[p]!.completions.length));
          at += rows[p]!.completions.length;
        }
        return outputs.loss![0]!;
      });
      trainLoss = losses.reduce((a, b) => a + b, 0);
      const update = await optimize(learner, config, factor(step));
      step++;
      const { accuracy, margin, all } = judge(rows, scores);
      yield {
        step,
        metrics: {
          loss: trainLoss,
          accuracy: mean(accuracy.flat()),
          margin: mean(margin.flat()),
          min_reward: Math.min(...all),
          mean_reward: mean(all),
          max_reward: Math.max(...all),
          ...update,
          epoch: step / plan.stepsPerEpoch,
        },
        samples: [...(step === 1 ? before : []), ...(await samplesAt(step))],
        snapshot: () => ({ step, files: trainingFiles(model, learner, { trainLoss }) }),
      };
    }
    const scaled = await fitScale(model, config.scaleToUnit, data, demonstrations);
    const measured = await measureRewardModel(scaled, validation, seed);
    return { model: scaled, result: { steps: step, trainLoss, ...measured }, files: languageModelFiles(scaled) };
  } finally {
    learner.dispose();
  }
}

/** A copy with a score head; a language model's is new. */
function rewardModelFrom(model: LanguageModel, headScale: number, seed: number): LanguageModel {
  const copy = { ...model, ...withHead(model, "score", seed), scale: { gain: 1, bias: 0 } };
  if (model.head === "lm") {
    const head = copy.weights.arrays.get("score.weight")!.data;
    for (let i = 0; i < head.length; i++) head[i]! *= headScale;
  }
  return copy;
}

/** Weights and margins of a pass's pairs, [R, R], better × worse; 0 between answers of different prompts. */
function pairBatch(rows: readonly RankedRow[], { prompts, R }: Pass, weights: Float64Array, K: number) {
  const pairs = ndarray("float32", [R, R]);
  const margins = ndarray("float32", [R, R]);
  let at = 0;
  for (const p of prompts) {
    const { completions, margin = 0 } = rows[p]!;
    for (let i = 0; i < completions.length; i++) {
      for (let j = 0; j < completions.length; j++) {
        pairs.data[(at + i) * R + at + j] = weights[(p * K + i) * K + j]!;
        margins.data[(at + i) * R + at + j] = margin;
      }
    }
    at += completions.length;
  }
  return { pairs, margins };
}

/** Per prompt with pairs: which of them the scores get right, and by how much. */
function judge(rows: readonly RankedRow[], scores: readonly (readonly number[])[]) {
  const pairs = rows.map(({ ranks }) => rankedPairs(ranks));
  const margin = pairs.map((list, p) => list.map(([better, worse]) => scores[p]![better]! - scores[p]![worse]!));
  const accuracy = margin.map((list) => list.map((m) => Number(m > 0)));
  return { accuracy, margin, all: scores.flat() };
}

/** Rows that are enough for a mean and a spread. */
const measuredRows = 2048;

/** The shift that brings the demonstrations' mean score to 0, and the gain that brings the answers' spread to 1. */
async function fitScale(
  model: LanguageModel,
  toUnit: boolean,
  data: readonly RankedRow[],
  demonstrations: readonly (readonly number[])[] | undefined,
): Promise<LanguageModel> {
  const { score, dispose } = scorer(model);
  try {
    const answers = () => score(data.flatMap(({ completions }) => completions).slice(0, measuredRows));
    const ofAnswers = toUnit || demonstrations === undefined ? await answers() : [];
    const zero = demonstrations === undefined ? ofAnswers : await score(demonstrations.slice(0, measuredRows));
    const spread = toUnit ? std(ofAnswers, 0) : 0;
    const gain = spread > 0 ? 1 / spread : 1;
    return { ...model, scale: { gain, bias: -gain * mean(zero) } };
  } finally {
    dispose();
  }
}

type Measured = Omit<RewardResult, "steps" | "trainLoss">;

/** What a reward model is worth on rankings it has not seen; nulls when none has two answers of different rank. */
export async function measureRewardModel(
  model: LanguageModel,
  rows: readonly RankedRow[],
  seed = 0,
): Promise<Measured> {
  const { score, dispose } = scorer(model);
  const flat = rows.length === 0 ? [] : await score(rows.flatMap(({ completions }) => completions));
  dispose();
  const judged = rows.map(({ prompt, completions, ranks }, i) => {
    const lengths = completions.map((ids) => ids.length);
    return { prompt: prompt ?? i, scores: flat.splice(0, completions.length), lengths, ranks };
  });
  const none = { accuracy: null, low: null, high: null, kendallTau: null, margin: null, lengthBaseline: null };
  const quality = rankingQuality(judged, seed);
  if (quality === undefined) return none;
  const { pairs: _, ...measured } = quality;
  return measured;
}
