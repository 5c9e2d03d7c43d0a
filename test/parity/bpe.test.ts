/**
 * Byte-level BPE against Hugging Face's tokenizers: every case of `bpe.json` in the folder that PLAUDIT_GOLDEN names
 * (default: test/golden).
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  byteCharacters,
  openTokenizer,
  splitWords,
  type Tokenizer,
  toByteCharacters,
  tokenOffsets,
  trainBpe,
  trainBpeTokenizer,
} from "../../src/text/index.ts";

const folder = process.env.PLAUDIT_GOLDEN ?? fileURLToPath(new URL("../golden", import.meta.url));
const read = (name: string) => readFileSync(join(folder, name), "utf8");

interface Case {
  readonly name: string;
  readonly note?: string;
  // biome-ignore lint/suspicious/noExplicitAny: fixtures of many shapes
  readonly inputs: any;
  // biome-ignore lint/suspicious/noExplicitAny: fixtures of many shapes
  readonly expected: any;
}
const cases: Case[] = existsSync(join(folder, "bpe.json")) ? JSON.parse(read("bpe.json")).cases : [];
const caseOf = (family: string) => cases.find(({ name }) => name === family);

const linesOf = (file: string) => read(file).split(/(?<=\n)/);
const trainingOf = ({ inputs }: Case) => ({
  vocabSize: inputs.vocab_size as number,
  minFrequency: (inputs.min_frequency ?? 0) as number,
  specialTokens: inputs.special_tokens as string[],
});
const load = ({ inputs }: Case): Tokenizer =>
  openTokenizer({ "tokenizer.json": JSON.parse(read(inputs.tokenizer_file)) });

/** Character offsets as Python counts them, from UTF-16 offsets. */
const inCodePoints = (text: string, offsets: ReturnType<typeof tokenOffsets>) =>
  offsets!.map((range) => range.map((at) => [...text.slice(0, at)].length));

/** What each family of cases checks, by the beginning of its name. */
const families: Record<string, (given: Case) => void> = {
  train(given) {
    const { vocab, merges } = trainBpe(linesOf(given.inputs.corpus_file), trainingOf(given));
    expect(merges).toEqual(given.expected.merges);
    if (given.expected.vocab) expect([...vocab.keys()]).toEqual(given.expected.vocab);
    if (given.expected.num_merges) expect(merges).toHaveLength(given.expected.num_merges);
  },
  encode_decode(given) {
    const tokenizer = load(given);
    for (const { text, ids, tokens, offsets, decoded, decoded_skip_special } of given.expected.strings) {
      expect(tokenizer.encode(text)).toEqual(ids);
      expect(tokenizer.encode(text).map(tokenizer.tokenOf)).toEqual(tokens);
      expect(inCodePoints(text, tokenOffsets(tokenizer, text, ids))).toEqual(offsets);
      expect(tokenizer.decode(ids)).toBe(decoded);
      expect(tokenizer.decode(ids, { skipSpecial: true })).toBe(decoded_skip_special);
    }
  },
  encode_corpus_lines(given) {
    const tokenizer = load(given);
    expect(given.inputs.lines.map((line: string) => tokenizer.encode(line))).toEqual(given.expected.ids);
  },
  encode_prefix_space(given) {
    // Trained as the case "train" says, with a prefix space.
    const train = caseOf("train")!;
    const options = { ...trainingOf(train), addPrefixSpace: true };
    const lines = linesOf(train.inputs.corpus_file);
    expect(trainBpe(lines, options).merges).toEqual(given.expected.merges);
    const tokenizer = trainBpeTokenizer(lines, options);
    expect(given.inputs.strings.map((text: string) => tokenizer.encode(text))).toEqual(given.expected.ids);
  },
  pre_tokenize(given) {
    const pieces = given.inputs.strings.map((text: string) => splitWords(text).map(toByteCharacters));
    expect(pieces).toEqual(given.expected.pieces);
  },
  byte_to_unicode(given) {
    expect(byteCharacters).toEqual(given.expected.map);
  },
};

describe.skipIf(cases.length === 0)(`bpe (fixtures of ${folder}; skipped when it has no bpe.json)`, () => {
  it.each(cases)("bpe/$name", (given) => {
    const family = Object.keys(families)
      .filter((name) => given.name.startsWith(name))
      .sort((a, b) => b.length - a.length)[0];
    expect(family, "nothing checks this case").toBeDefined();
    families[family!]!(given);
  });
});
