import type { Content } from "../../data/index.ts";
import { lanesFor } from "../../engine/index.ts";
import { type GeneratorOptions, generator } from "../../generate/index.ts";
import type { LanguageModel } from "../../models/index.ts";
import { answerOf } from "../../text/index.ts";
import type { Context } from "../frame/index.ts";
import { type SamplingFlags, samplingOptions } from "./sampling.ts";

export interface AskedPrompt {
  /** Place in its file: with the answer's own number it names the random stream. */
  readonly index: number;
  readonly prompt: Content;
  readonly ids: readonly number[];
  /** Answers wanted. */
  readonly k: number;
}

export interface Answer {
  readonly text: string;
  /** With the token that ended it. */
  readonly ids: readonly number[];
}

/** Few enough that the bar moves, enough to fill the batches; more where each core fills one of its own. */
const promptsAtOnce = (apart: boolean) => (apart ? 256 : 32);

/**
 * `k` answers to each prompt. An answer depends on its prompt, the seed and its place (prompt, number) alone, so a file
 * with the first half of the prompts gives the same ones, and two models get the same random streams.
 */
export async function* answersTo(
  context: Context,
  label: string,
  model: LanguageModel,
  prompts: readonly AskedPrompt[],
  { seed, ...flags }: SamplingFlags & { readonly seed: number },
  options: GeneratorOptions = {},
): AsyncGenerator<{ readonly asked: AskedPrompt; readonly answers: readonly Answer[] }> {
  const { tokenizer } = model;
  const conversational = prompts.some(({ prompt }) => typeof prompt !== "string");
  const request = { ...samplingOptions(flags, tokenizer, { conversational }), seed };
  const apart = lanesFor(model.weights.flat.length) > 1;
  const atOnce = promptsAtOnce(apart);
  // The weights stay as they are from call to call: of a small network all graphs may have them packed.
  using writer = generator(model, apart ? { packed: true, ...options } : options);
  for (let at = 0; at < prompts.length; at += atOnce) {
    context.progress.update({ label, step: at, total: prompts.length });
    const group = prompts.slice(at, at + atOnce);
    const rows = group.flatMap((asked) => Array.from({ length: asked.k }, (_, number) => ({ asked, number })));
    const completions = await writer.generate(
      rows.map(({ asked }) => asked.ids),
      { ...request, streamKey: (row) => [rows[row]!.asked.index, rows[row]!.number] },
    );
    const answers = completions.map(({ ids }, row) => {
      const text = answerOf(tokenizer, ids, flags.stop);
      // What a chat template writes between question and answer, a space or a newline, is none of the answer: with it
      // a reward model would read it twice.
      return { ids, text: typeof rows[row]!.asked.prompt === "string" ? text : text.trim() };
    });
    for (const asked of group) yield { asked, answers: answers.splice(0, asked.k) };
  }
  context.progress.update({ label, step: prompts.length, total: prompts.length });
}
