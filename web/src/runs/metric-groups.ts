/** Which metrics are drawn in one chart, and which charts stand together: like with like, the most telling first. */
export const groupNames = [
  "loss",
  "reward",
  "kl",
  "accuracy",
  "entropy",
  "updates",
  "length",
  "optimizer",
  "other",
] as const;
export type GroupName = (typeof groupNames)[number];

/** Metrics of one chart have one unit, or their curves would press each other flat. */
const charts: readonly (readonly [GroupName, readonly string[]])[] = [
  ["loss", ["loss", "eval_loss", "loss/ptx", "loss/lm"]],
  ["loss", ["loss/policy_avg"]],
  ["loss", ["loss/value_avg"]],
  ["loss", ["clips/train_loss", "clips/validation_loss"]],
  ["reward", ["rollout/ep_rew_mean"]],
  ["reward", ["rollout/ep_predicted_rew_mean"]],
  ["reward", ["clips/reward_correlation"]],
  ["reward", ["clips/predicted_reward_mean"]],
  ["reward", ["objective/scores", "objective/rlhf_reward"]],
  ["reward", ["mean_reward", "min_reward", "max_reward"]],
  ["reward", ["margin"]],
  ["reward", ["objective/scores_std"]],
  ["kl", ["objective/kl"]],
  ["kl", ["objective/non_score_reward"]],
  ["kl", ["objective/kl_coef"]],
  ["accuracy", ["accuracy", "mean_token_accuracy"]],
  ["accuracy", ["clips/accuracy"]],
  ["accuracy", ["val/explained_var"]],
  ["entropy", ["objective/entropy"]],
  ["entropy", ["policy/entropy_avg"]],
  ["updates", ["policy/approxkl_avg"]],
  ["updates", ["policy/clipfrac_avg", "val/clipfrac_avg"]],
  ["updates", ["val/ratio"]],
  ["updates", ["val/ratio_var"]],
  ["length", ["completions/mean_length", "completions/max_length"]],
  ["length", ["completions/clipped_ratio"]],
  ["length", ["val/num_eos_tokens"]],
  ["optimizer", ["grad_norm", "policy/grad_norm", "value/grad_norm"]],
  ["optimizer", ["learning_rate", "lr"]],
  ["optimizer", ["clips/weight_decay"]],
  ["other", ["clips/asked", "clips/labels"]],
];

/** Charts by group, with those of the metrics that are there; one that is known nowhere has a chart of its own. */
export function groupMetrics<M extends { readonly name: string }>(metrics: readonly M[]) {
  const left = new Map(metrics.map((metric) => [metric.name, metric]));
  const groups = new Map<GroupName, M[][]>(groupNames.map((name) => [name, []]));
  for (const [group, names] of charts) {
    const found = names.flatMap((name) => left.get(name) ?? []);
    for (const { name } of found) left.delete(name);
    if (found.length > 0) groups.get(group)!.push(found);
  }
  for (const metric of left.values()) groups.get("other")!.push([metric]);
  return groupNames.flatMap((name) => (groups.get(name)!.length > 0 ? [{ name, charts: groups.get(name)! }] : []));
}
