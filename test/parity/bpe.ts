import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  byteCharacters,
  openTokenizer,
  splitWords,
  toByteCharacters,
  tokenOffsets,
  trainBpe,
  trainBpeTokenizer,
} from "../../src/text/index.ts";
import type { GoldenCase, Json } from "./cases.ts";
import type { Checkers } from "./registry.ts";

const read = ({ folder }: GoldenCase, file: string) => readFileSync(join(folder, file), "utf8");
const linesOf = (given: GoldenCase) => read(given, given.inputs.corpus_file).split(/(?<=\n)/);
const load = (given: GoldenCase) =>
  openTokenizer({ "tokenizer.json": JSON.parse(read(given, given.inputs.tokenizer_file)) });
const trainingOf = ({ inputs }: GoldenCase) => ({
  vocabSize: inputs.vocab_size,
  minFrequency: inputs.min_frequency ?? 0,
  specialTokens: inputs.special_tokens,
});

/** Offsets in code points, as Python counts them. */
function offsetsOf(tokenizer: ReturnType<typeof openTokenizer>, text: string): number[][] | undefined {
  const offsets = tokenOffsets(tokenizer, text, tokenizer.encode(text));
  return offsets?.map((range) => range.map((at) => [...text.slice(0, at)].length));
}

export const bpeCheckers: Checkers = {
  "bpe/train"(_, __, given) {
    const { vocab, merges } = trainBpe(linesOf(given), trainingOf(given));
    return { merges, vocab: [...vocab.keys()], num_merges: merges.length };
  },
  "bpe/encode_decode"(_, __, given) {
    const tokenizer = load(given);
    // The strings to encode stand beside their ids.
    const strings = given.expected.strings.map(({ text }: Json) => {
      const ids = tokenizer.encode(text);
      const decoded_skip_special = tokenizer.decode(ids, { skipSpecial: true });
      const tokens = ids.map(tokenizer.tokenOf);
      return {
        text,
        ids,
        tokens,
        offsets: offsetsOf(tokenizer, text),
        decoded: tokenizer.decode(ids),
        decoded_skip_special,
      };
    });
    return { strings };
  },
  "bpe/encode_corpus_lines"({ lines }, _, given) {
    const tokenizer = load(given);
    return { ids: lines.map((line: string) => tokenizer.encode(line)) };
  },
  "bpe/encode_prefix_space"({ strings }, _, given) {
    const train = given.siblings.find(({ subject }) => subject === "bpe/train")!;
    const options = { ...trainingOf(train), addPrefixSpace: true };
    const tokenizer = trainBpeTokenizer(linesOf(train), options);
    return {
      merges: trainBpe(linesOf(train), options).merges,
      ids: strings.map((text: string) => tokenizer.encode(text)),
    };
  },
  "bpe/pre_tokenize": ({ strings }) => ({
    pieces: strings.map((text: string) => splitWords(text).map(toByteCharacters)),
  }),
  "bpe/byte_to_unicode": () => ({ map: byteCharacters }),
};
