import { z } from "zod";
import { newSpecialTokens, type TokenizerFiles } from "./tokenizer.ts";
import type { BpeVocabulary } from "./train-bpe.ts";

const SpecialToken = z.union([z.string(), z.looseObject({ content: z.string() })]).nullish();

/** What we read of `tokenizer_config.json`; other keys are kept as they are. */
export const TokenizerConfig = z.looseObject({
  pad_token: SpecialToken,
  bos_token: SpecialToken,
  eos_token: SpecialToken,
  /** One template, or several with names. */
  chat_template: z.union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))]).nullish(),
});
export type TokenizerConfig = z.infer<typeof TokenizerConfig>;

const AddedToken = z.looseObject({ id: z.int().min(0), content: z.string(), special: z.boolean().default(false) });

/** What we read of `tokenizer.json`; the tokenizers library reads the rest. */
export const TokenizerJson = z.looseObject({
  added_tokens: z.array(AddedToken).default([]),
  normalizer: z.looseObject({ type: z.string() }).nullish(),
  pre_tokenizer: z.looseObject({ type: z.string() }).nullish(),
  post_processor: z.looseObject({ type: z.string() }).nullish(),
  decoder: z.looseObject({ type: z.string() }).nullish(),
  model: z.looseObject({ type: z.string().optional(), vocab: z.unknown(), merges: z.array(z.unknown()).optional() }),
});
export type TokenizerJson = z.infer<typeof TokenizerJson>;

/** Byte-level BPE as files. */
export function bpeFiles(
  { vocab, merges }: BpeVocabulary,
  { specialTokens = newSpecialTokens, addPrefixSpace = false, config = configOf(specialTokens) }: FileOptions = {},
): TokenizerFiles {
  const byteLevel = { type: "ByteLevel", add_prefix_space: addPrefixSpace, trim_offsets: false, use_regex: true };
  return {
    "tokenizer.json": tokenizerJson(vocab, merges, specialTokens, byteLevel, byteLevel, byteLevel),
    "tokenizer_config.json": config,
  };
}

interface FileOptions {
  readonly specialTokens?: readonly string[];
  readonly addPrefixSpace?: boolean;
  readonly config?: object;
}

/** One token a character: BPE without merges over the whole text, which the tokenizers library opens to the same ids. */
export function characterFiles(characters: Iterable<string>): TokenizerFiles {
  const sorted = [...new Set(characters)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  const vocab = new Map([...newSpecialTokens, ...sorted].map((token, id) => [token, id]));
  return {
    "tokenizer.json": tokenizerJson(vocab, [], newSpecialTokens, null, { type: "Fuse" }, null),
    "tokenizer_config.json": configOf(newSpecialTokens),
  };
}

/** GPT-2's published pair of files, `vocab.json` (`encoder.json`) and `merges.txt` (`vocab.bpe`). */
export function gpt2Files(vocab: Record<string, number>, merges: string): TokenizerFiles {
  const pairs = merges
    .split(/\r?\n/)
    .filter((line) => line !== "" && !line.startsWith("#version"))
    .map((line) => line.split(" ") as [string, string]);
  const end = "<|endoftext|>";
  return bpeFiles(
    { vocab: new Map(Object.entries(vocab)), merges: pairs },
    { specialTokens: [end], config: { tokenizer_class: "GPT2TokenizerFast", bos_token: end, eos_token: end } },
  );
}

/** Whether each token of a vocabulary is one character of the text itself, as {@link characterFiles} writes it. */
export const isCharacterLevel = ({ model, normalizer, pre_tokenizer, decoder }: TokenizerJson): boolean =>
  model.type === "BPE" && model.merges?.length === 0 && !normalizer && !pre_tokenizer && decoder?.type === "Fuse";

function tokenizerJson(
  vocab: ReadonlyMap<string, number>,
  merges: BpeVocabulary["merges"],
  specialTokens: readonly string[],
  preTokenizer: object | null,
  decoder: object,
  postProcessor: object | null,
): object {
  const added = specialTokens
    .filter((content) => vocab.has(content))
    .map((content) => ({
      id: vocab.get(content)!,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    }));
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: preTokenizer,
    post_processor: postProcessor,
    decoder,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocab),
      merges,
    },
  };
}

const configOf = (specialTokens: readonly string[]): object => ({
  tokenizer_class: "PreTrainedTokenizerFast",
  clean_up_tokenization_spaces: false,
  ...Object.fromEntries(
    ["pad", "bos", "eos"].flatMap((role) =>
      specialTokens.includes(`<|${role}|>`) ? [[`${role}_token`, `<|${role}|>`]] : [],
    ),
  ),
});
