import { UsageError } from "../../base/index.ts";
import { tokenizePrompt } from "../../data/index.ts";
import type { Generator } from "../../generate/index.ts";
import type { LanguageModel } from "../../models/index.ts";
import { answerText, type Message, type Tokenizer } from "../../text/index.ts";
import { type SamplingFlags, samplingOptions } from "./sampling.ts";

/** A model in a conversation. Each remembers its own answers. */
export interface Speaker {
  readonly name: string;
  readonly model: LanguageModel;
  readonly writer: Generator;
  messages: readonly Message[];
}

export interface Turn extends SamplingFlags {
  readonly system?: string | undefined;
  readonly seed: number;
  /** Counts the turns of a conversation; with the seed it names the random stream, the same for all speakers. */
  readonly turn: number;
  readonly signal: AbortSignal;
  /** Called with all answers so far whenever one has grown. */
  onText(texts: readonly string[]): void;
}

/** Lets every speaker answer `text`, at the same time, and returns the answers: partial ones when `signal` is aborted. */
export async function takeTurn(speakers: readonly Speaker[], text: string, turn: Turn): Promise<string[]> {
  const windows = speakers.map(({ model, messages }) => {
    const { context } = model.network;
    const before = messages.length === 0 && turn.system ? [{ role: "system", content: turn.system }] : messages;
    const room = Math.min(turn.maxNewTokens, Math.floor(context / 2));
    return windowOf(model.tokenizer, [...before, { role: "user", content: text }], { context, room });
  });
  const texts = speakers.map(() => "");
  const answer = async ({ model, writer }: Speaker, i: number) => {
    const { tokenizer } = model;
    const request = {
      ...samplingOptions(turn, tokenizer, { conversational: tokenizer.chatTemplate !== undefined }),
      seed: turn.seed,
      streamKey: () => [turn.turn],
    };
    const growing = answerText(tokenizer, turn.stop);
    const add = (piece: string) => {
      texts[i] += piece;
      turn.onText(texts);
    };
    try {
      for await (const { id } of writer.stream(windows[i]!.ids, request, turn.signal)) add(growing.push(id));
    } catch (error) {
      if (!turn.signal.aborted) throw error;
    }
    add(growing.end());
  };
  await Promise.all(speakers.map(answer));
  for (const [i, speaker] of speakers.entries()) {
    speaker.messages = [...windows[i]!.messages, { role: "assistant", content: texts[i]! }];
  }
  return texts;
}

/** What was said so far, and how much of it the model still reads. */
export interface Window {
  readonly messages: readonly Message[];
  readonly ids: readonly number[];
}

/**
 * The end of a conversation that leaves `room` for an answer: the oldest exchanges are left out first, what the system
 * says never. Without a chat template the messages are one running text, a line each, cut at its beginning.
 * Throws `prompt-too-long` when the last message alone leaves no room at all.
 */
export function windowOf(
  tokenizer: Tokenizer,
  messages: readonly Message[],
  { context, room }: { readonly context: number; readonly room: number },
): Window {
  if (tokenizer.chatTemplate === undefined) {
    const ids = tokenizer.encode(messages.map(({ content }) => content).join("\n"));
    return { messages, ids: ids.slice(-Math.max(1, context - room)) };
  }
  const system = messages[0]?.role === "system" ? messages.slice(0, 1) : [];
  let said = messages.slice(system.length);
  for (;;) {
    const kept = [...system, ...said];
    const ids = tokenizePrompt(tokenizer, kept);
    if (ids.length + room <= context || (said.length <= 1 && ids.length < context)) return { messages: kept, ids };
    if (said.length <= 1) {
      throw new UsageError(`this has ${ids.length} tokens, a context of ${context} leaves no room to answer`, {
        code: "prompt-too-long",
        help: "say it in fewer words",
      });
    }
    const next = said.findIndex(({ role }, i) => i > 0 && role === "user");
    said = said.slice(next < 0 ? said.length - 1 : next);
  }
}
