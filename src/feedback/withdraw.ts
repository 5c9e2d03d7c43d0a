/** Questions that nobody waits for any more are taken from the people who would still answer them. */
import { stream } from "../base/index.ts";
import type { EntryOf } from "./entry.ts";
import type { Store } from "./store/store.ts";
import { ulid } from "./ulid.ts";

export interface WithdrawOptions {
  /** What the ids of the tasks begin with. */
  readonly under: string;
  /** Who takes them back. */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Closes those that fewer people have answered than were wanted; returns how many. What was said of them stays. */
export async function withdrawTasks(store: Store, { under, by, now }: WithdrawOptions): Promise<number> {
  const open = await store.tasks({ state: "open", under });
  const at = now();
  const entries = open.map(
    ({ task }): EntryOf<"close"> => ({
      ...{ format: 1, id: ulid(at, stream(0, "withdraw", task, at)), at: new Date(at).toISOString(), by },
      ...{ kind: "close", data: { task } },
    }),
  );
  await store.append(entries);
  return entries.length;
}
