/** What people preferred, for `reward`: rankings, pairs, and `feedback.csv`, all as rankings of two or more answers. */
import type { RankedRow } from "../../align/index.ts";
import { DataError, type Problem } from "../../base/index.ts";
import {
  type Content,
  type Dataset,
  mapRows,
  preferenceOf,
  type ReadOptions,
  type Rows,
  rankingOf,
  readDataset,
  type TokenizedRow,
  tokenizePromptCompletion,
  withPrompt,
} from "../../data/index.ts";
import type { LanguageModel } from "../../models/index.ts";

export type Rankings = Dataset<"ranking"> | Dataset<"preference"> | Dataset<"feedback">;

/** Reads the file and checks that it holds what `kind` says, if it says anything. */
export async function readRankings(
  file: string,
  { kind, ...options }: ReadOptions & { readonly kind?: "ranking" | "pairwise" | undefined },
): Promise<Rankings> {
  const data = (await readDataset(file, ["ranking", "preference", "feedback"], options)) as Rankings;
  const isPairs = data.kind !== "ranking" || data.rows.every(({ completions }) => completions.length === 2);
  if (kind === undefined || (kind === "pairwise") === isPairs) return data;
  throw new DataError(`${file} holds ${isPairs ? "pairs" : "rankings of more than two answers"}, not ${kind} rows`, {
    code: "wrong-kind",
    where: file,
    help: `leave --kind ${kind} out: rankings and pairs are learnt alike`,
  });
}

export interface Ranked extends RankedRow {
  /** Rows of one prompt belong together. */
  readonly prompt: unknown;
  /** Answers that are cut at the context. */
  readonly cut: number;
}

/** Prompt and answer of every row as tokens. Throws `bad-rows` with every row that does not fit the model's context. */
export function tokenizeRankings(
  data: Rankings,
  { tokenizer, network }: LanguageModel,
  options: ReadOptions,
): { readonly items: readonly Ranked[]; readonly skipped: readonly Problem[] } {
  const tokenize = ({ prompt, completions, ranks }: Rows["ranking"], margin?: number): Ranked => {
    const rows = completions.map((completion) =>
      tokenizePromptCompletion(tokenizer, { prompt, completion }, { maxLength: network.context }),
    );
    refuseTwins(rows, ranks, network.context);
    return {
      completions: rows.map(({ ids }) => ids),
      ranks,
      margin,
      promptLength: rows[0]!.mask.indexOf(1),
      prompt: isEmpty(prompt) ? completions : prompt,
      cut: rows.filter(({ truncated }) => truncated).length,
    };
  };
  const pair = (row: Rows["preference"]) => tokenize(rankingOf(withPrompt(row)), row.margin);
  switch (data.kind) {
    case "ranking":
      return mapRows(data as Dataset<"ranking">, (row) => tokenize(row), options);
    case "preference":
      return mapRows(data as Dataset<"preference">, pair, options);
    default:
      return mapRows(data as Dataset<"feedback">, (row) => pair(preferenceOf(row)), options);
  }
}

/** Answers that differ only after the cut are the same to the model, and no judgement of them can be learnt. */
function refuseTwins(rows: readonly TokenizedRow[], ranks: readonly (number | null)[], context: number): void {
  const judged = rows.flatMap(({ ids, truncated }, i) =>
    ranks[i] === null || !truncated ? [] : [[ids.join(), ranks[i]]],
  );
  if (judged.every(([ids, rank]) => judged.every(([other, its]) => ids !== other || rank === its))) return;
  throw new DataError(`cut at the context of ${context} tokens, answers of different rank are the same`, {
    code: "equal-pair",
    help: "use a model with a longer context, or leave such rows out",
  });
}

const isEmpty = (prompt: Content): boolean => prompt.length === 0;
