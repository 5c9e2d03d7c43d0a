/**
 * What is open between a person and the model, on this server only: the turn that waits for a choice, and drafts. What is
 * chosen and handed in is in the journal.
 */
import type { Secrets } from "../../feedback/index.ts";

/** Two answers of the model that wait for a choice. */
export interface OpenTurn {
  /** Of the judgement that it becomes. */
  readonly id: string;
  readonly text: string;
  readonly completions: readonly [string, string];
  readonly order: readonly number[];
  readonly model: string;
  readonly seed: number;
}

/** A conversation under way. */
export interface Kept {
  /** The judgement that the last choice became; with its prompt it holds all that was said. */
  readonly last?: string;
  readonly turn?: OpenTurn;
}

export interface KeptDraft {
  readonly text: string;
  readonly model: string;
}

/** Kept for so many days after the last change. */
const days = 30;
const keyOf = (person: string, task: string) => JSON.stringify([person, task]);

function shelf<T>(kind: string) {
  return {
    get: (secrets: Secrets, person: string, task: string) => secrets.get<T>(kind, keyOf(person, task)),
    set: (secrets: Secrets, person: string, task: string, value: T, now: number) =>
      secrets.set(kind, keyOf(person, task), value, now + days * 86_400_000),
  };
}
export const conversations = shelf<Kept>("turn");
export const drafts = shelf<KeptDraft>("draft");

/** Takes out what a person said here that is not in the journal. */
export async function forgetConversing(secrets: Secrets, person: string): Promise<void> {
  for (const kind of ["turn", "draft"]) {
    for (const { key } of await secrets.all(kind)) {
      if ((JSON.parse(key) as string[])[0] === person) await secrets.delete(kind, key);
    }
  }
}
