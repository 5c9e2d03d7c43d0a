/** What labelling tools leave open: which of a record's fields is the prompt and which are the answers. */
import { Text } from "../entry.ts";
import { ranksToGroups } from "../ranking.ts";
import type { Said } from "./found.ts";

export type Fields = Readonly<Record<string, unknown>>;
export interface Named {
  readonly name: string;
  readonly text: Text;
}

const promptNames = ["prompt", "instruction", "question", "query", "conversation", "chat", "messages", "input", "text"];
const answerName = /^(response|completion|answer|generation|output|reply|chosen|rejected|text)[-_ ]?([a-z]|\d+)?$/i;

export const textOf = (value: unknown): Text | undefined => {
  const parsed = Text.safeParse(value);
  return parsed.success ? parsed.data : undefined;
};

/** Names are compared without dashes, spaces and capitals: a question says `response-1` of the field `response1`. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** The field that reads like a prompt, else the first text. */
export function promptOf(fields: Fields): Named | undefined {
  const texts = Object.keys(fields).filter((name) => textOf(fields[name]) !== undefined);
  const name = promptNames.find((known) => texts.includes(known)) ?? texts.find((each) => !answerName.test(each));
  return name === undefined ? undefined : { name, text: textOf(fields[name])! };
}

/** The fields that read like answers, in the order of the record. */
export const answersOf = (fields: Fields, prompt: string): Named[] =>
  Object.entries(fields).flatMap(([name, value]) => {
    const text = textOf(value);
    return name !== prompt && answerName.test(name) && text !== undefined ? [{ name, text }] : [];
  });

/** Number of the answer that is called so. */
export function placeNamed(name: string, answers: readonly Named[]): number | undefined {
  const place = answers.findIndex((answer) => plainName(answer.name) === plainName(name));
  return place < 0 ? undefined : place;
}

/** What one person replied to one question of a tool: places for the answers, or a value. */
export type Reply =
  | { readonly question: string; readonly ranks: readonly (number | null)[] }
  | { readonly question: string; readonly value: unknown };

const isNote = /note|comment|rationale|reason|explan|feedback/i;
const isTie = /^(tie|equal|same|both|neither|draw)/i;

/**
 * Replies as one judgement, or as a demonstration where there is no answer to judge and a text was written. A question
 * whose reply names one of two answers is a comparison; numbers are ratings where there is one answer.
 */
export function answerFrom(replies: readonly Reply[], answers: readonly Named[]): Pick<Said, "answer" | "note"> {
  let groups: number[][] = [];
  let note: string | undefined;
  let completion: string | undefined;
  const labels: Record<string, string | number | boolean> = {};
  const ratings: Record<string, number[]> = {};
  for (const reply of replies) {
    const { question } = reply;
    if ("ranks" in reply) {
      groups = ranksToGroups(reply.ranks);
      continue;
    }
    const { value } = reply;
    if (typeof value === "number" && answers.length === 1) ratings[question] = [value];
    else if (typeof value === "number" || typeof value === "boolean") labels[question] = value;
    else if (Array.isArray(value)) labels[question] = value.map(String).join(", ");
    else if (typeof value === "string") {
      const chosen = placeNamed(value, answers);
      if (answers.length === 2 && chosen !== undefined) groups = [[chosen], [1 - chosen]];
      else if (answers.length === 2 && isTie.test(value)) groups = [[0, 1]];
      else if (isNote.test(question)) note = value;
      else if (answers.length === 0 && /\s/.test(value.trim())) completion = value;
      else labels[question] = value;
    }
  }
  const given = note === undefined ? {} : { note };
  if (completion !== undefined) return { answer: { completion }, ...given };
  const has = (record: object) => Object.keys(record).length > 0;
  return { answer: { groups, ...(has(labels) && { labels }), ...(has(ratings) && { ratings }) }, ...given };
}
