import { join } from "node:path";
import { type Report, runCurve, type Section, writeReport } from "../../run/index.ts";
import { gold, isFact } from "../../world/index.ts";
import type { Evaluated, Result } from "./evaluate.ts";

type Language = "en" | "zh";

/** Everything the report says, in both languages. */
const words = {
  en: {
    title: "A language model learns from feedback",
    summary:
      "A small GPT read the stories of a made-up town, was shown how to answer, had its answers ranked by six simulated people, and learned to please them. A judge who knows the town's facts, and trained nothing, says what came of it.",
    figures: "What came of it",
    win: "preferred to SFT",
    winNote: (low: string, high: string) => `greedy against greedy, 95 %: ${low} – ${high}`,
    truth: "right answers",
    truthNote: (before: string) => `greedy, before: ${before}`,
    rm: "reward model agrees with the judge",
    rmNote: (people: string, unseen: string) => `with the people: ${people}; on facts it never met: ${unseen}`,
    kl: "KL per answer",
    klNote: "how far the policy moved from SFT, nats",
    time: "seconds",
    timeNote: (memory: number) => `${memory} MB at most`,
    controls: "Does feedback do it?",
    controlsCaption:
      "How often the judge prefers each answer. A win rate alone proves little: a policy that learned from shuffled rankings, and one that always refuses, must stay below one half; part of any win of sampled answers is mere sharpening.",
    rows: {
      greedy: "PPO-ptx against SFT, both greedy",
      sampled: "PPO-ptx against SFT, both sampled",
      shuffled: "control: rankings shuffled, against SFT",
      refuse: "control: always refuses, against SFT",
      greedySft: "greedy SFT against sampled SFT (sharpening)",
    },
    even: "even",
    samples: "Before and after",
    samplesCaption: "Questions that no stage had seen. The judge's points stand under each answer.",
    before: "SFT",
    after: "PPO-ptx",
    curve: "Reward and KL while it learns",
    curveCaption: "What the reward model pays, and how far the policy goes for it.",
    reward: "reward",
    iteration: "iteration",
    pretraining: "Pretraining loss",
    learning: "Reward model: accuracy on the pairs of each step",
    step: "step",
    loss: "loss",
    accuracy: "accuracy",
    text: "Alignment tax",
    textCaption:
      "Loss on stories that no stage trained on: what is forgotten while learning to please, and what ptx keeps.",
    textRows: ["after pretraining", "after SFT", "after PPO-ptx"],
    stage: "stage",
  },
  zh: {
    title: "语言模型从反馈中学习",
    summary:
      "一个小 GPT 先读了一座虚构小镇的故事，再看人们示范如何回答，然后由六位模拟的居民给它的回答排名，它据此学着让他们满意。最后由一位知道全部事实、从未参与训练的裁判来评定结果。",
    figures: "结果",
    win: "优于 SFT",
    winNote: (low: string, high: string) => `双方都贪心解码，95% 区间：${low} – ${high}`,
    truth: "答对的比例",
    truthNote: (before: string) => `贪心解码，之前：${before}`,
    rm: "奖励模型与裁判一致",
    rmNote: (people: string, unseen: string) => `与居民一致：${people}；在从未见过的事实上：${unseen}`,
    kl: "每个回答的 KL",
    klNote: "策略离 SFT 有多远，单位 nat",
    time: "秒",
    timeNote: (memory: number) => `内存最多 ${memory} MB`,
    controls: "真是反馈的功劳吗？",
    controlsCaption:
      "裁判偏好各方回答的比例。单看胜率说明不了什么：用打乱的排名训练出来的策略、永远拒答的策略，都必须低于一半；采样回答的胜率里，有一部分只是分布变尖带来的。",
    rows: {
      greedy: "PPO-ptx 对 SFT，双方贪心",
      sampled: "PPO-ptx 对 SFT，双方采样",
      shuffled: "对照：打乱排名，对 SFT",
      refuse: "对照：永远拒答，对 SFT",
      greedySft: "贪心 SFT 对采样 SFT（分布变尖）",
    },
    even: "持平",
    samples: "之前与之后",
    samplesCaption: "这些问题任何阶段都没有见过。每个回答下面是裁判给的分。",
    before: "SFT",
    after: "PPO-ptx",
    curve: "学习过程中的奖励与 KL",
    curveCaption: "奖励模型给多少分，策略为此走了多远。",
    reward: "奖励",
    iteration: "迭代",
    pretraining: "预训练损失",
    learning: "奖励模型：每一步在成对比较上的准确率",
    step: "步",
    loss: "损失",
    accuracy: "准确率",
    text: "对齐税",
    textCaption: "在没有训练过的故事上的损失：学着讨好人时忘掉了多少，ptx 又保住了多少。",
    textRows: ["预训练之后", "SFT 之后", "PPO-ptx 之后"],
    stage: "阶段",
  },
} as const;

/** With a space that no line breaks at. */
const percent = (share: number) => `${(100 * share).toFixed(1)}\u00a0%`;

/** Writes `report.html` into the quickstart's folder. */
export function writeQuickstartReport(folder: string, result: Result, evaluated: Evaluated, language: Language): void {
  writeReport(join(folder, "report.html"), reportOf(folder, result, evaluated, language));
}

