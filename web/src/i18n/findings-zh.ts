/**
 * What the doctor found in a run, in Chinese, by code. `{{number}}` is what it measured, `{{percent}}` the same as a share.
 * Why it is so and what to do stand in docs/errors (explained-zh.ts).
 */
export const findings: Readonly<Record<string, string>> = {
  // 数据和分词器
  "eos-never-trained": "没有一行以要学习的结束符结尾",
  "pad-is-eos": "分词器的填充符就是结束符（编号 {{number}}）",
  "truncated-rows": "{{percent}} 的文本被截断",
  "fully-masked": "{{percent}} 的行没有要学习的 token",

  // 奖励模型
  "reward-at-chance": "奖励模型的准确率是 {{percent}}，与瞎猜分不出来",
  "reward-is-length": "只看回答的长短就能判对 {{percent}}，奖励模型不比这更准",

  // PPO
  "zero-variance-rewards": "连续多次迭代，同一批回答的得分全都一样",
  "negative-kl": "与参考模型的 KL 连续 5 次迭代为负，平均每个回答 {{number}} nat",
  "clip-fraction": "连续 5 次迭代，{{percent}} 的 token 的策略比率被裁剪",
  "explained-variance": "30 次迭代之后，价值模型对回报方差的解释度是 {{number}}，还不如一个常数",
  "truncated-completions": "连续 5 次迭代，{{percent}} 的回答没有写完",

  // 一步之中
  "non-finite": "训练中出现了 NaN 或无穷大",
  "ratio-not-one": "第一次更新之前，策略比率不等于 1",
};
