import { z } from "zod";
import { languageModelLoss, measureRows, measureText } from "../../align/index.ts";
import { DataError, stream, UsageError } from "../../base/index.ts";
import { consecutiveWindows, type Dataset, mapRows, readDataset } from "../../data/index.ts";
import { configureThreads } from "../../engine/index.ts";
import type { LanguageModel } from "../../models/index.ts";
import type { RewardFunction } from "../../rewards/index.ts";
import { clusteredBootstrap, pairedWinRate } from "../../stats/index.ts";
import { evaluator } from "../../train/index.ts";
import { type Context, checkAll, computing, defineCommand, number, table } from "../frame/index.ts";
import { fileFlag, modelFlag, reading, tellSkipped } from "../inputs/datasets.ts";
import { openModel } from "../inputs/models.ts";
import { openReward } from "../inputs/reward-spec.ts";
import { promptTokens, rowTokens } from "../inputs/row-tokens.ts";
import { streamOf } from "../inputs/text-stream.ts";
import { type Answer, type AskedPrompt, answersTo } from "./answers.ts";
import { sampling } from "./sampling.ts";

const Interval = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });
const Result = z.strictObject({
  /** Mean over the learnt tokens, nats. */
  loss: z.number().optional(),
  perplexity: z.number().optional(),
  /** Share of tokens that were the likeliest. */
  accuracy: z.number().optional(),
  tokens: z.int().optional(),
  /** Mean score of the model's answers under the judge. */
  reward: Interval.optional(),
  /** Of the other model's answers. */
  rewardAgainst: Interval.optional(),
  /** How often the model's answer has the higher score; a tie is half a win. */
  winRate: Interval.extend({ ties: z.int(), prompts: z.int() }).optional(),
});
type Result = z.infer<typeof Result>;

const measured = ["text", "messages", "prompt-completion"] as const;
const { seed, threads } = computing;

export const evaluate = defineCommand({
  name: "eval",
  summary: "loss, reward, and win rate against another model",
  examples: [
    "plaudit eval --model runs/sft-001 --data held-out.jsonl",
    "plaudit eval --model runs/ppo-001 --against runs/sft-001 --judge runs/reward-001 --prompts held-out.jsonl",
    "plaudit eval --model runs/ppo-001 --judge ./gold.ts#score --prompts held-out.jsonl --temperature 0",
  ],
  schema: z.strictObject({
    model: modelFlag("what to measure"),
    data: fileFlag("text or demonstrations, for the loss").optional(),
    prompts: fileFlag("rows with a prompt, for answers that the judge scores").optional(),
    judge: z
      .string()
      .min(1)
      .optional()
      .describe("who scores the answers: a reward model or ./file.ts#function")
      .meta({ value: "SPEC" }),
    against: modelFlag("another model that answers the same prompts with the same random streams").optional(),
    n: z.int().min(1).default(1).describe("answers a prompt"),
    limit: z.int().min(1).optional().describe("only the first prompts"),
    ...sampling,
    ...reading,
    seed,
    threads,
  }),
  resultSchema: Result,
  async run(context, options) {
    const { model, against, judge, data, prompts } = await openInputs(options);
    tellSkipped(
      context,
      [data, prompts].flatMap((file) => file || []),
    );
    configureThreads(options.threads);
    const losses = data ? await measureLoss(model, data, options.skipBadRows) : {};
    const rewards = judge && prompts ? await measureRewards(context, { model, against, judge, prompts }, options) : {};
    const result = { ...losses, ...rewards };
    context.emit(describe(result), result);
    return {};
  },
});

type Options = z.infer<typeof evaluate.schema>;

/** Every input is checked before anything is computed. */
async function openInputs(options: Options) {
  const { data, prompts, judge, against } = options;
  return checkAll({
    flags() {
      if (data === undefined && prompts === undefined) {
        throw new UsageError("eval needs --data for the loss, or --prompts and --judge for rewards", {
          code: "missing-flag",
          help: "plaudit eval --help",
        });
      }
      if ((prompts === undefined) !== (judge === undefined)) {
        const missing = judge === undefined ? "--judge: who scores the answers" : "--prompts: what is to be answered";
        throw new UsageError(`eval needs ${missing}`, { code: "missing-flag" });
      }
      if (against !== undefined && judge === undefined) {
        throw new UsageError("--against needs --prompts and --judge", { code: "missing-flag" });
      }
    },
    model: () => openModel(options.model, "lm"),
    against: () => against && openModel(against, "lm"),
    async judge() {
      if (judge !== undefined) (await openReward(judge)).dispose();
      return judge;
    },
    data: () => data && readDataset(data, measured, options),
    prompts: () => prompts && readDataset(prompts, "prompt", options),
  });
}

type Measured = Dataset<(typeof measured)[number]>;

