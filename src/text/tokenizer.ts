/** Ids of the tokens that have a part to play. Absent when the tokenizer names none. */
export interface SpecialIds {
  readonly pad?: number | undefined;
  readonly bos?: number | undefined;
  readonly eos?: number | undefined;
}

/** The two files of a tokenizer in Hugging Face's layout, as JSON values. */
export interface TokenizerFiles {
  readonly "tokenizer.json": object;
  readonly "tokenizer_config.json": object;
}

export interface EncodeOptions {
  /** Whether text that spells a special token becomes that token (default), or ordinary text. */
  readonly special?: boolean | undefined;
}

export interface DecodeOptions {
  /** Leaves special tokens out. Default false. */
  readonly skipSpecial?: boolean | undefined;
}

/** Text to ids and back. Never adds `bos` or `eos` by itself. */
export interface Tokenizer {
  /** One more than the largest id. */
  readonly vocabSize: number;
  readonly special: SpecialIds;
  /** Jinja template that turns messages into text. */
  readonly chatTemplate?: string | undefined;
  encode(text: string, options?: EncodeOptions): number[];
  /** A byte fragment of a character becomes U+FFFD, an id outside the vocabulary nothing: it never throws. */
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string;
  /** The token as the vocabulary writes it, for example `Ġthe`. Throws `unknown-token-id`. */
  tokenOf(id: number): string;
  idOf(token: string): number | undefined;
  /** The bytes that the token stands for; for ` é` they are 20 c3 a9. Throws `unknown-token-id`. */
  bytesOf(id: number): Uint8Array;
  /** What to save beside a model; Transformers opens it. */
  files(): TokenizerFiles;
}

/** Special tokens of every tokenizer made here, by id: 0 pad, 1 bos, 2 eos, 3 and 4 around a turn of a conversation. */
export const newSpecialTokens = ["<|pad|>", "<|bos|>", "<|eos|>", "<|im_start|>", "<|im_end|>"] as const;
