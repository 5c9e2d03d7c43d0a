/**
 * PPO-ptx: reinforcement learning from human feedback as InstructGPT does it (Ouyang et al. 2022, eq. 2 and appendix
 * C.4; Schulman et al. 2017; details: Huang et al. 2024, arXiv:2403.17031).
 *
 *   maximize  E[ r(x, y) − β log(π(y|x) / π_SFT(y|x)) ]  +  γ E_pretrain[ log π(x) ]
 *
 * One iteration: sample answers, score them, turn score and KL into token rewards, estimate advantages (GAE), take
 * clipped policy steps with the pretraining gradient in the same minibatch, and steps of the value model.
 *
 * Departs from the paper: policy and value are separate networks (the paper's are too; the 2019 code shares a trunk);
 * β, γ and learning rates default to those of small models. All 50 details: docs/algorithms/ppo-rlhf.md.
 *
 * Run it: plaudit ppo --policy SFT --reward RM --prompts prompts.jsonl     Results: docs/algorithms/ppo-rlhf.md
 */
import { z } from "zod";
import { PlauditError, stream } from "../base/index.ts";
import { type Batches, batches, type Content } from "../data/index.ts";
import { sideBySide } from "../engine/index.ts";
import { copyModel, type LanguageModel, languageModelFiles, withHead } from "../models/index.ts";
import type { RewardFunction } from "../rewards/index.ts";
import type { CheckpointFiles, Finished, Trainer } from "../run/index.ts";
import { explainedVariance, mean, std, sum } from "../stats/index.ts";
import { turnEnd } from "../text/index.ts";
import { evaluator, learner as makeLearner } from "../train/index.ts";
import { averager } from "./averager.ts";
import { languageModelLoss, learnWindows } from "./language-modelling.ts";
import { adaptiveKl, fixedKl, gaeResponses, tokenRewards, whiten } from "./losses/index.ts";
import { batching, learning, optimization, optimize, scheduleOf } from "./optimization.ts";
import {
  passesOf,
  policyBatch,
  policyLoss,
  policyStatistics,
  valueBatch,
  valueModelLoss,
  valueStatistics,
} from "./ppo-passes.ts";
import { mixing, pretrainingMix } from "./pretraining-mix.ts";
import { optimizerTensors, type Resume, restoreOptimizer, restoreWeights, tensors } from "./resume.ts";
import { rollout } from "./rollout.ts";
import {
  type Episode,
  rolloutArrays,
  rowSums,
  sampleRow,
  samplerDifferences,
  scatterRows,
  setWeights,
} from "./rollout-arrays.ts";

export const PpoConfig = z.object({
  rolloutSize: z.int().positive().default(128).describe("completions sampled per iteration"),
  batchSize: batching.batchSize
    .optional()
    .describe("completions per optimizer step (default: the rollout in 2 minibatches)"),
  microBatchSize: batching.microBatchSize,
  numEpochsPerRollout: z.int().positive().default(1).describe("passes over each rollout"),
  maxSteps: z.int().positive().default(40).describe("iterations: a rollout with all its updates each"),
  maxCompletionLength: z.int().positive().default(48).describe("longest completion, in tokens"),
  temperature: z.number().positive().default(1).describe("of sampling and of all log-probabilities"),
  ...optimization,
  learningRate: optimization.learningRate.default(3e-4).describe("peak learning rate of the policy"),
  lrSchedulerType: optimization.lrSchedulerType.default("linear"),
  minLearningRateRatio: optimization.minLearningRateRatio.default(0),
  adamBeta2: optimization.adamBeta2.default(0.95),
  adamEpsilon: optimization.adamEpsilon.default(1e-5),
  valueLearningRate: z.number().nonnegative().default(1e-3).describe("peak learning rate of the value model"),
  klCoef: z.number().nonnegative().default(0.3).describe("β: weight of the KL penalty against the reference"),
  klTarget: z.number().positive().optional().describe("KL per completion to aim at, in nats: makes β adaptive"),
  klHorizon: z.number().positive().default(10_000).describe("episodes over which an adaptive β may change e-fold"),
  cliprange: z.number().positive().default(0.2).describe("ε of the policy's ratio"),
  cliprangeValue: z.number().positive().optional().default(0.2).describe("how far a value may move from its old one"),
  gamma: z.number().min(0).max(1).default(1).describe("discount"),
  lam: z.number().min(0).max(1).default(0.95).describe("λ of generalized advantage estimation"),
  whitenRewards: z.boolean().default(false).describe("scales token rewards to variance 1 (the mean stays)"),
  whitenAdvantages: z.boolean().default(true).describe("advantages to mean 0 and variance 1 over the rollout"),
  scorePosition: z.enum(["last_token", "after_eos"]).default("last_token").describe("where the score lands"),
  scoreClip: z.number().positive().optional().describe("limits scores to ± this before the KL penalty"),
  missingEosReward: z
    .number()
    .optional()
    .describe("replaces the score of a completion without end token (2019 and N+: -1)"),
  emaDecay: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe("moving average of the weights, kept as the final model; InstructGPT 0.992; 0 = off"),
  ...mixing,
  ptxBatchSize: mixing.ptxBatchSize.default(24),
});
export type PpoConfig = z.infer<typeof PpoConfig>;

