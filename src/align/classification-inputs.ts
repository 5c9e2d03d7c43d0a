/**
 * The input transformations of GPT-1 (Radford et al. 2018, section 3.3, figure 1): any task over texts as sequences of
 * tokens that a language model reads from left to right, judged at the last one. Ids in, ids out.
 *
 *     one text          [start] text [extract]
 *     a pair            [start] text [delimiter] text2 [extract]
 *     similarity        a pair in both orders
 *     multiple choice   a pair of the text with each choice
 */
import { UsageError } from "../base/index.ts";
import type { Tokenizer } from "../text/index.ts";

export interface Separators {
  readonly start: number;
  readonly delimiter: readonly number[];
  readonly extract: number;
}

/**
 * The tokenizer's own tokens for the places between texts: start = `bos` (`eos` where it has none), extract = `eos`,
 * delimiter = `<|im_start|>`, or the tokens of "$" where it has none, as in OpenAI's code. The paper adds new tokens
 * to the vocabulary instead. Throws `no-end-token`.
 */
export function separatorsOf(tokenizer: Tokenizer): Separators {
  const { bos, eos } = tokenizer.special;
  if (eos === undefined) {
    throw new UsageError("the tokenizer has no end-of-text token", {
      code: "no-end-token",
      help: "name an eos_token in tokenizer_config.json: a classifier reads its answer there",
    });
  }
  const delimiter = tokenizer.idOf("<|im_start|>");
  return { start: bos ?? eos, delimiter: delimiter === undefined ? tokenizer.encode("$") : [delimiter], extract: eos };
}

/** The texts of one row as ids; at most one of `text2` and `choices`. */
export interface ClassificationIds {
  readonly text: readonly number[];
  readonly text2?: readonly number[] | undefined;
  readonly choices?: readonly (readonly number[])[] | undefined;
}

export interface InputOptions extends Separators {
  /** Neither text of a pair comes first by nature: it is read in both orders. */
  readonly symmetric?: boolean | undefined;
  /** Of a sequence. The longer text loses its end until both fit. */
  readonly maxLength: number;
}

/**
 * The sequences that stand for a row: one, two (similarity), or one per choice. `cut` tells that texts lost tokens.
 * Throws `context` when `maxLength` leaves no room for texts.
 */
export function classificationInputs(
  { text, text2, choices }: ClassificationIds,
  options: InputOptions,
): { readonly sequences: readonly (readonly number[])[]; readonly cut: boolean } {
  const parts =
    choices !== undefined
      ? choices.map((choice) => [text, choice])
      : text2 === undefined
        ? [[text]]
        : options.symmetric
          ? [
              [text, text2],
              [text2, text],
            ]
          : [[text, text2]];
  const fitted = parts.map((texts) => shortened(texts, options));
  const sequences = fitted.map((texts) => sequence(texts, options));
  return { sequences, cut: fitted.some((texts, i) => texts.some((ids, k) => ids.length < parts[i]![k]!.length)) };
}

const sequence = ([first, ...rest]: readonly (readonly number[])[], { start, delimiter, extract }: Separators) => [
  start,
  ...first!,
  ...rest.flatMap((ids) => [...delimiter, ...ids]),
  extract,
];

function shortened(texts: readonly (readonly number[])[], { maxLength, delimiter }: InputOptions) {
  const room = maxLength - 2 - (texts.length - 1) * delimiter.length;
  if (room < texts.length) {
    throw new UsageError(`${maxLength} tokens leave no room for ${texts.length === 1 ? "a text" : "two texts"}`, {
      code: "context",
      help: "raise the maximum length, or use a model with a longer context",
    });
  }
  if (texts.length === 1) return [texts[0]!.slice(0, room)];
  const [a, b] = texts.map(({ length }) => length) as [number, number];
  // The shorter text keeps what it has up to half of the room, the other takes the rest.
  const first = Math.min(a, Math.max(room - b, Math.ceil(room / 2)));
  return [texts[0]!.slice(0, first), texts[1]!.slice(0, Math.min(b, room - first))];
}
