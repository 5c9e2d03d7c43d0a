/** An answer while it is made: what is kept across a reload, and how it becomes the word that is sent. */

import type { TaskView, Word } from "../../../src/server/protocol.ts";
import type { Settings, Text } from "../api/types.ts";
import { groupsOf, isComplete, noRanks, type Ranks, ranksOf } from "./ranks.ts";

export type Form = Settings["form"];
export type Question = Form["prompt"][number];
export type Reply = string | number | boolean | null;

/** What was said of two answers by their places on the screen. */
export interface Choice {
  readonly better: "left" | "right" | "equal" | "neither";
  /** 1–4, where the form asks how much better. */
  readonly strength?: number;
}

export interface Draft {
  readonly ranks: Ranks;
  readonly choice: Choice | null;
  readonly labels: Readonly<Record<string, Reply>>;
  /** Of each question about the answers one reply a completion, in the order of the task. */
  readonly answers: Readonly<Record<string, readonly Reply[]>>;
  readonly text: string;
  /** Of a conversation as a whole, 1–5. */
  readonly rating: number | null;
  readonly note: string;
  /** How long the task was looked at. */
  readonly seconds: number;
}

/** What of a task the form needs. */
export interface Task extends Pick<TaskView, "task" | "type"> {
  readonly completions: readonly Text[];
  readonly order: readonly number[];
}

/** The form of a task: the project's own, but of two clips that one alone asks which is better. */
export const formOf = (form: Form, { type }: Pick<Task, "type">): Form =>
  type === "clips" ? { ...form, prompt: [], answer: [], comparison: "pairwise", ties: true } : form;

const isCompared = ({ type }: Task): boolean => type === "compare" || type === "clips";

/** How the answers of a task are compared. */
export const comparisonOf = (form: Form, task: Task): Form["comparison"] =>
  isCompared(task) && fits(form, task) ? form.comparison : "none";

/** Whether the form can be filled for a task: some compare two answers and no other number. */
export function fits({ comparison }: Form, task: Task): boolean {
  const { completions } = task;
  if (!isCompared(task) || comparison === "none" || comparison === "ranking") return true;
  return completions.length === 2;
}

/** The label under which an arena keeps that neither answer is any good. */
const bothBad = "bothBad";

export const emptyDraft = (task: Task): Draft => ({
  ranks: noRanks(task.completions.length),
  choice: null,
  labels: {},
  answers: {},
  text: "",
  rating: null,
  note: "",
  seconds: 0,
});

export const isAsked = ({ when }: Question, labels: Draft["labels"]): boolean =>
  when === undefined || when.is.some((value) => value === labels[when.question]);

export const asked = (questions: readonly Question[], labels: Draft["labels"]): Question[] =>
  questions.filter((question) => isAsked(question, labels));

/** Cells of HH's row, 1 (left much better) to 8. */
export const cellOf = ({ better, strength = 0 }: Choice): number => (better === "left" ? 5 - strength : 4 + strength);
export const choiceOfCell = (cell: number): Choice =>
  cell <= 4 ? { better: "left", strength: 5 - cell } : { better: "right", strength: cell - 4 };

export type Missing =
  | { readonly what: "ranking" | "choice" | "text" | "turn" | "pick" | "rating" }
  | { readonly what: "question"; readonly name: string; readonly completion?: number };

/** What has to be said before the task can be handed in, in the order of the page. */
export function missing(form: Form, task: Task, draft: Draft): Missing[] {
  if (task.type === "demonstrate") return draft.text.trim() === "" ? [{ what: "text" }] : [];
  const unanswered = (reply: Reply | undefined) => said(reply) === null;
  const required = (questions: readonly Question[]) => asked(questions, draft.labels).filter((q) => q.required);
  const comparison = comparisonOf(form, task);
  return [
    ...required(form.prompt)
      .filter(({ name }) => unanswered(draft.labels[name]))
      .map(({ name }): Missing => ({ what: "question", name })),
    ...task.order.flatMap((completion) =>
      required(form.answer)
        .filter(({ name }) => unanswered(draft.answers[name]?.[completion]))
        .map(({ name }): Missing => ({ what: "question", name, completion })),
    ),
    ...(comparison === "ranking" && !isComplete(draft.ranks) ? [{ what: "ranking" } as const] : []),
    ...(comparison !== "ranking" && comparison !== "none" && !draft.choice ? [{ what: "choice" } as const] : []),
  ];
}