/**
 * InstructGPT's settings (appendix C.4), for models of its size. The paper tells no peak rate of the policy: it is SFT's.
 */
export const instructGptPpo = {
  maxSteps: 500,
  rolloutSize: 512,
  batchSize: 64,
  learningRate: 9.65e-6,
  valueLearningRate: 9e-6,
  lrSchedulerType: "constant_with_warmup",
  warmupSteps: 10,
  warmupStartRatio: 0.1,
  klCoef: 0.02,
  ptxCoef: 27.8,
  ptxBatchSize: 512,
  emaDecay: 0.992,
} as const;

export interface Prompt {
  readonly prompt: Content;
  /** The tokens from which generation starts. */
  readonly ids: readonly number[];
}

export interface PpoOptions extends z.input<typeof PpoConfig> {
  /** Trained in place. */
  readonly policy: LanguageModel;
  /** π_SFT; default: the policy as it is at the start (of a resumed run too: pass it unchanged). */
  readonly reference?: LanguageModel;
  readonly reward: RewardFunction;
  /** Where the value model starts: a reward model or a language model; default the policy with a new head. */
  readonly value?: LanguageModel;
  readonly prompts: readonly Prompt[];
  /** Pretraining text as one stream of ids, for `ptxCoef` > 0. */
  readonly pretrain?: Int32Array;
  readonly seed?: number;
}

export interface PpoResult {
  readonly steps: number;
  /** Mean score and KL per completion of the last iteration. */
  readonly reward: number;
  readonly kl: number;
}

export interface Reinforced extends Finished {
  /** The moving average when there is one, else the policy. */
  readonly model: LanguageModel;
  readonly result: PpoResult;
}

interface Counters {
  readonly klCoef: number;
  readonly episodes: number;
  readonly policySteps: number;
  readonly valueSteps: number;
  readonly reward: number;
  readonly kl: number;
}

