import type { DecodeOptions, Tokenizer } from "./tokenizer.ts";

/** Text of tokens that arrive one by one; what it gives, joined, is the decoded whole. */
export interface StreamDecoder {
  /** The text that this token completes: only whole characters, so often "". */
  push(id: number): string;
  /** What is left at the end: an unfinished character as U+FFFD. */
  end(): string;
}

export function streamDecoder(tokenizer: Tokenizer, options: DecodeOptions = {}): StreamDecoder {
  // Decoders may look at the token before (WordPiece, SentencePiece), so the last finished tokens stay as context.
  let context: number[] = [];
  let pending: number[] = [];
  let given = ""; // of `pending`, already returned

  const text = () => {
    const before = tokenizer.decode(context, options);
    return tokenizer.decode([...context, ...pending], options).slice(before.length);
  };
  const give = (stable: string) => {
    const more = stable.slice(given.length);
    given = stable;
    return more;
  };
  return {
    push(id) {
      pending.push(id);
      const now = text();
      // Only a last U+FFFD can still become another character: a UTF-8 decoder writes one for a truncated sequence.
      if (now.endsWith("\uFFFD")) return give(now.slice(0, -1));
      const more = give(now);
      [context, pending, given] = [pending, [], ""];
      return more;
    },
    end() {
      const rest = give(text());
      [context, pending, given] = [[], [], ""];
      return rest;
    },
  };
}
