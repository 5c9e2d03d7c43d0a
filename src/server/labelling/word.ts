/** Between what a person sends and what the journal keeps. */
import { isDeepStrictEqual } from "node:util";
import {
  decisionTask,
  type EntryOf,
  type Settings,
  shownOrder,
  type TaskState,
  type Text,
  type WordEntry,
} from "../../feedback/index.ts";
import type { KeptDraft } from "../conversing/kept.ts";
import type { BodyOf, Word } from "../protocol.ts";

/** The order in which this person sees the completions; the same again whenever the task is shown. */
export const orderFor = (by: string, { task, completions }: Pick<TaskState, "task" | "completions">, seed: number) =>
  shownOrder({ by, seed }, { id: task, prompt: "", completions });

type Content = { [K in WordEntry["kind"]]: { readonly kind: K; readonly data: EntryOf<K>["data"] } }[WordEntry["kind"]];

/** What the server adds to an answer: the conversation that was held with its model, the draft that it gave. */
export interface OurPart {
  readonly held?: Pick<EntryOf<"conversation">["data"], "messages" | "model"> | undefined;
  readonly draft?: KeptDraft | undefined;
}

/** What a word is in the journal: with the task as it was, so that it can be read without anything else. */
export function contentOf(
  word: Word,
  task: TaskState,
  by: string,
  { seed }: Settings,
  { held, draft }: OurPart = {},
): Content {
  if (word.kind === "skip") return { kind: "skip", data: { task: word.task, ...pick(word, "reason") } };
  if (word.kind === "retraction") return { kind: "retraction", data: { task: word.task } };
  if (word.kind === "conversation") {
    const given = { task: word.task, seconds: word.seconds, ui: "studio", ...pick(word, "note", "rating") };
    return { kind: "conversation", data: { messages: [], ...held, ...given } };
  }
  const origin = pick(task, "model");
  const given = { task: word.task, prompt: task.prompt, seconds: word.seconds, ui: "studio", ...pick(word, "note") };
  if (word.kind === "demonstration") {
    // What goes on with a conversation is its next message.
    const next = (text: string): Text =>
      typeof task.prompt === "string" ? text : [{ role: "assistant", content: text }];
    const start = task.completions[0] ?? (draft && next(draft.text));
    return {
      kind: "demonstration",
      data: {
        ...given,
        completion: next(word.completion),
        ...(start && { draft: start }),
        ...(draft ? pick(draft, "model") : origin),
      },
    };
  }
  return {
    kind: "judgement",
    data: {
      ...given,
      completions: task.completions,
      groups: word.groups,
      order: orderFor(by, task, seed),
      ...pick(word, "strength", "labels", "ratings", "flags"),
      ...origin,
      ...pick(task, "policyVersion", "scores"),
    },
  };
}

/** What a decision on a task is in the journal. */
export const decisionOf = (
  task: TaskState,
  { groups, seconds, ...rest }: Omit<BodyOf<"POST /api/tasks/:task/decision">, "id">,
): EntryOf<"judgement">["data"] => ({
  task: decisionTask(task.task),
  decides: task.task,
  ...pick(task, "prompt", "completions", "model", "policyVersion", "scores"),
  order: task.completions.map((_, i) => i),
  ...{ groups, seconds, ui: "studio", ...pick(rest, "strength", "note") },
});

/** What a person had sent. */
export function wordOf({ id, kind, data }: WordEntry): Word {
  switch (kind) {
    case "judgement":
      return { id, kind, ...pick(data, "task", "seconds", "note", "groups", "strength", "labels", "ratings", "flags") };
    case "demonstration":
      return { id, kind, ...pick(data, "task", "seconds", "note"), completion: plain(data.completion) };
    case "conversation":
      return { id, kind, ...pick(data, "task", "seconds", "note", "rating") };
    case "skip":
      return { id, kind, ...pick(data, "task", "reason") };
    case "retraction":
      return { id, kind, task: data.task };
  }
}

/** Whether an entry is what this person sends now; then it was sent twice, because an acknowledgement was lost. */
export const isSame = (entry: WordEntry, word: Word, by: string): boolean =>
  entry.by === by && isDeepStrictEqual(defined(wordOf(entry)), defined(word));

/** The last message is what was written. */
const plain = (text: Text): string => (typeof text === "string" ? text : text.at(-1)!.content);

/** The fields that are there. */
function pick<T extends object, K extends keyof T>(from: T, ...keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]])) as Pick<T, K>;
}
const defined = (word: Word): unknown => JSON.parse(JSON.stringify(word));