function reportOf(folder: string, result: Result, evaluated: Evaluated, language: Language): Report {
  const w = words[language];
  const curve = (run: string, metric: string, name: string, axis?: "right") =>
    runCurve(join(folder, run), metric, name, axis);
  const sections: Section[] = [
    { kind: "figures", title: w.figures, figures: figuresOf(result, language) },
    {
      kind: "bars",
      title: w.controls,
      caption: w.controlsCaption,
      rows: barsOf(result, language),
      reference: { value: 0.5, label: w.even },
      format: percent,
    },
    {
      kind: "samples",
      title: w.samples,
      caption: w.samplesCaption,
      columns: [w.before, w.after],
      rows: samplesOf(evaluated),
    },
    {
      kind: "chart",
      title: w.curve,
      caption: w.curveCaption,
      xLabel: w.iteration,
      series: [curve("ppo", "objective/scores", w.reward), curve("ppo", "objective/kl", "KL", "right")],
    },
    { kind: "chart", title: w.pretraining, half: true, xLabel: w.step, series: [curve("pretrain", "loss", w.loss)] },
    { kind: "chart", title: w.learning, half: true, xLabel: w.step, series: [curve("reward", "accuracy", w.accuracy)] },
    {
      kind: "table",
      title: w.text,
      caption: w.textCaption,
      columns: [w.stage, w.loss],
      rows: [result.textLoss.pretrained, result.textLoss.sft, result.textLoss.final].map((loss, i) => [
        w.textRows[i]!,
        loss.toFixed(4),
      ]),
    },
  ];
  return { title: w.title, summary: w.summary, language, sections, footer: `plaudit quickstart · ${result.run}` };
}

function figuresOf({ winRate, truth, rewardModel, kl, seconds, peakMemoryMb }: Result, language: Language) {
  const w = words[language];
  return [
    { label: w.win, value: percent(winRate.value), note: w.winNote(percent(winRate.low), percent(winRate.high)) },
    { label: w.truth, value: percent(truth.final), note: w.truthNote(percent(truth.sft)) },
    {
      label: w.rm,
      value: percent(rewardModel.accuracyGold),
      note: w.rmNote(percent(rewardModel.accuracyAnnotators), percent(rewardModel.newFacts.accuracyGold)),
    },
    { label: w.kl, value: kl.toFixed(2), note: w.klNote },
    { label: w.time, value: seconds.toFixed(0), note: w.timeNote(peakMemoryMb) },
  ];
}

function barsOf({ winRate, winRateSampled, controls }: Result, language: Language) {
  const { rows } = words[language];
  return [
    { label: rows.greedy, value: winRate.value, low: winRate.low, high: winRate.high },
    { label: rows.sampled, value: winRateSampled.value, low: winRateSampled.low, high: winRateSampled.high },
    { label: rows.shuffled, value: controls.shuffledLabels, control: true },
    { label: rows.refuse, value: controls.alwaysRefuse, control: true },
    { label: rows.greedySft, value: controls.greedySft, control: true },
  ];
}

/** A few held-out questions: first those whose answer changed, one a topic. */
function samplesOf({ world, prompts, before, after }: Evaluated) {
  const score = (answers: Evaluated["before"], i: number) => gold(world, prompts[i]!, answers[i]!.text).score;
  const seen = new Set<string>();
  const changed = prompts.flatMap((prompt, i) => {
    const kind = `${prompt.use} ${isFact(prompt.about) ? "fact" : prompt.about.kind}`;
    if (before[i]!.text === after[i]!.text || seen.has(prompt.topic)) return [];
    seen.add(prompt.topic);
    return [{ i, kind }];
  });
  const kinds = [...new Set(changed.map(({ kind }) => kind))];
  const mixed = kinds.flatMap((kind) => changed.filter((c) => c.kind === kind).slice(0, 3)).slice(0, 12);
  return mixed.map(({ i }) => ({
    prompt: prompts[i]!.text,
    texts: [before, after].map((answers) => ({ text: answers[i]!.text, note: score(answers, i).toFixed(1) })),
  }));
}

/** What is printed at the end. */
export function summaryOf(result: Result, language: Language): string {
  const { winRate: win, winRateSampled: sampled, controls, truth, rewardModel, textLoss, kl } = result;
  const w = words[language];
  const line = (label: string, text: string) => `  ${label}: ${text}`;
  return [
    line(w.rows.greedy, `${percent(win.value)} [${percent(win.low)}, ${percent(win.high)}]`),
    line(w.rows.sampled, `${percent(sampled.value)} [${percent(sampled.low)}, ${percent(sampled.high)}]`),
    line(w.rows.shuffled, percent(controls.shuffledLabels)),
    line(w.rows.refuse, percent(controls.alwaysRefuse)),
    line(w.rows.greedySft, percent(controls.greedySft)),
    line(w.truth, `${percent(truth.sft)} → ${percent(truth.final)}`),
    line(
      w.rm,
      `${percent(rewardModel.accuracyGold)} (${w.rmNote(percent(rewardModel.accuracyAnnotators), percent(rewardModel.newFacts.accuracyGold))})`,
    ),
    line("KL", kl.toFixed(2)),
    line(w.text, [textLoss.pretrained, textLoss.sft, textLoss.final].map((x) => x.toFixed(3)).join(" → ")),
    `${Math.round(result.seconds)} s, ${result.peakMemoryMb} MB · ${join(result.run, "report.html")}`,
  ].join("\n");
}
