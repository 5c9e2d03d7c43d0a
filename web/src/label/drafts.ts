/** Drafts in the browser's storage: one a person and task, so that a reload or a crash loses nothing. */
import type { Draft } from "./draft.ts";

export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** Only the latest are kept: a task that was left never comes back for most of them. */
const kept = 60;
const prefix = (person: string) => `plaudit.draft.${person}.`;

/** Where the task is named to which a reload comes back. */
export const placeOf = (person: string): string => `plaudit.at.${person}`;

interface Kept {
  readonly at: number;
  readonly draft: Draft;
}

export const keysOf = (shelf: Shelf, start: string): string[] =>
  Array.from({ length: shelf.length }, (_, i) => shelf.key(i)!).filter((key) => key.startsWith(start));

const read = (shelf: Shelf, key: string): Kept | undefined => {
  try {
    return JSON.parse(shelf.getItem(key) ?? "null") ?? undefined;
  } catch {
    return undefined; // of another version, or cut off
  }
};

export const loadDraft = (shelf: Shelf, person: string, task: string): Draft | undefined =>
  read(shelf, prefix(person) + task)?.draft;

export const dropDraft = (shelf: Shelf, person: string, task: string): void => shelf.removeItem(prefix(person) + task);

/** Keeps a draft. Where the storage is full or forbidden the page works on without. */
export function saveDraft(shelf: Shelf, person: string, task: string, draft: Draft, now: number): void {
  try {
    shelf.setItem(prefix(person) + task, JSON.stringify({ at: now, draft } satisfies Kept));
    const all = keysOf(shelf, prefix(person));
    if (all.length <= kept) return;
    const byAge = all.map((key) => ({ key, at: read(shelf, key)?.at ?? 0 })).sort((a, b) => a.at - b.at);
    for (const { key } of byAge.slice(0, all.length - kept)) shelf.removeItem(key);
  } catch {
    // Nothing to tell: the answer itself does not depend on it.
  }
}
