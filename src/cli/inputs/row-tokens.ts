import { classificationInputs, separatorsOf } from "../../align/index.ts";
import { DataError } from "../../base/index.ts";
import {
  type Content,
  type Kind,
  preferenceOf,
  type Rows,
  type TokenizedRow,
  tokenizeConversation,
  tokenizePrompt,
  tokenizePromptCompletion,
  withPrompt,
} from "../../data/index.ts";
import type { Tokenizer } from "../../text/index.ts";
import { textIds } from "./classification-rows.ts";

/** One sequence of a row, as a model reads it. */
export interface NamedTokens extends TokenizedRow {
  /** `text`, `completion 2`, `chosen` … */
  readonly name: string;
}

/** The sequences that a row of any kind stands for. Throws as the tokenizing functions of `data` do. */
export function rowTokens<K extends Kind>(
  tokenizer: Tokenizer,
  kind: K,
  row: Rows[K],
  maxLength: number,
): NamedTokens[] {
  const options = { maxLength };
  const answer = (name: string, prompt: Content, completion: Content): NamedTokens => ({
    name,
    ...tokenizePromptCompletion(tokenizer, { prompt, completion }, options),
  });
  const pair = (row: Rows["preference"]) => {
    const { prompt, chosen, rejected } = withPrompt(row);
    return [answer("chosen", prompt, chosen), answer("rejected", prompt, rejected)];
  };
  const byKind: { readonly [K in Kind]: (row: Rows[K]) => NamedTokens[] } = {
    text: ({ text }) => [firstWindow(tokenizer.encode(text), maxLength)],
    messages: ({ messages }) => [{ name: "messages", ...tokenizeConversation(tokenizer, messages, options) }],
    prompt: ({ prompt }) => [promptTokens(tokenizer, prompt, maxLength)],
    "prompt-completion": ({ prompt, completion }) => [answer("completion", prompt, completion)],
    unpaired: ({ prompt, completion }) => [answer("completion", prompt, completion)],
    preference: pair,
    feedback: (row) => pair(preferenceOf(row)),
    classification: (row) => {
      const input = { ...separatorsOf(tokenizer), maxLength };
      const { sequences, cut } = classificationInputs(textIds(tokenizer, row), input);
      return sequences.map((ids, i) => ({
        name: row.choices ? `choice ${i}` : "text",
        ids,
        mask: ids.map(() => 1),
        completionStart: 0,
        truncated: cut,
      }));
    },
    ranking: ({ prompt, completions }) =>
      completions.map((completion, i) => answer(`completion ${i + 1}`, prompt, completion)),
  };
  return byKind[kind](row);
}

/** A prompt to sample from. Throws `prompt-too-long` when it leaves no room for an answer. */
export function promptTokens(tokenizer: Tokenizer, prompt: Content, context: number): NamedTokens {
  const ids = tokenizePrompt(tokenizer, prompt);
  if (ids.length >= context) {
    throw new DataError(`the prompt has ${ids.length} tokens, a context of ${context} leaves no room to answer`, {
      code: "prompt-too-long",
      help: "shorten the prompt, or use a model with a longer context",
    });
  }
  return { name: "prompt", ids, mask: ids.map(() => 0), completionStart: ids.length, truncated: false };
}

/** Running text is learnt whole and packed into windows; this is the first. */
const firstWindow = (ids: number[], maxLength: number): NamedTokens => ({
  name: "text",
  ids: ids.slice(0, maxLength),
  mask: ids.slice(0, maxLength).map(() => 1),
  completionStart: 0,
  truncated: ids.length > maxLength,
});
