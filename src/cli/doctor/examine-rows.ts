/** What the doctor says of the rows that a command is about to learn. */
import type { Problem } from "../../base/index.ts";
import {
  type Cuts,
  endNeverTrained,
  type Finding,
  fullyMasked,
  type LearntRow,
  padIsEos,
  truncatedRows,
} from "../../doctor/index.ts";
import { type Tokenizer, turnEnd } from "../../text/index.ts";
import type { Context } from "../frame/index.ts";

/** The tokens at which generation stops. */
export const endsOf = (tokenizer: Tokenizer): (number | undefined)[] => [tokenizer.special.eos, turnEnd(tokenizer)];

/** Answers that are to be learnt: does one show how to end? Is there something to learn in each, those left out included? */
export function examineAnswers(
  rows: readonly LearntRow[],
  { tokenizer, skipped }: { readonly tokenizer: Tokenizer; readonly skipped: readonly Problem[] },
): Finding[] {
  const masked = [
    ...skipped.filter(({ code }) => code === "nothing-to-learn").map(({ where }) => where),
    ...rows.flatMap(({ mask }, i) => (mask.includes(1) ? [] : [`row ${i + 1}`])),
  ];
  return [
    ...padIsEos(tokenizer.special),
    ...endNeverTrained(rows, endsOf(tokenizer)),
    ...fullyMasked({ count: masked.length, total: rows.length + skipped.length, first: masked[0] }),
  ];
}

/** A few rows that are cut are only mentioned. */
export function examineCuts({ note }: Pick<Context, "note">, cuts: Cuts): Finding[] {
  const findings = truncatedRows(cuts);
  const count = cuts.cut.reduce((a, b) => a + b, 0);
  if (count > 0 && findings.length === 0) note(`${count} of ${cuts.total} texts are cut at ${cuts.length} tokens`);
  return findings;
}
