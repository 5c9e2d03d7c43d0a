import type { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import { splitWords, toByteCharacters } from "./byte-level.ts";
import { splitAt } from "./pieces.ts";
import type { TokenizerJson } from "./tokenizer-json.ts";

/** Words seen, at most: some tens of megabytes. Past it the memory starts anew. */
const capacity = 200_000;

/** Whether the file is GPT-2's kind, where the tokens of a text are those of its words. */
export const isWordwise = ({ normalizer, pre_tokenizer: pre, added_tokens }: TokenizerJson): boolean =>
  !normalizer &&
  pre?.type === "ByteLevel" &&
  pre.add_prefix_space === false &&
  pre.use_regex !== false &&
  added_tokens.every((token) => !token.lstrip && !token.rstrip && !token.single_word);

/**
 * Encodes word by word and remembers each word's ids: ten times faster than the library on long texts, with the same
 * result (a test compares them).
 */
export function wordEncoder(
  json: TokenizerJson,
  library: LibraryTokenizer,
): (text: string, special: boolean) => number[] {
  const model = library.model!;
  const memory = new Map<string, readonly number[]>();
  const idsOf = (word: string): readonly number[] => {
    const known = memory.get(word);
    if (known !== undefined) return known;
    const tokens: string[] = model.encode([toByteCharacters(word)]);
    const ids = tokens.flatMap((token): number[] => library.token_to_id(token) ?? []);
    if (memory.size === capacity) memory.clear();
    memory.set(word, ids);
    return ids;
  };
  const all = splitAt(json.added_tokens.map(({ content }) => content));
  const ordinary = splitAt(json.added_tokens.filter((token) => !token.special).map(({ content }) => content));
  return (text, special) => {
    const out: number[] = [];
    (special ? all : ordinary)(text).forEach((piece, i) => {
      if (i % 2 === 1) out.push(library.token_to_id(piece)!);
      else for (const word of splitWords(piece)) for (const id of idsOf(word)) out.push(id);
    });
    return out;
  };
}
