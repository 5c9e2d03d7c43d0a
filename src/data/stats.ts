import type { Tokenizer } from "../text/index.ts";

/** Of the texts of one column; characters are Unicode code points. */
export interface Lengths {
  readonly mean: number;
  readonly min: number;
  readonly median: number;
  /** 95 % are at most this long. */
  readonly p95: number;
  readonly max: number;
}

export interface DatasetStats {
  readonly rows: number;
  /** Rows that are the same as an earlier one. */
  readonly duplicates: number;
  /** Share of rows by the script that most of their letters have. */
  readonly scripts: { readonly han: number; readonly latin: number; readonly other: number; readonly none: number };
  /** By column, `completions` taken together. */
  readonly characters: Readonly<Record<string, Lengths>>;
  /** The same in tokens, when a tokenizer is given. */
  readonly tokens?: Readonly<Record<string, Lengths>>;
  readonly totalTokens?: number;
}

export function datasetStats(rows: readonly object[], tokenizer?: Tokenizer): DatasetStats {
  const characters = new Map<string, number[]>();
  const tokens = new Map<string, number[]>();
  const scripts = { han: 0, latin: 0, other: 0, none: 0 };
  const seen = new Set<string>();
  for (const row of rows) {
    seen.add(JSON.stringify(row));
    const texts = textsOf(row);
    scripts[scriptOf(texts.map(([, text]) => text).join("\n"))]++;
    for (const [column, text] of texts) {
      append(characters, column, [...text].length);
      if (tokenizer) append(tokens, column, tokenizer.encode(text).length);
    }
  }
  const share = (count: number) => (rows.length === 0 ? 0 : count / rows.length);
  return {
    rows: rows.length,
    duplicates: rows.length - seen.size,
    scripts: {
      han: share(scripts.han),
      latin: share(scripts.latin),
      other: share(scripts.other),
      none: share(scripts.none),
    },
    characters: summaries(characters),
    ...(tokenizer && {
      tokens: summaries(tokens),
      totalTokens: [...tokens.values()].flat().reduce((a, b) => a + b, 0),
    }),
  };
}

const lists = new Set(["completions", "choices"]);

/** Column and text of every text in a row; the messages of a column are one text, each answer of a list is its own. */
function textsOf(row: object): [column: string, text: string][] {
  return Object.entries(row).flatMap(([column, value]): [string, string][] => {
    const contents: unknown[] = lists.has(column) && Array.isArray(value) ? value : [value];
    return contents.flatMap((content): [string, string][] => {
      if (typeof content === "string") return [[column, content]];
      if (!Array.isArray(content)) return [];
      const messages = content.flatMap((message) => (message as { content?: unknown } | null)?.content ?? []);
      return messages.length > 0 ? [[column, messages.join("\n")]] : [];
    });
  });
}

function scriptOf(text: string): keyof DatasetStats["scripts"] {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const letters = count(/\p{L}/gu);
  if (letters === 0) return "none";
  if (count(/\p{Script=Han}/gu) * 2 > letters) return "han";
  return count(/\p{Script=Latin}/gu) * 2 > letters ? "latin" : "other";
}

function append(lists: Map<string, number[]>, column: string, value: number): void {
  const list = lists.get(column);
  if (list) list.push(value);
  else lists.set(column, [value]);
}

const summaries = (lists: ReadonlyMap<string, number[]>): Record<string, Lengths> =>
  Object.fromEntries([...lists].map(([column, values]) => [column, summary(values)]));

function summary(values: readonly number[]): Lengths {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)]!;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, min: at(0), median: at(0.5), p95: at(0.95), max: at(1) };
}