async function measureLoss(model: LanguageModel, data: Measured, skipBadRows: boolean) {
  const { tokenizer, network, weights } = model;
  const { context } = network;
  const loss = languageModelLoss(network);
  const passes = evaluator(weights);
  try {
    const rows = () =>
      mapRows(data, (row) => rowTokens(tokenizer, data.kind, row, context), { skipBadRows }).items.flat();
    const found =
      data.kind === "text"
        ? await measureText(passes, loss, windowsOf(data as Dataset<"text">, model, skipBadRows))
        : await measureRows(passes, loss, rows(), { context });
    return { loss: found.loss, perplexity: Math.exp(found.loss), accuracy: found.accuracy, tokens: found.tokens };
  } finally {
    passes.dispose();
  }
}

/** The documents as one stream, as pretraining reads them. */
function windowsOf(data: Dataset<"text">, { tokenizer, network }: LanguageModel, skipBadRows: boolean): Int32Array[] {
  const windows = consecutiveWindows(streamOf([data], tokenizer, { skipBadRows }), network.context);
  if (windows.length > 0) return windows;
  throw new DataError("the text has fewer than two tokens: nothing to predict", {
    code: "stream-too-short",
    where: data.path,
  });
}

interface Comparison {
  readonly model: LanguageModel;
  readonly against: LanguageModel | "" | undefined;
  readonly judge: string;
  readonly prompts: Dataset<"prompt">;
}

async function measureRewards(context: Context, { model, against, judge, prompts }: Comparison, options: Options) {
  const scoresOf = async (who: LanguageModel, label: string): Promise<number[][]> => {
    const { reward, dispose } = await openReward(judge, who.tokenizer);
    try {
      return await scoreAnswers(context, { model: who, label, prompts, reward }, options);
    } finally {
      dispose();
    }
  };
  const rng = (purpose: string) => stream(options.seed, purpose);
  const ours = await scoresOf(model, "answers");
  const reward = clusteredBootstrap(ours, { rng: rng("reward interval") });
  if (!against) return { reward };
  const theirs = await scoresOf(against, "the other's answers");
  const clusters = ours.flatMap((scores, prompt) => scores.map(() => String(prompt)));
  return {
    reward,
    rewardAgainst: clusteredBootstrap(theirs, { rng: rng("other reward interval") }),
    winRate: pairedWinRate(ours.flat(), theirs.flat(), { rng: rng("win rate interval"), clusters }),
  };
}

interface Scoring {
  readonly model: LanguageModel;
  readonly label: string;
  readonly prompts: Dataset<"prompt">;
  readonly reward: RewardFunction;
}

/** The scores of `n` answers to each prompt. */
async function scoreAnswers(context: Context, { model, label, prompts, reward }: Scoring, options: Options) {
  const { tokenizer, network } = model;
  const rows = prompts.rows.slice(0, options.limit);
  const { items } = mapRows(
    { ...prompts, rows },
    ({ prompt }, index): AskedPrompt => {
      return { index, prompt, ids: promptTokens(tokenizer, prompt, network.context).ids, k: options.n };
    },
    options,
  );
  const asked: AskedPrompt[] = [];
  const answered: Answer[] = [];
  for await (const { asked: prompt, answers } of answersTo(context, label, model, items, options)) {
    for (const answer of answers) {
      asked.push(prompt);
      answered.push(answer);
    }
  }
  const scores = await reward({
    prompts: asked.map(({ prompt }) => prompt),
    completions: answered.map(({ text }) => text),
    promptIds: asked.map(({ ids }) => ids),
    completionIds: answered.map(({ ids }) => ids),
  });
  return items.map((_, i) => scores.slice(i * options.n, (i + 1) * options.n));
}

function describe({ loss, perplexity, accuracy, tokens, reward, rewardAgainst, winRate }: Result): string {
  const interval = ({ value, low, high }: z.infer<typeof Interval>, digits: (x: number) => string) =>
    [digits(value), `(95 % interval ${digits(low)} – ${digits(high)})`] as const;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const rows: (readonly string[])[] = [];
  if (loss !== undefined) {
    rows.push(["loss", number(loss), `nats a token, over ${tokens} tokens`]);
    rows.push(["perplexity", number(perplexity!), ""]);
    rows.push(["accuracy", percent(accuracy!), "of the tokens were the likeliest"]);
  }
  if (reward) rows.push(["reward", ...interval(reward, number)]);
  if (rewardAgainst) rows.push(["reward of the other", ...interval(rewardAgainst, number)]);
  if (winRate) {
    const [value, range] = interval(winRate, percent);
    rows.push(["win rate", value, `${range}, ${winRate.prompts} comparisons, ${winRate.ties} ties`]);
  }
  return table(rows);
}
