import type { z } from "zod";
import { DataError, UsageError } from "../base/index.ts";
import { codecOfCharacters } from "./characters.ts";
import type { Codec } from "./codec.ts";
import { codecOfLibrary } from "./library.ts";
import {
  type DecodeOptions,
  type EncodeOptions,
  newSpecialTokens,
  type SpecialIds,
  type Tokenizer,
  type TokenizerFiles,
} from "./tokenizer.ts";
import {
  bpeFiles,
  characterFiles,
  gpt2Files,
  isCharacterLevel,
  TokenizerConfig,
  TokenizerJson,
} from "./tokenizer-json.ts";
import { type BpeOptions, trainBpe } from "./train-bpe.ts";

/**
 * A tokenizer from the JSON values of its files. `chatTemplate` wins over the one in the config (newer folders keep it
 * in `chat_template.jinja`). Throws `bad-tokenizer`.
 */
export function openTokenizer(
  files: { readonly "tokenizer.json": unknown; readonly "tokenizer_config.json"?: unknown },
  { chatTemplate }: { chatTemplate?: string | undefined } = {},
): Tokenizer {
  const json = checked("tokenizer.json", TokenizerJson, files["tokenizer.json"]);
  const read = checked("tokenizer_config.json", TokenizerConfig, files["tokenizer_config.json"] ?? {});
  const config = chatTemplate === undefined ? read : { ...read, chat_template: chatTemplate };
  const saved = { "tokenizer.json": files["tokenizer.json"] as object, "tokenizer_config.json": config };
  const codec = opened(() => (isCharacterLevel(json) ? codecOfCharacters(json) : codecOfLibrary(json)));
  return tokenizerOf(codec, saved, config);
}

/** Byte-level BPE learnt from texts; see {@link trainBpe}. Special tokens default to {@link newSpecialTokens}. */
export function trainBpeTokenizer(texts: Iterable<string>, options: BpeOptions): Tokenizer {
  const { specialTokens = newSpecialTokens, addPrefixSpace = false } = options;
  return openTokenizer(bpeFiles(trainBpe(texts, { ...options, specialTokens }), { specialTokens, addPrefixSpace }));
}

/** One token for each different character (Unicode code point) of the texts, in code-point order. */
export function trainCharacterTokenizer(texts: Iterable<string>): Tokenizer {
  const characters = new Set<string>();
  for (const text of texts) for (const character of text) characters.add(character);
  return openTokenizer(characterFiles(characters));
}

/** GPT-2's published form: the object in `vocab.json` and the text of `merges.txt`. */
export const openGpt2Tokenizer = (vocab: Record<string, number>, merges: string): Tokenizer =>
  openTokenizer(gpt2Files(vocab, merges));

/** The same tokenizer with another chat template, which its files carry too. */
export const withChatTemplate = (tokenizer: Tokenizer, chatTemplate: string): Tokenizer =>
  openTokenizer(tokenizer.files(), { chatTemplate });

function tokenizerOf(codec: Codec, files: TokenizerFiles, config: TokenizerConfig): Tokenizer {
  const tokenOf = (id: number): string => {
    const token = codec.tokenOf(id);
    if (token !== undefined) return token;
    throw new UsageError(`id ${id} is not in the vocabulary of ${codec.vocabSize} tokens`, {
      code: "unknown-token-id",
    });
  };
  return {
    vocabSize: codec.vocabSize,
    special: specialIds(config, codec),
    chatTemplate: templateOf(config),
    encode: (text: string, { special = true }: EncodeOptions = {}) => codec.encode(text, special),
    decode: (ids: ArrayLike<number>, { skipSpecial = false }: DecodeOptions = {}) =>
      codec.decode(
        Array.from(ids).filter((id) => codec.tokenOf(id) !== undefined),
        skipSpecial,
      ),
    tokenOf,
    idOf: codec.idOf,
    bytesOf: (id: number) => codec.bytesOf(tokenOf(id)),
    files: () => files,
  };
}

function specialIds(config: TokenizerConfig, codec: Codec): SpecialIds {
  const idOf = (role: "pad_token" | "bos_token" | "eos_token") => {
    const token = config[role];
    return token ? codec.idOf(typeof token === "string" ? token : token.content) : undefined;
  };
  return { pad: idOf("pad_token"), bos: idOf("bos_token"), eos: idOf("eos_token") };
}

function templateOf({ chat_template: template }: TokenizerConfig): string | undefined {
  if (!Array.isArray(template)) return template ?? undefined;
  return (template.find(({ name }) => name === "default") ?? template[0])?.template;
}

function checked<T>(file: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new DataError(`${file} is not a tokenizer: ${issue!.path.join(".") || "the file"}: ${issue!.message}`, {
    code: "bad-tokenizer",
    cause: result.error,
  });
}

function opened<T>(open: () => T): T {
  try {
    return open();
  } catch (cause) {
    throw new DataError(`tokenizer.json cannot be opened: ${(cause as Error).message}`, {
      code: "bad-tokenizer",
      cause,
    });
  }
}
