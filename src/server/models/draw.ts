/** What a model says to prompts, for tasks and trials. */
import type { Text } from "../../feedback/index.ts";
import { answerEnds, answerOf } from "../../text/index.ts";
import { promptIds } from "../openai/answers.ts";
import type { Writer } from "./cache.ts";

export interface Drawing {
  readonly temperature: number;
  readonly topP: number;
  readonly maxNewTokens: number;
  readonly seed: number;
}

/**
 * One answer to each prompt; `streamKey(i)` names the random stream of the i-th. What a chat template writes between
 * question and answer, a space or a newline, is none of the answer: with it a reward model would read it twice.
 */
export async function draw(
  { model: { tokenizer }, writer }: Writer,
  prompts: readonly Text[],
  { temperature, topP, maxNewTokens, seed }: Drawing,
  streamKey: (row: number) => readonly number[],
  signal: AbortSignal,
): Promise<string[]> {
  const conversational = prompts.some(isConversation) && tokenizer.chatTemplate !== undefined;
  const completions = await writer.generate(
    prompts.map((prompt) => promptIds(tokenizer, prompt)),
    { ...{ temperature, topP, maxNewTokens, seed, streamKey }, ...answerEnds(tokenizer, { stop: [], conversational }) },
    signal,
  );
  return completions.map(({ ids }, i) => {
    const text = answerOf(tokenizer, ids, []);
    return isConversation(prompts[i]!) ? text.trim() : text;
  });
}

/** A completion in the prompt's own form. */
export const completionTo = (prompt: Text, text: string): Text =>
  isConversation(prompt) ? [{ role: "assistant", content: text }] : text;

const isConversation = (prompt: Text): boolean => typeof prompt !== "string";
