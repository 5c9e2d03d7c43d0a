/** The quickstart is these command lines, run one after the other, controls beside the main ones. `--dry-run` prints them; nothing else trains anything. */
import { join } from "node:path";

export interface Stage {
  /** What is done, for people. */
  readonly title: { readonly en: string; readonly zh: string };
  /** Words of a `plaudit` command line. */
  readonly argv: readonly string[];
  /** File or run folder that is there when the stage is done. */
  readonly makes: string;
  /** Needs only this file: runs beside the stages that follow the one that makes it. */
  readonly beside?: string;
}

export interface StageOptions {
  readonly folder: string;
  readonly seed: number;
  readonly language: "en" | "zh";
  readonly threads: number;
  /** Share of the recipe's data and steps. */
  readonly scale: number;
  /** `me`: the first tasks are ranked by the person at the terminal. */
  readonly annotator: "town" | "me";
}

const flags = (values: Readonly<Record<string, string | number | boolean>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, String(value)]));

/**
 * What differs. Chinese stories are shorter; there SFT unlearns more of them, and wins come easier, so that more may hold
 * the policy back: its stories' loss would rise by more than 0.01.
 */
const tuned = {
  en: {
    stories: 10_000,
    sft: { "ptx-coef": 0.3, "ptx-batch-size": 2 },
    klCoef: 0.2,
  },
  zh: {
    stories: 14_000,
    sft: { "ptx-coef": 0.5, "ptx-batch-size": 4 },
    klCoef: 0.35,
  },
} as const;

/** The recipe: reference values and what was tried are in docs/algorithms/quickstart.md. */
export function stages({ folder, seed, language, threads, scale, annotator }: StageOptions): Stage[] {
  const at = (...parts: string[]) => join(folder, ...parts);
  const town = (file: string) => at("town", file);
  const shared = { seed, threads };
  const scaled = (n: number) => Math.max(1, Math.round(n * scale));

  /** A control runs beside a main stage: it gets no more than every other core. */
  const control = { seed, threads: Math.ceil(threads / 2) };

  const reward = (rankings: string, out: string, computing = shared): string[] => [
    "reward",
    ...flags({ model: at("sft"), data: at(rankings), demonstrations: town("demonstrations.jsonl") }),
    ...flags({
      "validation-share": 0,
      "head-scale": 0.3,
      "num-train-epochs": 2,
      "learning-rate": 4e-4,
      "adam-beta2": 0.95,
      "batch-size": 8,
    }),
    ...flags({ ...computing, resume: at(out) }),
  ];
  const ppo = (rewardModel: string, out: string, computing = shared): string[] => [
    "ppo",
    ...flags({ policy: at("sft"), reward: at(rewardModel), value: at(rewardModel) }),
    ...flags({ prompts: town("ppo-prompts.jsonl"), pretrain: town("text.jsonl") }),
    ...flags({
      "kl-coef": tuned[language].klCoef,
      "ptx-coef": 0.6,
      "max-steps": scaled(32),
      "rollout-size": 128,
      "max-completion-length": 40,
      "missing-eos-reward": -1,
      "ptx-batch-size": 12,
    }),
    ...flags({ "warmup-steps": 5 }),
    ...flags({ ...computing, resume: at(out) }),
  ];
  const sample = [
    "sample",
    ...flags({ model: at("sft"), prompts: town("ranking-prompts.jsonl"), k: "4-9", "max-new-tokens": 40, ...shared }),
  ];
  // The same answers as the first of all tasks: each prompt has random numbers of its own.
  const mine: Stage[] = [
    {
      title: { en: "The first ten tasks are for you", zh: "前十个任务由你来排" },
      argv: [...sample, ...flags({ limit: 10, out: at("mine") })],
      makes: at("mine"),
    },
    {
      title: { en: "You rank their answers", zh: "你给回答排名" },
      argv: ["label", at("mine"), ...flags({ export: at("my-rankings.jsonl"), seed })],
      makes: at("my-rankings.jsonl"),
    },
  ];
  return [
    {
      title: { en: "A town is made up", zh: "虚构一座小镇" },
      argv: [
        ...["world", "make", at("town"), ...flags({ language, seed })],
        ...flags({
          stories: scaled(tuned[language].stories),
          demonstrations: scaled(6000),
          rankings: scaled(3800),
          "ppo-prompts": scaled(4096),
        }),
      ],
      makes: at("town"),
    },
    {
      title: { en: "Pretraining: it reads the town's stories", zh: "预训练：阅读小镇的故事" },
      argv: [
        "pretrain",
        ...flags({ data: town("text.jsonl"), model: "gpt2", tokenizer: "bpe:1024" }),
        ...flags({ layers: 3, heads: 4, dim: 128, context: 96, "batch-size": 6, "learning-rate": 2e-3 }),
        ...flags({ ...shared, resume: at("pretrain") }),
      ],
      makes: at("pretrain"),
    },
    {
      title: { en: "SFT: people show how to answer", zh: "监督微调：人们示范如何回答" },
      argv: [
        "sft",
        ...flags({ model: at("pretrain"), data: town("demonstrations.jsonl"), "validation-share": 0 }),
        ...flags({ "chat-template": town("chat-template.jinja"), "learning-rate": 1e-3 }),
        ...flags({ "batch-size": 16, pretrain: town("text.jsonl"), ...tuned[language].sft }),
        ...flags({ ...shared, resume: at("sft") }),
      ],
      makes: at("sft"),
    },
    {
      title: { en: "It answers each question 4 to 9 times", zh: "每个问题回答 4 到 9 遍" },
      argv: [...sample, ...flags({ out: at("tasks.jsonl") })],
      makes: at("tasks.jsonl"),
    },
    ...(annotator === "me" ? mine : []),
    {
      title: { en: "Six people rank the answers", zh: "六个人给回答排名" },
      argv: [
        ...["world", "rank", at("tasks.jsonl"), ...flags({ world: at("town"), out: at("rankings.jsonl"), seed })],
        ...(annotator === "me" ? flags({ mine: at("my-rankings.jsonl") }) : []),
      ],
      makes: at("rankings.jsonl"),
    },
    {
      title: { en: "The reward model learns their taste", zh: "奖励模型学习他们的偏好" },
      argv: reward("rankings.jsonl", "reward"),
      makes: at("reward"),
    },
    {
      title: { en: "PPO-ptx: it learns to please them", zh: "PPO-ptx：学着让他们满意" },
      argv: ppo("reward", "ppo"),
      makes: at("ppo"),
    },
    {
      title: { en: "Control: the rankings are shuffled", zh: "对照：打乱排名" },
      argv: [
        ...["world", "rank", at("tasks.jsonl")],
        ...flags({ world: at("town"), out: at("shuffled-rankings.jsonl"), shuffle: true, seed }),
      ],
      makes: at("shuffled-rankings.jsonl"),
      beside: at("tasks.jsonl"),
    },
    {
      title: { en: "Control: a reward model of shuffled rankings", zh: "对照：用打乱的排名训练奖励模型" },
      argv: reward("shuffled-rankings.jsonl", "shuffled-reward", control),
      makes: at("shuffled-reward"),
      beside: at("tasks.jsonl"),
    },
    {
      title: { en: "Control: PPO-ptx with it", zh: "对照：用它做 PPO-ptx" },
      argv: ppo("shuffled-reward", "shuffled-ppo", control),
      makes: at("shuffled-ppo"),
      beside: at("tasks.jsonl"),
    },
  ];
}
