/** What can be said of data before the first step. Rows are counted from 1, in the order of the file. */
import { type Finding, percent } from "./finding.ts";

export interface LearntRow {
  readonly ids: readonly number[];
  /** 1 where the token is learnt. */
  readonly mask: readonly number[];
}

/**
 * No row ends with a token that ends an answer, learnt: the model would never learn to stop.
 *
 * @param ends ids of the tokens at which generation stops
 */
export function endNeverTrained(rows: readonly LearntRow[], ends: readonly (number | undefined)[]): Finding[] {
  const stops = new Set(ends.filter((id) => id !== undefined));
  const teaches = ({ ids, mask }: LearntRow) => mask.at(-1) === 1 && stops.has(ids.at(-1)!);
  if (rows.length === 0 || rows.some(teaches)) return [];
  return [
    {
      code: "eos-never-trained",
      level: "stop",
      number: 0,
      message: `none of the ${rows.length} rows ends with an end token that is learnt`,
      cause:
        stops.size === 0
          ? "the tokenizer has no end token"
          : "every answer is cut before its end, or the chat template ends a turn in ordinary text: the model would never stop by itself",
      fix: "raise --max-length (or take a model with a longer context), or let the template end a turn with a special token: --chat-template chatml",
    },
  ];
}

/** Fewer rows than this may be cut, and answers unfinished, without a word. */
const tolerated = 0.05;

export interface Cuts {
  /** How many sequences of each row are cut. */
  readonly cut: readonly number[];
  /** Sequences in all. */
  readonly total: number;
  /** Tokens at which they are cut. */
  readonly length: number;
}

/** More than 5 % of the sequences lose their end. */
export function truncatedRows({ cut, total, length }: Cuts): Finding[] {
  const count = cut.reduce((a, b) => a + b, 0);
  const share = count / total;
  if (!(share > tolerated)) return [];
  const first = 1 + cut.findIndex((n) => n > 0);
  return [
    {
      code: "truncated-rows",
      level: "warn",
      number: share,
      message: `${percent(share)} of the texts (${count} of ${total}) are cut at ${length} tokens, the first in row ${first}`,
      cause: "what stands behind the cut, the end token too, is neither read nor learnt",
      fix: "raise --max-length if there is one, take a model with a longer context, or leave such rows out",
    },
  ];
}

export interface Masked {
  /** Rows of the file in which no token is to be learnt. */
  readonly count: number;
  readonly total: number;
  /** Where the first is: `file:line`, or `row 3`. */
  readonly first: string | undefined;
}

/** Rows without a token to learn. */
export function fullyMasked({ count, total, first }: Masked): Finding[] {
  if (count === 0) return [];
  return [
    {
      code: "fully-masked",
      level: "warn",
      number: count / total,
      message: `${percent(count / total)} of the rows (${count} of ${total}) have no token to learn${first ? `, the first at ${first}` : ""}`,
      cause: "no message is of the role assistant, or what it says is empty",
      fix: "look at them with `plaudit data tokens FILE --model MODEL`, and correct roles or export",
    },
  ];
}
