/** From a request to tokens and back: the settings of the sampler, the choices, and the pieces of a growing answer. */
import { tokenizePrompt } from "../../data/index.ts";
import type { Completion, DrawnToken, SamplingOptions } from "../../generate/index.ts";
import { answerEnds, answerOf, answerText, type Message, type Tokenizer } from "../../text/index.ts";
import type { Writer } from "../models/cache.ts";
import type { CommonRequest } from "./requests.ts";

export interface Question {
  readonly ids: readonly number[];
  readonly stop: readonly string[];
  readonly options: SamplingOptions;
}

/** The prompt as tokens. A model without a chat template goes on with what was said, a line a message. */
export function promptIds(tokenizer: Tokenizer, prompt: string | readonly Message[]): number[] {
  if (typeof prompt === "string") return tokenizer.encode(prompt);
  const messages = prompt.map(({ role, content }) => ({ role: role === "developer" ? "system" : role, content }));
  if (tokenizer.chatTemplate !== undefined) return tokenizePrompt(tokenizer, messages);
  return tokenizer.encode(messages.map(({ content }) => content).join("\n"));
}

/** Without a limit an answer may fill the context, as with OpenAI. */
export function questionOf(
  { model: { tokenizer, network } }: Writer,
  request: CommonRequest,
  prompt: string | readonly Message[],
  seed: number,
): Question {
  const ids = promptIds(tokenizer, prompt);
  const stop = request.stop ? [request.stop].flat() : [];
  const most = ("max_completion_tokens" in request ? request.max_completion_tokens : undefined) ?? request.max_tokens;
  const conversational = typeof prompt !== "string" && tokenizer.chatTemplate !== undefined;
  return {
    ids,
    stop,
    options: {
      maxNewTokens: most ?? Math.max(1, network.context - ids.length),
      temperature: request.temperature ?? 1,
      topP: request.top_p ?? 1,
      topK: request.top_k ?? 0,
      minP: request.min_p ?? 0,
      repetitionPenalty: request.repetition_penalty ?? 1,
      seed,
      ...answerEnds(tokenizer, { stop, conversational }),
    },
  };
}

export interface Choice {
  readonly text: string;
  readonly finish: Completion["finish"];
  readonly tokens: readonly DrawnToken[];
}

/** `n` whole answers, each with a random stream of its own; the first is the one that {@link pieces} gives. */
export async function choices(
  { model, writer }: Writer,
  { ids, stop, options }: Question,
  n: number,
  signal: AbortSignal,
): Promise<Choice[]> {
  const completions = await writer.generate(new Array(n).fill(ids), options, signal);
  return completions.map(({ ids, logprobs, finish }) => ({
    text: answerOf(model.tokenizer, ids, stop),
    finish,
    tokens: ids.map((id, i) => ({ id, logprob: logprobs[i]! })),
  }));
}

export interface Piece {
  readonly text: string;
  /** The tokens drawn since the piece before. */
  readonly tokens: readonly DrawnToken[];
  /** Of the last piece. */
  readonly finish?: Completion["finish"];
}

/** An answer as it grows. A piece is text that is certain to belong to it, so often several tokens. */
export async function* pieces(
  { model, writer }: Writer,
  { ids, stop, options }: Question,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const growing = answerText(model.tokenizer, stop);
  const drawn = writer.stream(ids, options, signal);
  let tokens: DrawnToken[] = [];
  try {
    for (;;) {
      const { done, value } = await drawn.next();
      if (done) return yield { text: growing.end(), tokens, finish: value.finish };
      tokens.push(value);
      const text = growing.push(value.id);
      if (text === "") continue;
      yield { text, tokens };
      tokens = [];
    }
  } finally {
    await drawn.return(undefined as never); // the next call waits for it
  }
}

/** Log-probabilities as OpenAI writes them. */
export const logprobsOf = (tokenizer: Tokenizer, tokens: readonly DrawnToken[]) => ({
  content: tokens.map(({ id, logprob }) => {
    const token = tokenizer.decode([id]);
    return { token, logprob, bytes: [...Buffer.from(token)], top_logprobs: [] };
  }),
  refusal: null,
});
