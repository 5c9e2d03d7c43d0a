/** Texts with a class, for `sft --kind classification` and `score`: rows as sequences of ids and numbers of classes. */
import { type ClassificationIds, type ClassifiedRow, classificationInputs, separatorsOf } from "../../align/index.ts";
import { DataError, type Problem } from "../../base/index.ts";
import { choiceOf, type Dataset, mapRows, type ReadOptions, type Rows } from "../../data/index.ts";
import type { LanguageModel } from "../../models/index.ts";
import type { Tokenizer } from "../../text/index.ts";

type Row = Rows["classification"];

/** A row's texts as ids. What spells a special token in them is ordinary text. */
export function textIds(tokenizer: Tokenizer, { text, text2, choices }: Row): ClassificationIds {
  const encode = (part: string) => tokenizer.encode(part, { special: false });
  return { text: encode(text), text2: text2 === undefined ? undefined : encode(text2), choices: choices?.map(encode) };
}

export interface Classified extends ClassifiedRow {
  /** Rows of one text belong together. */
  readonly prompt: unknown;
  /** `file:line`. */
  readonly where: string;
  /** What `label` may be: the classes, or this row's choices. */
  readonly names: readonly string[];
  readonly cut: boolean;
}

export interface ClassificationRows {
  readonly items: readonly Classified[];
  /** Names of the classes; undefined for multiple choice. */
  readonly labels: readonly string[] | undefined;
  readonly skipped: readonly Problem[];
}

export interface ClassificationOptions extends ReadOptions {
  readonly symmetric: boolean;
  readonly maxLength: number;
}

/**
 * The rows as the trainer takes them. A classifier's own classes stay; a new one's are the labels that occur. All rows must
 * have the form of the first. Throws `one-class`, or `bad-rows` with every row that does not fit.
 */
export function classificationRows(
  data: Dataset<"classification">,
  { tokenizer, network }: LanguageModel,
  options: ClassificationOptions,
): ClassificationRows {
  const [first] = data.rows as [Row];
  if (options.symmetric && first.text2 === undefined) {
    throw new DataError(`${data.path} holds no pairs, which --symmetric is for`, {
      code: "wrong-kind",
      where: data.places[0],
      help: "leave it out, or give the second text as text2",
    });
  }
  const labels = first.choices === undefined ? (network.labels ?? classesOf(data)) : undefined;
  const form = formOf(first);
  const input = { ...separatorsOf(tokenizer), ...options };
  const { items, skipped } = mapRows(
    data,
    (row, i): Classified => {
      const { text, text2, choices } = row;
      if (formOf(row) !== form) {
        throw new DataError(`this row has ${formOf(row)}, the first has ${form}`, {
          code: "bad-row",
          help: "rows of different form are different tasks: train them one by one",
        });
      }
      const { sequences, cut } = classificationInputs(textIds(tokenizer, row), input);
      const names = labels ?? choices!;
      const prompt = [text, text2, choices];
      return { sequences, label: labelOf(row, labels), prompt, where: data.places[i]!, names, cut };
    },
    options,
  );
  return { items, labels, skipped };
}

const formOf = ({ text2, choices }: Row): string =>
  choices !== undefined ? `a text and ${choices.length} choices` : text2 === undefined ? "one text" : "two texts";

function labelOf({ label, choices }: Row, labels: readonly string[] | undefined): number {
  if (labels === undefined) return choiceOf(label, choices ?? [])!;
  const index = labels.indexOf(String(label));
  if (index >= 0) return index;
  throw new DataError(`the label ${JSON.stringify(label)} is none of the classifier's classes`, {
    code: "bad-label",
    help: `they are ${labels.join(", ")}`,
  });
}

/** The labels that occur: numbers by size, names by their characters. */
function classesOf({ path, rows }: Dataset<"classification">): readonly string[] {
  const names = [...new Set(rows.map(({ label }) => String(label)))].sort();
  if (rows.every(({ label }) => typeof label === "number")) names.sort((a, b) => Number(a) - Number(b));
  if (names.length > 1) return names;
  throw new DataError(`all rows of ${path} have the label ${JSON.stringify(names[0])}`, {
    code: "one-class",
    where: path,
    help: "a classifier needs rows of two classes or more",
  });
}
