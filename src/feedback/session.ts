import { stream } from "../base/index.ts";
import { type Entry, type EntryOf, type Judgement, lastWords, type Text } from "./entry.ts";
import { ranksToGroups } from "./ranking.ts";
import type { Task } from "./task.ts";

/** A person ranking tasks, one key at a time. Plain data; {@link press} makes the next one. */
export interface Session {
  readonly by: string;
  readonly seed: number;
  /** What this person has still to judge, as it was when the session began. */
  readonly tasks: readonly Task[];
  readonly index: number;
  /** The digits given to the completions at the first places shown, 1 is best, the same digit is a tie. */
  readonly digits: readonly number[];
  /** When the present task was first shown, in milliseconds. */
  readonly since: number;
  readonly quit: boolean;
}

/** What a key does outside the session: an entry to append to the journal. */
export type Said = { [K in "judgement" | "skip" | "retraction"]: Pick<EntryOf<K>, "kind" | "data"> }[
  | "judgement"
  | "skip"
  | "retraction"];

/** Begins, or goes on after, what the journal already holds of this person. */
export function startSession(options: {
  readonly by: string;
  readonly tasks: readonly Task[];
  readonly entries: readonly Entry[];
  readonly seed: number;
  readonly now: number;
}): Session {
  const { by, seed, now } = options;
  const done = new Set(lastWords(options.entries).flatMap((entry) => (entry.by === by ? [entry.data.task] : [])));
  const tasks = options.tasks.filter(({ id }) => !done.has(id));
  return { by, seed, tasks, index: 0, digits: [], since: now, quit: false };
}

/** The task to be ranked now, or undefined when all are done. */
export const currentTask = ({ tasks, index }: Session): Task | undefined => tasks[index];

/** `order[i]` = index of the completion shown at place i. Random for each person and task, the same when seen again. */
export function shownOrder({ by, seed }: Pick<Session, "by" | "seed">, { id, completions }: Task): number[] {
  return [...stream(seed, "shown order", by, id).permutation(completions.length)];
}

/** What to draw: the completions in the order shown, each with its digit so far. */
export function shown(session: Session): { readonly completion: Text; readonly digit: number | undefined }[] {
  const task = currentTask(session);
  if (!task) return [];
  return shownOrder(session, task).map((i, place) => ({
    completion: task.completions[i]!,
    digit: session.digits[place],
  }));
}

/**
 * One key. A digit gives the next completion shown its rank; Enter hands in a finished ranking; `s` skips the task; `u`
 * or Backspace takes back the last digit, or, when there is none, the task before; `q` leaves, and everything handed in
 * stays. Any other key changes nothing.
 */
export function press(session: Session, key: string, now: number): { readonly session: Session; readonly said?: Said } {
  const { digits, index, tasks } = session;
  const task = currentTask(session);
  const next = (step: 1 | -1): Session => ({ ...session, index: index + step, digits: [], since: now });
  if (session.quit) return { session };
  if (key === "q") return { session: { ...session, quit: true } };
  if (key === "u" || key === "backspace") {
    if (digits.length > 0) return { session: { ...session, digits: digits.slice(0, -1) } };
    if (index === 0) return { session };
    return { session: next(-1), said: { kind: "retraction", data: { task: tasks[index - 1]!.id } } };
  }
  if (!task) return { session };
  if (key === "s") return { session: next(1), said: { kind: "skip", data: { task: task.id } } };
  if (key === "enter" && digits.length === task.completions.length) {
    return { session: next(1), said: { kind: "judgement", data: judgementOf(session, task, now) } };
  }
  if (/^[1-9]$/.test(key) && digits.length < task.completions.length) {
    return { session: { ...session, digits: [...digits, Number(key)] } };
  }
  return { session };
}

function judgementOf(session: Session, task: Task, now: number): Judgement {
  const order = shownOrder(session, task);
  const ranks = new Array<number>(order.length);
  order.forEach((i, place) => {
    ranks[i] = session.digits[place]!;
  });
  return {
    task: task.id,
    prompt: task.prompt,
    completions: [...task.completions],
    groups: ranksToGroups(ranks),
    order,
    seconds: Math.max(0, now - session.since) / 1000,
    ui: "terminal",
  };
}
