import { DataError, UsageError } from "../base/index.ts";
import {
  type ConversationTokens,
  conversationTokens,
  type Message,
  renderChat,
  type Tokenizer,
} from "../text/index.ts";
import { conversationOf } from "./derive.ts";
import type { Content, Rows } from "./rows.ts";

export interface TokenizeOptions {
  /** Prompt and completion together hold at most this many tokens. */
  readonly maxLength: number;
}

/** A row as the trainers take it. */
export interface TokenizedRow {
  readonly ids: readonly number[];
  /** 1 where the token is learnt, 0 where it is only read. Same length as `ids`. */
  readonly mask: readonly (0 | 1)[];
  /** Index of the first token after the prompt. */
  readonly completionStart: number;
  /** Whether the end was cut at `maxLength`: then the end token is lost. */
  readonly truncated: boolean;
}

/**
 * The ids from which generation starts: text as it is, messages through the chat template up to the assistant's turn.
 */
export const tokenizePrompt = (tokenizer: Tokenizer, prompt: Content): number[] =>
  tokenizer.encode(typeof prompt === "string" ? prompt : renderChat(tokenizer, prompt, { addGenerationPrompt: true }));

/**
 * A prompt and its completion, ended by `eos` (text) or as the chat template ends a turn (messages); the completion is
 * learnt. Throws `prompt-too-long` when nothing of the completion fits, `no-end-token`, and as the chat template does.
 */
export function tokenizePromptCompletion(
  tokenizer: Tokenizer,
  { prompt, completion }: Rows["prompt-completion"],
  options: TokenizeOptions,
): TokenizedRow {
  if (typeof prompt !== "string" || typeof completion !== "string") {
    const messages = conversationOf(prompt, completion);
    const promptMessages = typeof prompt === "string" ? 1 : prompt.length;
    return fitted(conversationTokens(tokenizer, messages, { promptMessages }), options);
  }
  const promptIds = tokenizePrompt(tokenizer, prompt);
  const ids = [...promptIds, ...tokenizer.encode(completion), endOfText(tokenizer)];
  const assistantMask = ids.map((_, i) => (i < promptIds.length ? 0 : 1));
  return fitted({ ids, assistantMask, promptLength: promptIds.length }, options);
}

/** A whole conversation; every assistant turn in it is learnt. Throws as {@link tokenizePromptCompletion}. */
export const tokenizeConversation = (
  tokenizer: Tokenizer,
  messages: readonly Message[],
  options: TokenizeOptions,
): TokenizedRow => fitted(conversationTokens(tokenizer, messages), options);

/** Ends the row with its last learnt token (templates write a newline after it) and cuts it to `maxLength`. */
function fitted(
  { ids, assistantMask, promptLength }: ConversationTokens,
  { maxLength }: TokenizeOptions,
): TokenizedRow {
  if (promptLength >= maxLength) {
    throw new DataError(`the prompt has ${promptLength} tokens, of ${maxLength} for prompt and completion together`, {
      code: "prompt-too-long",
      help: "shorten the prompt, or raise the maximum length (at most the model's context)",
    });
  }
  const length = assistantMask.lastIndexOf(1) + 1;
  return {
    ids: ids.slice(0, Math.min(length, maxLength)),
    mask: assistantMask.slice(0, Math.min(length, maxLength)),
    completionStart: promptLength,
    truncated: length > maxLength,
  };
}

function endOfText({ special }: Tokenizer): number {
  if (special.eos !== undefined) return special.eos;
  throw new UsageError("the tokenizer has no end-of-text token", {
    code: "no-end-token",
    help: "name an eos_token in tokenizer_config.json: without one the model cannot learn to stop",
  });
}