export async function* ppo(options: PpoOptions, { from }: Resume = {}): Trainer<Reinforced> {
  const { policy, prompts, seed = 0 } = options;
  const config = PpoConfig.parse(options);
  const { network, tokenizer } = policy;
  const { rolloutSize, temperature, microBatchSize } = config;
  const batchSize = config.batchSize ?? Math.ceil(rolloutSize / 2);

  const reference = evaluator((options.reference ?? copyModel(policy)).weights);
  const value: LanguageModel = {
    ...policy,
    ...withHead(options.value ?? policy, "score", seed),
    scale: { gain: 1, bias: 0 },
  };
  const policyLearner = makeLearner({ weights: policy.weights, ...learning(config) });
  const valueLearner = makeLearner({ weights: value.weights, ...learning(config) });
  const ema = config.emaDecay > 0 ? averager(policy.weights, config.emaDecay) : undefined;
  const averaged: LanguageModel = ema === undefined ? policy : { ...policy, weights: ema.weights };
  const stopIds = [tokenizer.special.eos, turnEnd(tokenizer)].filter((id) => id !== undefined);
  const sampler = rollout(policy, { stopIds, maxNewTokens: config.maxCompletionLength, temperature });

  const loss = policyLoss(network, config);
  const statistics = policyStatistics(network, temperature);
  const valueLoss = valueModelLoss(value.network, config.cliprangeValue);
  const values = valueStatistics(value.network);
  const textLoss = languageModelLoss(network);
  const mix = pretrainingMix(config, options.pretrain, network.context, { stage: "ppo", seed });
  const factor = scheduleOf(config, config.maxSteps);
  const partitioning = { batchSize, microBatchSize, context: network.context, lanes: policyLearner.lanes };
  const controller =
    config.klTarget === undefined ? fixedKl : adaptiveKl({ target: config.klTarget, horizon: config.klHorizon });
  const order = batches(prompts.length, 1, seed);

  let step = 0;
  let counters: Counters = { klCoef: config.klCoef, episodes: 0, policySteps: 0, valueSteps: 0, reward: 0, kl: 0 };
  if (from !== undefined) {
    step = from.step;
    // Only these: state.json also says which step it was, and that must not go into the next checkpoint.
    const { klCoef, episodes, policySteps, valueSteps, reward, kl } = from.files["state.json"] as Counters;
    counters = { klCoef, episodes, policySteps, valueSteps, reward, kl };
    restoreWeights(policy, from.files, "");
    restoreWeights(value, from.files, "value/");
    if (ema !== undefined) restoreWeights(averaged, from.files, "ema/");
    const saved = tensors(from.files, "optimizer.safetensors");
    restoreOptimizer(policyLearner, saved, counters.policySteps, "policy.");
    restoreOptimizer(valueLearner, saved, counters.valueSteps, "value.");
  }
  const snapshotFiles = (): CheckpointFiles => ({
    ...languageModelFiles(policy),
    ...prefixed("value/", languageModelFiles(value)),
    ...(ema === undefined ? {} : prefixed("ema/", languageModelFiles(averaged))),
    "optimizer.safetensors": new Map([
      ...optimizerTensors(policyLearner, "policy."),
      ...optimizerTensors(valueLearner, "value."),
    ]),
    "state.json": { ...counters },
  });

  try {
    while (step < config.maxSteps) {
      // 1. Sample, and score what was sampled.
      const chosen = promptsOf(order, prompts, step, rolloutSize);
      const completions = await sampler.sample(
        chosen.map(({ ids }) => ids),
        { seed, step },
      );
      const texts = completions.map(({ ids }) => tokenizer.decode(ids, { skipSpecial: true }));
      const raw = await options.reward({
        prompts: chosen.map(({ prompt }) => prompt),
        completions: texts,
        promptIds: chosen.map(({ ids }) => ids),
        completionIds: completions.map(({ ids }) => ids),
      });
      const scores = raw.map((score, i) => finalScore(score, completions[i]!.finish === "stop", config));
      requireFinite(scores);

      // 2. Log-probabilities and values before any update, in the very passes that the first epoch will train on.
      const episodes: Episode[] = completions.map(({ ids }, i) => ({ promptIds: chosen[i]!.ids, completionIds: ids }));
      const width = Math.max(...completions.map(({ ids }) => ids.length));
      const rows = rolloutArrays(episodes.length, width);
      for (const [i, { ids }] of completions.entries()) rows.mask.fill(1, i * width, i * width + ids.length);
      const passes = passesOf(episodes, { ...partitioning, rng: stream(seed, "minibatch", step, 0) });
      await sideBySide(policyLearner, passes.flat(), async (pass) => {
        const batch = policyBatch(episodes, pass, { width, rows });
        const [now, before, worth] = await Promise.all([
          policyLearner.forward(statistics, batch),
          reference.forward(statistics, batch),
          valueLearner.forward(values, valueBatch(batch)),
        ]);
        scatterRows(pass.rows, width, pass.R, now.logprobs!, rows.logprobs);
        scatterRows(pass.rows, width, pass.R, now.entropy!, rows.entropy);
        scatterRows(pass.rows, width, pass.R, before.logprobs!, rows.refLogprobs);
        scatterRows(pass.rows, width, pass.R, worth.values!, rows.values);
      });

      // 3. Token rewards and advantages, over the whole rollout and in double precision.
      const { klCoef } = counters;
      const { rewards, kl } = tokenRewards({ ...rows, scores, T: width, klCoef, scorePosition: config.scorePosition });
      const used = config.whitenRewards ? whiten(rewards, rows.mask, { shiftMean: false }) : rewards;
      const gae = gaeResponses({
        rewards: used,
        values: rows.values,
        mask: rows.mask,
        T: width,
        gamma: config.gamma,
        lambda: config.lam,
      });
      rows.advantages.set(config.whitenAdvantages ? whiten(gae.advantages, rows.mask) : gae.advantages);
      rows.returns.set(gae.returns);

      // 4. Clipped steps. The pretraining gradient joins that of each minibatch.
      const totals = new Averages();
      let update = { learning_rate: 0, grad_norm: 0 };
      let valueGradNorm = 0;
      for (let epoch = 0; epoch < config.numEpochsPerRollout; epoch++) {
        const rng = stream(seed, "minibatch", step, epoch);
        const partition = epoch === 0 ? passes : passesOf(episodes, { ...partitioning, rng });
        for (const [m, minibatch] of partition.entries()) {
          setWeights(
            rows,
            minibatch.flatMap((pass) => pass.rows),
            width,
          );
          const outputs = await sideBySide(policyLearner, minibatch, async (pass) => {
            const batch = policyBatch(episodes, pass, { width, rows });
            const [onPolicy, onValue] = await Promise.all([
              policyLearner.forwardBackward(loss, batch),
              valueLearner.forwardBackward(valueLoss, valueBatch(batch)),
            ]);
            if (epoch === 0 && m === 0) requireUnmoved(onPolicy.largestMove![0]!, step + 1);
            return { onPolicy, onValue };
          });
          const total = (of: keyof (typeof outputs)[number], name: string) =>
            sum(outputs.map((output) => output[of][name]![0]!));
          if (mix !== undefined) {
            const windows = mix.windows(counters.policySteps);
            const text = await learnWindows(policyLearner, textLoss, windows, {
              coefficient: mix.coefficient,
              microBatchSize,
            });
            totals.add({ "loss/ptx": text.loss });
          }
          update = await optimize(policyLearner, config, factor(step));
          valueGradNorm = (
            await optimize(valueLearner, { ...config, learningRate: config.valueLearningRate }, factor(step))
          ).grad_norm;
          counters = { ...counters, policySteps: policyLearner.step, valueSteps: valueLearner.step };
          await ema?.update();
          totals.add({
            "loss/policy_avg": total("onPolicy", "loss"),
            "loss/value_avg": total("onValue", "loss"),
            "policy/approxkl_avg": total("onPolicy", "approxKl"),
            "policy/clipfrac_avg": total("onPolicy", "clipFraction"),
            "val/clipfrac_avg": total("onValue", "clipFraction"),
            "val/ratio": total("onPolicy", "ratio"),
            "val/ratio_var": total("onPolicy", "ratioSquare") - total("onPolicy", "ratio") ** 2,
            "policy/grad_norm": update.grad_norm,
          });
        }
      }
      sampler.refresh();
      step++;
      const meanKl = mean([...kl]);
      counters = {
        ...counters,
        episodes: counters.episodes + episodes.length,
        klCoef: controller(klCoef, meanKl, episodes.length),
        reward: mean(scores),
        kl: meanKl,
      };

      const lengths = completions.map(({ ids }) => ids.length);
      const ended = completions.filter(({ finish }) => finish === "stop").length;
      const differences = samplerDifferences(completions, rows.logprobs, width);
      const nonScore = (sum([...kl]) * -klCoef) / episodes.length;
      yield {
        step,
        metrics: {
          "objective/kl": meanKl,
          "objective/entropy": mean(rowSums(rows.entropy, rows.mask, width)),
          "objective/non_score_reward": nonScore,
          "objective/rlhf_reward": mean(scores) + nonScore,
          "objective/scores": mean(scores),
          "objective/scores_std": std(scores, 0),
          "objective/kl_coef": klCoef,
          ...totals.means(),
          "policy/entropy_avg": sum([...rows.entropy]) / sum([...rows.mask]),
          "val/explained_var": explainedVariance(rows.values, rows.returns, rows.mask),
          "val/num_eos_tokens": ended,
          "value/grad_norm": valueGradNorm,
          "completions/mean_length": mean(lengths),
          "completions/max_length": Math.max(...lengths),
          "completions/clipped_ratio": 1 - ended / episodes.length,
          "sampling/sampling_logp_difference/mean": mean(differences),
          "sampling/sampling_logp_difference/max": Math.max(...differences),
          lr: update.learning_rate,
          episode: counters.episodes,
        },
        samples: episodes.map((episode, i) =>
          sampleRow(i, {
            prompt: chosen[i]!.prompt,
            text: texts[i]!,
            episode,
            score: scores[i]!,
            kl: kl[i]!,
            rows,
            rewards,
            width,
          }),
        ),
        snapshot: () => ({ step, files: snapshotFiles() }),
      };
    }
    const { reward, kl } = counters;
    const model = ema === undefined ? policy : { ...averaged, ...copyModel(averaged) };
    return { model, result: { steps: step, reward, kl }, files: languageModelFiles(model) };
  } finally {
    for (const part of [policyLearner, valueLearner, reference, sampler, ema]) part?.dispose();
  }
}

