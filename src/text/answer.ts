/** Answers between ids and text: what ends them, and their text as it grows. */
import { turnEnd } from "./chat.ts";
import { streamDecoder } from "./stream-decoder.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Where an answer ends: at the end of text, in conversations also at that of a turn, and once it holds a stop text. */
export interface AnswerEnds {
  readonly stopIds: readonly number[];
  readonly stop?: (ids: readonly number[]) => boolean;
}

export function answerEnds(
  tokenizer: Tokenizer,
  { stop: stops, conversational }: { readonly stop: readonly string[]; readonly conversational: boolean },
): AnswerEnds {
  const ends = [tokenizer.special.eos, conversational ? turnEnd(tokenizer) : undefined];
  return {
    stopIds: ends.filter((id) => id !== undefined),
    ...(stops.length > 0 && { stop: stopAt(tokenizer, stops) }),
  };
}

/** Whether one of the texts has just been written. Every token writes at least a byte, so the last few are enough. */
function stopAt(tokenizer: Tokenizer, stops: readonly string[]): (ids: readonly number[]) => boolean {
  const tail = 1 + Math.max(...stops.map((stop) => Buffer.byteLength(stop)));
  return (ids) => {
    const text = tokenizer.decode(ids.slice(-tail));
    return stops.some((stop) => text.includes(stop));
  };
}

/** The text of an answer whose tokens arrive one by one: without special tokens, cut before the first stop text. */
export interface AnswerText {
  /** What is now certain to belong to the answer: what may become a stop text is held back. */
  push(id: number): string;
  end(): string;
}

export function answerText(tokenizer: Tokenizer, stops: readonly string[]): AnswerText {
  const decoder = streamDecoder(tokenizer, { skipSpecial: true });
  let held = "";
  let stopped = false;
  const release = (text: string): string => {
    if (stopped) return "";
    held += text;
    const places = stops.map((stop) => held.indexOf(stop)).filter((at) => at >= 0);
    stopped = places.length > 0;
    const sure = stopped ? Math.min(...places) : held.length - longestBeginning(held, stops);
    const given = held.slice(0, sure);
    held = held.slice(sure);
    return given;
  };
  return {
    push: (id) => release(decoder.push(id)),
    end() {
      const rest = release(decoder.end());
      return stopped ? rest : rest + held;
    },
  };
}

/** Length of the longest end of `text` that begins one of the stop texts. */
function longestBeginning(text: string, stops: readonly string[]): number {
  const longest = Math.max(0, ...stops.map((stop) => stop.length - 1));
  for (let n = Math.min(longest, text.length); n > 0; n--) {
    if (stops.some((stop) => stop.startsWith(text.slice(-n)))) return n;
  }
  return 0;
}

/** {@link answerText} of a finished completion. */
export function answerOf(tokenizer: Tokenizer, ids: readonly number[], stops: readonly string[]): string {
  const text = answerText(tokenizer, stops);
  return ids.map((id) => text.push(id)).join("") + text.end();
}
