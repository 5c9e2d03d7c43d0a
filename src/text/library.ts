import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import { bytesOfToken, gpt2Pattern } from "./byte-level.ts";
import type { Codec } from "./codec.ts";
import type { TokenizerJson } from "./tokenizer-json.ts";
import { isWordwise, wordEncoder } from "./words.ts";

const utf8 = new TextEncoder();

/** Any `tokenizer.json`, run by the library @huggingface/tokenizers. */
export function codecOfLibrary(json: TokenizerJson): Codec {
  const file: TokenizerJson = {
    normalizer: null,
    post_processor: null,
    decoder: null,
    ...json,
    pre_tokenizer: exactClasses(json.pre_tokenizer ?? null),
  };
  const library = new LibraryTokenizer(file, {});
  const added = new Set(json.added_tokens.map(({ content }) => content));
  const byteLevel = mentionsByteLevel(json.decoder);
  let vocabSize = 0;
  for (const id of library.get_vocab().values()) vocabSize = Math.max(vocabSize, id + 1);

  return {
    vocabSize,
    encode: isWordwise(json) ? wordEncoder(json, library) : textEncoder(file, library),
    decode: (ids, skipSpecial) =>
      ids.length === 0
        ? ""
        : library.decode(ids, { skip_special_tokens: skipSpecial, clean_up_tokenization_spaces: false }),
    tokenOf: (id) => library.id_to_token(id),
    idOf: (token) => library.token_to_id(token),
    bytesOf: (token) => (byteLevel && !added.has(token) && bytesOfToken(token)) || utf8.encode(token),
  };
}

/** The library as it is, with a twin (made when first asked for) that reads special tokens as ordinary text. */
function textEncoder(file: TokenizerJson, library: LibraryTokenizer): Codec["encode"] {
  let twin: LibraryTokenizer | undefined;
  const plain = () => {
    twin ??= new LibraryTokenizer({ ...file, added_tokens: file.added_tokens.filter((token) => !token.special) }, {});
    return twin;
  };
  return (text, special) =>
    (special ? library : plain())
      .encode(text, { add_special_tokens: false })
      .ids.filter((id: number | undefined) => id !== undefined);
}

type Component = Record<string, unknown> & { type: string };

/**
 * The library's ByteLevel splits by JavaScript's `\s`, which is not Unicode's at U+0085 and U+FEFF, and its Digits knows
 * only 0 to 9. The same patterns, written out as Splits, give the ids of the original. (A ByteLevel with a prefix space
 * cannot be taken apart and stays.)
 */
function exactClasses(preTokenizer: Component | null): Component | null {
  switch (preTokenizer?.type) {
    case "Sequence":
      return { ...preTokenizer, pretokenizers: (preTokenizer.pretokenizers as Component[]).map(exactClasses) };
    case "Digits":
      return splitBy(preTokenizer.individual_digits ? String.raw`\p{N}` : String.raw`\p{N}+`);
    case "ByteLevel":
      if (preTokenizer.use_regex === false || preTokenizer.add_prefix_space !== false) return preTokenizer;
      return { type: "Sequence", pretokenizers: [splitBy(gpt2Pattern), { ...preTokenizer, use_regex: false }] };
    default:
      return preTokenizer;
  }
}

const splitBy = (pattern: string): Component => ({
  type: "Split",
  pattern: { Regex: pattern },
  behavior: "Isolated",
  invert: false,
});

const mentionsByteLevel = (decoder: { type: string; decoders?: unknown } | null | undefined): boolean =>
  decoder?.type === "ByteLevel" ||
  (Array.isArray(decoder?.decoders) && decoder.decoders.some((part: { type: string }) => part.type === "ByteLevel"));
