import { contentId } from "../files/index.ts";
import type { Text } from "./entry.ts";

/** Completions of one prompt that wait to be ranked. */
export interface Task {
  readonly id: string;
  readonly prompt: Text;
  readonly completions: readonly Text[];
}

/**
 * Tasks from rows. What is the same is shown once, and a row with fewer than two different completions is none. The id
 * comes from the content, so a person can go on after rows were added or moved; a row that occurs again gets its own.
 */
export function tasksOf(rows: readonly { readonly prompt: Text; readonly completions: readonly Text[] }[]): Task[] {
  const occurrences = new Map<string, number>();
  return rows.flatMap(({ prompt, completions: given }) => {
    const completions = [...new Map(given.map((text) => [JSON.stringify(text), text])).values()];
    if (completions.length < 2) return [];
    const hash = contentId(prompt, completions);
    const before = occurrences.get(hash) ?? 0;
    occurrences.set(hash, before + 1);
    return [{ id: before === 0 ? hash : `${hash}-${before + 1}`, prompt, completions }];
  });
}