const prefixed = (prefix: string, files: Record<string, object>): Record<string, object> =>
  Object.fromEntries(Object.entries(files).map(([path, file]) => [prefix + path, file]));

/** Rollout after rollout over the shuffled prompts; a rollout larger than what is left of an epoch goes on into the next. */
function promptsOf(order: Batches, prompts: readonly Prompt[], step: number, count: number): Prompt[] {
  return Array.from({ length: count }, (_, i) => {
    return prompts[order.batchAt(step * count + i).rows[0]!]!;
  });
}

function finalScore(score: number, ended: boolean, { missingEosReward, scoreClip }: PpoConfig): number {
  const s = !ended && missingEosReward !== undefined ? missingEosReward : score;
  return scoreClip === undefined ? s : Math.max(-scoreClip, Math.min(scoreClip, s));
}

function requireFinite(scores: readonly number[]): void {
  const at = scores.findIndex((score) => !Number.isFinite(score));
  if (at < 0) return;
  throw new PlauditError(`the reward of completion ${at} is ${scores[at]}`, {
    code: "non-finite",
    help: "a reward must be a finite number for every completion, the empty one too",
  });
}

/** Before the first update the training pass must give back the recorded log-probabilities bit for bit. */
function requireUnmoved(largestMove: number, step: number): void {
  if (largestMove === 0) return;
  throw new PlauditError(
    `iteration ${step}: the ratio is not 1 before the first update (log-ratio up to ${largestMove})`,
    { code: "ratio-not-one" },
  );
}

/** Means of what several minibatches report. */
class Averages {
  readonly #sums = new Map<string, { total: number; n: number }>();
  add(values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) {
      const sum = this.#sums.get(name) ?? { total: 0, n: 0 };
      this.#sums.set(name, { total: sum.total + value, n: sum.n + 1 });
    }
  }
  means(): Record<string, number> {
    return Object.fromEntries([...this.#sums].map(([name, { total, n }]) => [name, total / n]));
  }
}
