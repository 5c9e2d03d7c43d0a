/**
 * What a trainer shows of itself in samples.jsonl: the same few prompts at the start, every so many steps and at the
 * end. It reads the weights and draws no random number, so it changes no bit of what is learnt.
 */
import { z } from "zod";
import { generator } from "../generate/index.ts";
import type { LanguageModel } from "../models/index.ts";
import { scorer } from "../rewards/index.ts";
import { type Tokenizer, turnEnd } from "../text/index.ts";
import type { TokenRow } from "../train/index.ts";

export const sampling = {
  sampleSteps: z
    .int()
    .nonnegative()
    .default(500)
    .describe("a few samples into samples.jsonl at the start, every so many steps and at the end; 0 = none"),
};

/** Few enough to be read side by side, and to cost next to nothing. */
const shownRows = 4;
const longestAnswer = 64;

/** Whether samples are taken after `step` steps; step 0 is the model as it came. */
export const samplesDue = (step: number, totalSteps: number, { sampleSteps }: { sampleSteps: number }): boolean =>
  sampleSteps > 0 && (step % sampleSteps === 0 || step === totalSteps);

/** Greedy answers to the first rows' prompts, beside the answers that the rows hold. */
export async function greedyAnswers(
  model: LanguageModel,
  rows: readonly (TokenRow & { readonly prompt?: unknown })[],
  step: number,
): Promise<object[]> {
  const { tokenizer } = model;
  const text = (ids: readonly number[]) => tokenizer.decode(ids, { skipSpecial: true });
  const shown = rows.slice(0, shownRows).map((row) => {
    const ids = Array.from(row.ids);
    const start = answerStart(row.mask);
    return { prompt: row.prompt, ids: ids.slice(0, start), expected: text(ids.slice(start)) };
  });
  const stopIds = [tokenizer.special.eos, turnEnd(tokenizer)].filter((id) => id !== undefined);
  using writer = generator(model);
  const completions = await writer.generate(
    shown.map(({ ids }) => ids),
    { maxNewTokens: longestAnswer, temperature: 0, stopIds },
  );
  return shown.map(({ prompt, ids, expected }, i) => ({
    step,
    prompt: prompt ?? text(ids),
    completion: text(completions[i]!.ids),
    expected,
    ids: completions[i]!.ids,
    logprobs: completions[i]!.logprobs.map(sixDigits),
  }));
}

/** Where the last answer of a row begins: the last learnt token that follows one that is only read. */
function answerStart(mask: ArrayLike<number>): number {
  let start = 1; // a prompt has one token at least
  for (let i = 1; i < mask.length; i++) if (mask[i] === 1 && mask[i - 1] !== 1) start = i;
  return start;
}

interface Ranking {
  readonly completions: readonly (readonly number[])[];
  readonly ranks: readonly (number | null)[];
  readonly prompt?: unknown;
  readonly promptLength?: number | undefined;
}

/** The first rankings with the scores that the model gives to their answers now. */
export async function scoredRankings(model: LanguageModel, rows: readonly Ranking[], step: number): Promise<object[]> {
  const shown = rows.slice(0, shownRows);
  const { score, dispose } = scorer(model);
  try {
    const scores = await score(shown.flatMap(({ completions }) => completions));
    return shown.map((row) => ({
      step,
      ...textsOf(row, model.tokenizer),
      ranks: row.ranks,
      scores: scores.splice(0, row.completions.length).map(sixDigits),
    }));
  } finally {
    dispose();
  }
}

/** Prompt and answers as texts. Where nobody says how long the prompt is, it is what all answers begin with. */
function textsOf({ completions, prompt, promptLength = commonLength(completions) }: Ranking, tokenizer: Tokenizer) {
  const text = (ids: readonly number[]) => tokenizer.decode(ids, { skipSpecial: true });
  return {
    prompt: promptLength === 0 ? "" : (prompt ?? text(completions[0]!.slice(0, promptLength))),
    completions: completions.map((ids) => text(ids.slice(promptLength))),
  };
}

function commonLength([first = [], ...others]: readonly (readonly number[])[]): number {
  const end = first.findIndex((id, i) => others.some((ids) => ids[i] !== id));
  return end < 0 ? first.length : end;
}

const sixDigits = (x: number): number => Number(x.toPrecision(6));
