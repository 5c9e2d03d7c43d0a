/** What the gold judge finds at the end of the quickstart. It knows the town's facts and has trained nothing. */
import { languageModelLoss, measureRewardModel, measureText } from "../../align/index.ts";
import { stream } from "../../base/index.ts";
import {
  type Content,
  consecutiveWindows,
  splitStream,
  tokenizePrompt,
  tokenizePromptCompletion,
} from "../../data/index.ts";
import { generator } from "../../generate/index.ts";
import type { LanguageModel } from "../../models/index.ts";
import { mean, meanAgreement, pairAgreement, pairedWinRate, type WinRate } from "../../stats/index.ts";
import { evaluator } from "../../train/index.ts";
import {
  type Annotator,
  gold,
  heldOutPrompts,
  isFact,
  type PromptUse,
  rank,
  type World,
  type WorldPrompt,
} from "../../world/index.ts";

export interface Answer {
  readonly prompt: WorldPrompt;
  readonly text: string;
}

export interface JudgeOptions {
  readonly world: World;
  readonly seed: number;
  readonly maxNewTokens: number;
}

export const chatPrompt = ({ text }: { readonly text: string }): Content => [{ role: "user", content: text }];

/** A model's answer to each prompt. Equal seeds give equal random numbers to all models. */
export async function answersOf(
  model: LanguageModel,
  prompts: readonly WorldPrompt[],
  { seed, maxNewTokens }: JudgeOptions,
  temperature: number,
): Promise<Answer[]> {
  const { tokenizer } = model;
  const stopIds = tokenizer.special.eos === undefined ? [] : [tokenizer.special.eos];
  using writer = generator(model);
  const ids = prompts.map((prompt) => tokenizePrompt(tokenizer, chatPrompt(prompt)));
  const streamKey = (row: number) => ["judge", row];
  const completions = await writer.generate(ids, { maxNewTokens, temperature, stopIds, seed, streamKey });
  return completions.map((c, i) => ({
    prompt: prompts[i]!,
    text: tokenizer.decode(c.ids, { skipSpecial: true }).trim(),
  }));
}

const scoreOf =
  (world: World) =>
  ({ prompt, text }: Answer): number =>
    gold(world, prompt, text).score;

/** How often the judge prefers A's answer to B's; the interval resamples the facts asked about. */
export function winRate(world: World, a: readonly Answer[], b: readonly Answer[], seed: number): WinRate {
  const score = scoreOf(world);
  const clusters = a.map(({ prompt }) => prompt.topic);
  return pairedWinRate(a.map(score), b.map(score), { rng: stream(seed, "win rate interval"), clusters });
}

/** Share of questions about facts that are answered rightly. */
export const truthOf = (world: World, answers: readonly Answer[]): number =>
  mean(
    answers
      .filter(({ prompt }) => isFact(prompt.about))
      .map(({ prompt, text }) => Number(gold(world, prompt, text).verdict.right)),
  );

/** "I do not know" to everything: what a judge that is too kind would fall for. */
export function refusals(world: World, prompts: readonly WorldPrompt[]): Answer[] {
  const text = { en: "I do not know that.", zh: "这个我不知道。" }[world.language];
  return prompts.map((prompt) => ({ prompt, text }));
}

/** Mean loss over the last tenth of the pretraining text, which no stage trained on. */
export async function textLoss(model: LanguageModel, ids: Int32Array): Promise<number> {
  const evaluate = evaluator(model.weights);
  const windows = consecutiveWindows(splitStream(ids).validation, model.network.context);
  const { loss } = await measureText(evaluate, languageModelLoss(model.network), windows);
  evaluate.dispose();
  return loss;
}

interface Accuracy {
  /** Against rankings that the same annotators make of answers the reward model has not seen. */
  readonly accuracyAnnotators: number;
  readonly accuracyGold: number;
}

/** On questions whose wording no ranking had; and on facts that no feedback had mentioned at all. */
export interface RewardModelQuality extends Accuracy {
  /** Share of pairs that two annotators agree on. */
  readonly agreement: number;
  readonly newFacts: Accuracy;
}

/** Held-out answers of the model that was sampled for training, ranked by two annotators and by the judge. */
export async function rewardModelQuality(
  reward: LanguageModel,
  sampled: LanguageModel,
  annotators: readonly Annotator[],
  options: JudgeOptions,
): Promise<RewardModelQuality> {
  const { world, seed } = options;
  const answersEach = 6;
  const prompts = heldOutPrompts(world);
  const answers = await answersOf(
    sampled,
    prompts.flatMap((p) => Array.from({ length: answersEach }, () => p)),
    options,
    1,
  );
  const groups = prompts.flatMap((prompt, i) => {
    const texts = [...new Set(answers.slice(i * answersEach, (i + 1) * answersEach).map(({ text }) => text))];
    return texts.length > 1 ? [{ prompt, texts }] : [];
  });
  const { tokenizer } = reward;
  const { context: maxLength } = reward.network;
  const ranked = (ranksOf: (group: (typeof groups)[number], i: number) => readonly number[]) =>
    groups.map((group, i) => ({
      completions: group.texts.map((content) => {
        const row = { prompt: chatPrompt(group.prompt), completion: [{ role: "assistant", content }] };
        return tokenizePromptCompletion(tokenizer, row, { maxLength }).ids;
      }),
      ranks: [...ranksOf(group, i)],
    }));
  const byPerson = (turn: number) =>
    ranked(({ prompt, texts }, i) => {
      const person = annotators[(i * 2 + turn) % annotators.length]!;
      return rank(person, world, prompt, texts, stream(seed, "held-out ranking", turn, i)).ranks;
    });
  const byGold = ranked(({ prompt, texts }) => {
    const scores = texts.map((text) => gold(world, prompt, text).score);
    return scores.map((score) => 1 + scores.filter((other) => other > score).length);
  });
  const [first, second] = [byPerson(0), byPerson(1)];
  const accuracy = async (rows: typeof first, use: PromptUse) => {
    const part = rows.filter((_, i) => groups[i]!.prompt.use === use);
    return (await measureRewardModel(reward, part)).accuracy ?? Number.NaN;
  };
  const on = async (use: PromptUse): Promise<Accuracy> => ({
    accuracyAnnotators: await accuracy(first, use),
    accuracyGold: await accuracy(byGold, use),
  });
  return {
    ...(await on("new wording")),
    agreement: meanAgreement(first.map(({ ranks }, i) => pairAgreement(ranks, second[i]!.ranks))),
    newFacts: await on("new fact"),
  };
}
