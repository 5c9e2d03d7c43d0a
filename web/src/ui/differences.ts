/** What one text has that another has not, by words of its language. */
import { diffArrays } from "diff";

export interface Piece {
  readonly text: string;
  readonly kind: "same" | "added" | "removed";
}

const wordsOf = (text: string, lang: string): string[] =>
  Array.from(new Intl.Segmenter(lang, { granularity: "word" }).segment(text), ({ segment }) => segment);

export const differences = (from: string, to: string, lang: string): Piece[] =>
  diffArrays(wordsOf(from, lang), wordsOf(to, lang)).map(({ value, added, removed }) => ({
    text: value.join(""),
    kind: added ? "added" : removed ? "removed" : "same",
  }));
