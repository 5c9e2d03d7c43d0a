/**
 * Training of byte-level BPE (Sennrich et al. 2016 over the byte alphabet of GPT-2), merge for merge what Hugging
 * Face's `BpeTrainer` gives (tokenizers 0.23, `bpe/trainer.rs`): the most frequent pair first, equal counts by the
 * smaller left id, then the smaller right id.
 *
 * Pair counts are kept up to date merge by merge, and a heap holds the candidates, so a merge costs what it changes.
 */
import { assert, Heap, UsageError } from "../base/index.ts";
import { byteCharacters, splitWords, toByteCharacters } from "./byte-level.ts";

export interface BpeOptions {
  /** Special tokens, 256 bytes and merges together. Fewer come out when the text has too few repeated pairs. */
  readonly vocabSize: number;
  /** A pair rarer than this is not merged. Default 2. */
  readonly minFrequency?: number | undefined;
  /** They get the first ids, in this order. Default none. */
  readonly specialTokens?: readonly string[] | undefined;
  /** Counts the first word of each text as if a space stood before it. Default false. */
  readonly addPrefixSpace?: boolean | undefined;
}

export interface BpeVocabulary {
  /** Token → id: special tokens, the byte alphabet by code point, then one token a merge. */
  readonly vocab: ReadonlyMap<string, number>;
  /** In the order in which they apply. */
  readonly merges: readonly (readonly [string, string])[];
}

interface Candidate {
  readonly left: number;
  readonly right: number;
  readonly count: number;
  /** Indices of the words that may hold the pair. */
  readonly words: readonly number[];
}

const keyOf = (left: number, right: number): number => left * 0x200000 + right;

export function trainBpe(texts: Iterable<string>, options: BpeOptions): BpeVocabulary {
  const { vocabSize, minFrequency = 2, specialTokens = [], addPrefixSpace = false } = options;
  const tokens = [...specialTokens, ...byteCharacters.toSorted()];
  if (!Number.isInteger(vocabSize) || vocabSize < tokens.length) {
    throw new UsageError(`a byte-level vocabulary needs at least ${tokens.length} tokens, got ${vocabSize}`, {
      code: "vocabulary-too-small",
      help: `${specialTokens.length} special tokens and 256 bytes come before the first merge`,
    });
  }
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const { words, counts } = countWords(texts, ids, addPrefixSpace);
  const pairCounts = new Map<number, number>();
  const heap = new Heap<Candidate>((a, b) =>
    a.count !== b.count ? a.count > b.count : a.left !== b.left ? a.left < b.left : a.right < b.right,
  );

  let places = new Map<number, number[]>(); // pair → words in which this round made it
  const change = (left: number, right: number, word: number, sign: 1 | -1) => {
    const key = keyOf(left, right);
    pairCounts.set(key, (pairCounts.get(key) ?? 0) + sign * counts[word]!);
    if (sign < 0) return;
    const list = places.get(key);
    if (list === undefined) places.set(key, [word]);
    else if (list.at(-1) !== word) list.push(word);
  };
  const offer = () => {
    for (const [key, list] of places) {
      const count = pairCounts.get(key)!;
      const right = key % 0x200000;
      if (count > 0) heap.push({ left: (key - right) / 0x200000, right, count, words: list });
    }
    places = new Map();
  };

  words.forEach((word, w) => {
    for (let i = 0; i + 1 < word.length; i++) change(word[i]!, word[i + 1]!, w, 1);
  });
  offer();

  // Two merges can spell the same token (ab+c, a+bc); then the pairs around it grow again and one pair may be merged
  // twice. As in the reference, the later merge gives the rank: a Map that re-inserts keeps exactly that order.
  const merges = new Map<number, readonly [string, string]>();
  while (tokens.length < vocabSize) {
    const best = heap.pop();
    if (best === undefined) break;
    const { left, right } = best;
    const key = keyOf(left, right);
    const count = pairCounts.get(key)!;
    if (count !== best.count) {
      if (count > 0) heap.push({ ...best, count });
      continue;
    }
    if (count < minFrequency) break;
    const pair = [tokens[left]!, tokens[right]!] as const;
    const token = pair[0] + pair[1];
    let id = ids.get(token);
    if (id === undefined) {
      id = tokens.push(token) - 1;
      ids.set(token, id);
    }
    merges.delete(key);
    merges.set(key, pair);
    for (const w of best.words) words[w] = mergePair(words[w]!, left, right, id, w, change);
    offer();
  }
  return { vocab: ids, merges: [...merges.values()] };
}

/** Each different word once, as ids of its bytes, with how often it occurs. */
function countWords(texts: Iterable<string>, ids: ReadonlyMap<string, number>, addPrefixSpace: boolean) {
  const frequency = new Map<string, number>();
  for (const text of texts) {
    for (const word of splitWords(text, { addPrefixSpace })) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  }
  const words: number[][] = [];
  for (const word of frequency.keys()) words.push(Array.from(toByteCharacters(word), (c) => ids.get(c)!));
  assert(
    words.every((word) => word.length > 0),
    "the word pattern never matches the empty string",
  );
  return { words, counts: [...frequency.values()] };
}

/** Replaces every left,right in a word by `id` and reports which pairs went and which came. */
function mergePair(
  word: number[],
  left: number,
  right: number,
  id: number,
  w: number,
  change: (left: number, right: number, word: number, sign: 1 | -1) => void,
): number[] {
  let to = 0;
  for (let i = 0; i < word.length; i++) {
    if (word[i] !== left || word[i + 1] !== right) {
      word[to++] = word[i]!;
      continue;
    }
    if (to > 0) {
      change(word[to - 1]!, left, w, -1);
      change(word[to - 1]!, id, w, 1);
    }
    if (i + 2 < word.length) {
      change(right, word[i + 2]!, w, -1);
      change(id, word[i + 2]!, w, 1);
    }
    word[to++] = id;
    i++;
  }
  word.length = to;
  return word;
}