/** A field that was emptied again says nothing. */
const said = (reply: Reply | undefined): Reply =>
  reply === undefined || (typeof reply === "string" && reply.trim() === "") ? null : reply;

/** The word that is sent. Questions that are not asked (any more) are left out. */
export function wordOf(form: Form, task: Task, draft: Draft, id: string): Word {
  const given = {
    id,
    task: task.task,
    seconds: Math.round(draft.seconds * 10) / 10,
    ...(draft.note.trim() !== "" && { note: draft.note.trim() }),
  };
  if (task.type === "demonstrate") return { ...given, kind: "demonstration", completion: draft.text };
  if (task.type === "converse")
    return { ...given, kind: "conversation", ...(draft.rating !== null && { rating: draft.rating }) };

  const columns = (of: (question: Question) => boolean) =>
    Object.fromEntries(
      asked(form.answer, draft.labels)
        .filter(of)
        .map(({ name }) => [name, task.completions.map((_, i) => said(draft.answers[name]?.[i]))]),
    );
  const ratings = columns(({ kind }) => kind === "rating") as Record<string, (number | null)[]>;
  const flags = columns(({ kind }) => kind !== "rating");
  const labels = {
    ...Object.fromEntries(asked(form.prompt, draft.labels).map(({ name }) => [name, said(draft.labels[name])])),
    ...(comparisonOf(form, task) === "arena" && draft.choice?.better === "neither" && { [bothBad]: true }),
  };
  const some = (record: object) => Object.keys(record).length > 0;
  const strength = draft.choice?.strength;
  return {
    ...given,
    kind: "judgement",
    groups: groups(form, task, draft),
    ...(comparisonOf(form, task) === "strength" && strength !== undefined && { strength }),
    ...(some(labels) && { labels }),
    ...(some(ratings) && { ratings }),
    ...(some(flags) && { flags }),
  };
}

function groups(form: Form, task: Task, { ranks, choice }: Draft): number[][] {
  const comparison = comparisonOf(form, task);
  if (comparison === "ranking") return groupsOf(ranks);
  if (comparison === "none" || !choice) return [];
  const left = task.order[0]!;
  const right = task.order[1]!;
  if (choice.better === "left") return [[left], [right]];
  if (choice.better === "right") return [[right], [left]];
  return [[left, right]];
}

/** The draft that makes a word again, to change it. */
export function draftOf(form: Form, task: Task, word: Word): Draft {
  const draft = emptyDraft(task);
  if (word.kind === "demonstration") {
    return { ...draft, text: word.completion, note: word.note ?? "", seconds: word.seconds };
  }
  if (word.kind === "conversation") {
    return { ...draft, rating: word.rating ?? null, note: word.note ?? "", seconds: word.seconds };
  }
  if (word.kind !== "judgement") return draft;
  const { [bothBad]: _, ...labels } = word.labels ?? {};
  return {
    ...draft,
    ranks: ranksOf(word.groups, task.completions.length),
    choice: choiceOf(form, task, word),
    labels,
    answers: { ...word.flags, ...word.ratings },
    note: word.note ?? "",
    seconds: word.seconds,
  };
}

function choiceOf(form: Form, task: Task, word: Extract<Word, { kind: "judgement" }>): Choice | null {
  const { groups, strength, labels } = word;
  const comparison = comparisonOf(form, task);
  if (comparison === "ranking" || comparison === "none" || groups.length === 0) return null;
  if (groups.length === 1) return { better: labels?.[bothBad] === true ? "neither" : "equal" };
  const better = groups[0]![0] === task.order[0] ? "left" : "right";
  return strength === undefined ? { better } : { better, strength };
}
