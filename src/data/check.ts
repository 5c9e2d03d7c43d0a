import { DataError, type Problem } from "../base/index.ts";
import { type Content, choiceOf, type Kind, type Rows, schemas } from "./rows.ts";

type Fault = Pick<Problem, "code" | "message" | "help" | "values">;

/** The row as its kind wants it, or what is wrong with it. */
export function checkRow<K extends Kind>(kind: K, value: unknown): { row: Rows[K] } | { fault: Fault } {
  const result = schemas[kind].safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    const place = issue.path.join(".");
    return { fault: { code: codeOf(kind, place), message: place ? `${place}: ${issue.message}` : issue.message } };
  }
  const row = result.data as Rows[K];
  const fault = faultOf(kind, row);
  return fault ? { fault } : { row };
}

/** The row as its kind wants it. Throws zod's error where it has not even the form, else a DataError. */
export function rowOf<K extends Kind>(kind: K, value: unknown): Rows[K] {
  const row = schemas[kind].parse(value) as Rows[K];
  const fault = faultOf(kind, row);
  if (fault) throw new DataError(fault.message, fault);
  return row;
}

const faultOf = <K extends Kind>(kind: K, row: Rows[K]): Fault | undefined =>
  (faults[kind] as ((row: Rows[K]) => Fault | undefined) | undefined)?.(row);

const codeOf = (kind: Kind, place: string) =>
  place === (kind === "feedback" ? "Label" : "label") ? "bad-label" : "bad-row";

const isEmpty = (content: Content): boolean =>
  typeof content === "string" ? content.trim() === "" : content.every((message) => message.content.trim() === "");
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

const emptyPrompt = ({ prompt }: { prompt?: Content | undefined }): Fault | undefined =>
  prompt !== undefined && isEmpty(prompt) ? { code: "empty-prompt", message: "the prompt is empty" } : undefined;

/** What a schema alone cannot say. */
const faults: { readonly [K in Kind]?: (row: Rows[K]) => Fault | undefined } = {
  prompt: emptyPrompt,
  "prompt-completion": emptyPrompt,
  unpaired: emptyPrompt,
  preference: (row) =>
    same(row.chosen, row.rejected)
      ? {
          code: "equal-pair",
          message: "chosen and rejected are the same",
          help: "a pair without a difference teaches nothing",
        }
      : emptyPrompt(row),
  classification: ({ text, text2, choices, label }) => {
    if (isEmpty(text) || text2?.trim() === "") return { code: "bad-row", message: "a text is empty" };
    if (choices === undefined) return undefined;
    if (text2 !== undefined) {
      return {
        code: "bad-row",
        message: "a row has text2 or choices, not both",
        help: "with choices, document and question stand together in text",
      };
    }
    if (choices.length < 2 || new Set(choices).size < choices.length) {
      return { code: "bad-row", message: `choices must be two or more that differ, got ${JSON.stringify(choices)}` };
    }
    if (choiceOf(label, choices) !== undefined) return undefined;
    return {
      code: "bad-label",
      message: `the label ${JSON.stringify(label)} is none of the ${choices.length} choices`,
      help: `give the right one's text, or its number from 0 to ${choices.length - 1}`,
    };
  },
  feedback: ({ Title1, Title2 }) =>
    Title1 === Title2 ? { code: "equal-pair", message: "Title1 and Title2 are the same" } : undefined,
  ranking(row) {
    const { completions, ranks } = row;
    if (ranks.length !== completions.length) {
      return {
        code: "ranks-length",
        message: `${ranks.length} ranks for ${completions.length} completions`,
        values: { ranks: ranks.length, completions: completions.length },
      };
    }
    const judged = ranks.filter((rank) => rank !== null);
    if (judged.length < 2) {
      return {
        code: "too-few-completions",
        message: `a ranking needs at least 2 judged completions, got ${judged.length}`,
        values: { judged: judged.length },
      };
    }
    if (judged.every((rank) => rank === judged[0])) {
      return {
        code: "all-ties",
        message: `all ${judged.length} judged completions have rank ${judged[0]}: no pair differs`,
        values: { judged: judged.length },
      };
    }
    return emptyPrompt(row);
  },
};
