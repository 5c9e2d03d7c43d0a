/**
 * What the options of a training do, in Chinese: name → the sentence in English, as its command declares it → in Chinese.
 * Commands that mean different things by a name say so in different sentences. One that changes in English stays English
 * on the page until it is changed here; a test names it. Options that the page calls in words of its own (`option` in
 * watching-zh.ts) show no such sentence.
 */
export const optionHelp: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // 数据
  kind: {
    "what the rows teach: answers, or the class of a text (GPT-1's fine-tuning)":
      "数据教什么：demonstrations 是回答，classification 是文本的类别（GPT-1 的微调）",
    "refuse data that is of the other kind": "只接受这一种数据，遇到另一种就报错",
  },
  demonstrations: {
    "answers whose mean score becomes 0 (default: the ranked answers')":
      "示范回答：平移得分，使它们的平均得分为 0（默认用排过序的回答）",
  },
  validationShare: {
    "part of the prompts that is not learnt but measured; 0 = none": "留作验证、不参与训练的提示所占的比例；0 表示不留",
  },
  maxLength: {
    "longest row in tokens; longer answers are cut (default: the context)":
      "每行最多多少 token，超出的回答会被截断（默认：模型的上下文长度）",
  },
  chatTemplate: {
    "chatml or a Jinja file (default: the model's; ChatML for conversations where it has none)":
      "对话模板：chatml 或一个 Jinja 文件（默认用模型自带的；模型没有时，对话数据用 ChatML）",
  },
  symmetric: {
    "classification: read the two texts in both orders (similarity)": "分类：两段文本按两种顺序各读一遍（用于相似度）",
  },
  skipBadRows: { "go on without the rows that cannot be used": "跳过不能用的行，继续训练" },
  encoding: { "of text files (default UTF-8), for example gb18030": "文本文件的字符编码（默认 UTF-8），例如 gb18030" },

  // 批大小与步数
  preset: {
    "the paper's recipe (gpt1: for classification); flags win over it":
      "采用论文的配置（gpt1 用于分类）；单独填写的选项优先",
    "the paper's recipe; flags win over it": "采用论文的配置；单独填写的选项优先",
  },
  microBatchSize: {
    "rows per forward pass (default: about 640 tokens)": "每次前向计算的行数（默认：约 640 个 token）",
    "prompts per forward pass (default: about 640 tokens)": "每次前向计算的提示数（默认：约 640 个 token）",
  },
  gradientCheckpointing: {
    "less memory, the same bits, slower: the inside of a block is computed again for its gradient":
      "梯度检查点：求梯度时重算每一层的中间结果，更省内存，也更慢，结果逐位相同",
  },
  chunkedLogits: {
    "tokens whose logits exist at one time, for large vocabularies (default: all of a pass; slower)":
      "同时保留多少个 token 的 logits，词表大时可省内存，但更慢（默认：一次前向计算的全部）",
  },

  // 学习率
  lrSchedulerType: { "how the learning rate moves after the warm-up": "预热之后学习率怎样变化" },
  minLearningRateRatio: { "where the schedule ends, as a part of the peak": "学习率最后降到峰值的多大比例" },
  warmupSteps: { "steps of linear growth at the start": "预热步数：开始时学习率线性上升" },
  warmupStartRatio: { "where the warm-up begins, as a part of the peak": "预热从峰值的多大比例开始" },
  valueLearningRate: { "peak learning rate of the value model": "价值模型的学习率峰值" },

  // 优化器
  weightDecay: { "decoupled decay of matrices": "权重衰减（解耦，只作用于矩阵）" },
  adamBeta1: { "decay of Adam's first moment": "Adam 一阶矩的衰减率" },
  adamBeta2: { "decay of Adam's second moment": "Adam 二阶矩的衰减率" },
  adamEpsilon: { "Adam's epsilon": "Adam 的 ε" },
  adamEpsilonStyle: {
    "where epsilon stands: after the bias correction or, as in OpenAI's code, before it":
      "ε 加在哪里：torch 在偏差修正之后，tensorflow 在之前（OpenAI 的代码如此）",
  },
  maxGradNorm: { "global-norm clipping; 0 = off": "按全局范数裁剪梯度的上限；0 表示不裁剪" },
  emaDecay: {
    "moving average of the weights, kept as the final model; InstructGPT 0.992; 0 = off":
      "权重的滑动平均，作为最终模型保存；InstructGPT 用 0.992，0 表示不用",
  },
  dropout: {
    "residual dropout (default: the model's; InstructGPT: 0.2)": "残差丢弃率（默认用模型的；InstructGPT 用 0.2）",
  },
  classifierDropout: { "dropout before the classifier's head": "分类头之前的丢弃率" },

  // 损失
  ptxBatchSize: { "windows of pretraining text per optimizer step": "优化器每步所用的预训练文本窗口数" },
  lmCoef: { "λ: weight of the language-modelling loss beside the task's": "λ：分类损失之外，语言模型损失的权重" },

  // 奖励模型
  pairDivisor: {
    "what a prompt's pair losses are divided by: its pairs without ties, all its pairs, all pairs of the step":
      "每个提示的成对损失除以什么：kept_pairs 是它不含并列的对数，all_pairs 是它的全部对数，pooled 是这一步的全部对数",
  },
  centerRewardsCoefficient: {
    "pulls rewards towards a mean of 0; TRL suggests 0.01": "把奖励的均值拉向 0 的系数；TRL 建议 0.01",
  },
  scaleToUnit: {
    "divides the scores so that those of the training answers spread by 1": "缩放得分，使训练集中回答得分的标准差为 1",
  },
  headScale: { "multiplies the initial head, N(0, 1/(d+1))": "打分头的初始权重 N(0, 1/(d+1)) 再乘以这个倍数" },

  // PPO 的模型
  rewardWeights: { "one for each reward (default: 1 each)": "每个奖励的权重（默认都是 1）" },
  reference: {
    "what the KL penalty holds on to (default: the policy as it starts)":
      "KL 惩罚所用的参考模型（默认：训练开始时的策略）",
  },

  // PPO 的采样与奖励
  numEpochsPerRollout: { "passes over each rollout": "每轮采样的回答学习几遍" },
  maxCompletionLength: { "longest completion, in tokens": "回答最多多少 token" },
  temperature: { "of sampling and of all log-probabilities": "采样的温度，也用于计算所有对数概率" },
  klTarget: {
    "KL per completion to aim at, in nats: makes β adaptive": "每个回答的目标 KL（单位 nat）：填写后 β 自动调整",
  },
  klHorizon: {
    "episodes over which an adaptive β may change e-fold": "自动调整的 β 至少要经过多少个回答才能变化 e 倍",
  },
  scorePosition: {
    "where the score lands": "得分加在哪个 token 上：last_token 是最后一个 token，after_eos 是结束符之后的一个",
  },
  scoreClip: { "limits scores to ± this before the KL penalty": "计入 KL 惩罚之前，把得分限制在正负这个数以内" },
  missingEosReward: {
    "replaces the score of a completion without end token (2019 and N+: -1)":
      "没有写到结束符的回答，得分换成这个数（2019 年的论文和 N+ 用 -1）",
  },
  whitenRewards: {
    "scales token rewards to variance 1 (the mean stays)": "把每个 token 的奖励缩放到方差为 1（均值不变）",
  },

  // PPO 的更新
  cliprange: { "ε of the policy's ratio": "策略比率的裁剪范围 ε" },
  cliprangeValue: { "how far a value may move from its old one": "新的价值最多可以离旧的价值多远" },
  gamma: { discount: "折扣因子 γ" },
  lam: { "λ of generalized advantage estimation": "广义优势估计（GAE）的 λ" },
  whitenAdvantages: {
    "advantages to mean 0 and variance 1 over the rollout": "把一轮采样中的优势标准化为均值 0、方差 1",
  },

  // 记录与计算
  sampleSteps: {
    "a few samples into samples.jsonl at the start, every so many steps and at the end; 0 = none":
      "开始时、每隔这么多步和结束时，把几个样本写入 samples.jsonl；0 表示不写",
  },
  logSamples: { "rows of samples.jsonl a step": "每次在 samples.jsonl 里记几行" },
  saveSteps: { "a checkpoint every so many steps": "每隔多少步存一个检查点" },
  saveTotalLimit: { "checkpoints that are kept": "最多保留几个检查点" },
  seed: { "same seed, same machine, same bytes": "随机种子：同一种子、同一台机器，结果逐字节相同" },
  device: { "what computes; training is done by the cpu alone": "在什么设备上计算；训练只能用 cpu" },
  threads: {
    "threads that compute; the bits of a run depend on it": "计算用的线程数；线程数不同，结果的末位会有差别",
  },
};
