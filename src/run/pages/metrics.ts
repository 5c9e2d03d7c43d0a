import type { Language } from "../report/index.ts";

interface KnownMetric {
  readonly en: string;
  readonly zh: string;
  /** Which way is up; absent where neither is. */
  readonly better?: "lower" | "higher";
}

/** What the trainers write into metrics.jsonl, in the order in which a person wants to see it. */
const known: Readonly<Record<string, KnownMetric>> = {
  loss: { en: "loss", zh: "损失", better: "lower" },
  eval_loss: { en: "validation loss", zh: "验证损失", better: "lower" },
  "loss/ptx": { en: "loss on pretraining text", zh: "预训练文本上的损失", better: "lower" },
  "loss/lm": { en: "language-modelling loss", zh: "语言模型损失", better: "lower" },
  accuracy: { en: "accuracy", zh: "准确率", better: "higher" },
  mean_token_accuracy: { en: "tokens guessed right", zh: "猜对的 token 比例", better: "higher" },
  margin: { en: "margin of better over worse", zh: "好坏回答的分差", better: "higher" },
  min_reward: { en: "lowest reward", zh: "最低奖励" },
  mean_reward: { en: "mean reward", zh: "平均奖励" },
  max_reward: { en: "highest reward", zh: "最高奖励" },
  "objective/scores": { en: "reward", zh: "奖励", better: "higher" },
  "objective/kl": { en: "KL per completion", zh: "每个回答的 KL" },
  "objective/rlhf_reward": { en: "reward less the KL penalty", zh: "扣除 KL 惩罚的奖励", better: "higher" },
  "objective/non_score_reward": { en: "KL penalty", zh: "KL 惩罚" },
  "objective/scores_std": { en: "spread of the rewards", zh: "奖励的标准差" },
  "objective/kl_coef": { en: "KL coefficient", zh: "KL 系数" },
  "objective/entropy": { en: "entropy of a completion", zh: "每个回答的熵" },
  "policy/entropy_avg": { en: "entropy of a token", zh: "每个 token 的熵" },
  "loss/policy_avg": { en: "policy loss", zh: "策略损失" },
  "loss/value_avg": { en: "value loss", zh: "价值损失", better: "lower" },
  "val/explained_var": { en: "explained variance of the values", zh: "价值的可解释方差", better: "higher" },
  "policy/approxkl_avg": { en: "KL of one update", zh: "一次更新的 KL" },
  "policy/clipfrac_avg": { en: "clipped ratios", zh: "被裁剪的比率" },
  "val/clipfrac_avg": { en: "clipped values", zh: "被裁剪的价值" },
  "val/ratio": { en: "mean ratio", zh: "平均比率" },
  "val/ratio_var": { en: "variance of the ratio", zh: "比率的方差" },
  "completions/mean_length": { en: "mean length in tokens", zh: "平均长度（token）" },
  "completions/max_length": { en: "longest in tokens", zh: "最长（token）" },
  "completions/clipped_ratio": { en: "completions without an end", zh: "没有结束的回答" },
  "val/num_eos_tokens": { en: "completions that end", zh: "正常结束的回答数" },
  "rollout/ep_rew_mean": { en: "return of an episode", zh: "每局回报", better: "higher" },
  "rollout/ep_predicted_rew_mean": { en: "predicted return of an episode", zh: "每局的预测回报" },
  "rollout/ep_len_mean": { en: "steps of an episode", zh: "每局步数" },
  "clips/asked": { en: "questions put", zh: "已提问数" },
  "clips/labels": { en: "questions answered", zh: "已回答数", better: "higher" },
  "clips/accuracy": { en: "held-out answers foreseen", zh: "留出回答的预测准确率", better: "higher" },
  "clips/reward_correlation": { en: "predicted against true reward", zh: "预测奖励与真实奖励的相关", better: "higher" },
  "clips/predicted_reward_mean": { en: "predicted reward of a step", zh: "每步的预测奖励" },
  "clips/train_loss": { en: "loss of the reward predictors", zh: "奖励预测器的损失", better: "lower" },
  "clips/validation_loss": {
    en: "validation loss of the reward predictors",
    zh: "奖励预测器的验证损失",
    better: "lower",
  },
  "clips/weight_decay": { en: "weight decay of the reward predictors", zh: "奖励预测器的权重衰减" },
  "rollout/exploration_rate": { en: "exploration ε", zh: "探索率 ε" },
  "eval/mean_reward": { en: "return of the learnt policy", zh: "所学策略的回报", better: "higher" },
  "eval/regret": { en: "regret against the optimum", zh: "与最优的差距", better: "lower" },
  "eval/value_error": { en: "error of the values", zh: "价值的误差", better: "lower" },
  "train/effective_sample_size": { en: "effective samples", zh: "有效样本数" },
  grad_norm: { en: "gradient norm", zh: "梯度范数" },
  "policy/grad_norm": { en: "gradient norm, policy", zh: "梯度范数（策略）" },
  "value/grad_norm": { en: "gradient norm, value", zh: "梯度范数（价值）" },
  "sampling/sampling_logp_difference/mean": { en: "sampler against trainer, mean", zh: "采样与训练之差（平均）" },
  "sampling/sampling_logp_difference/max": { en: "sampler against trainer, largest", zh: "采样与训练之差（最大）" },
  learning_rate: { en: "learning rate", zh: "学习率" },
  lr: { en: "learning rate", zh: "学习率" },
};

/** Counters that only say how far a run is. */
const counters = new Set(["step", "epoch", "num_tokens", "episode", "time/episodes", "time/total_timesteps"]);

/** Names of the metrics of some rows: those we know in their order, then the caller's own; no counters. */
export function metricNames(rows: readonly Readonly<Record<string, unknown>>[]): string[] {
  const there = new Set<string>();
  for (const row of rows) for (const name in row) there.add(name);
  const ours = Object.keys(known).filter((name) => there.has(name));
  return [...ours, ...[...there].filter((name) => !(name in known) && !counters.has(name))];
}

/** A metric in words; one that we do not know is called what its trainer calls it. */
export const metricLabel = (name: string, language: Language): string => known[name]?.[language] ?? name;

export const betterOf = (name: string): KnownMetric["better"] => known[name]?.better;
