/**
 * What the server says by itself: what is new in the journal, whoever wrote it. Own entries are looked for at once, those
 * of other processes on the project every two seconds.
 */
import { type Entry, isWord, type Store, subjectOf } from "../feedback/index.ts";
import type { Event } from "./protocol.ts";

export interface EventHub {
  /** Hears of everything that is written after this has resolved, until the function that it gives is called. */
  listen(listener: Listener): Promise<() => void>;
  /** Something was written here. */
  poke(): void;
  /** Says what is no entry of the journal to everybody who listens. */
  tell(event: Event): void;
  /** Whether anybody does. */
  isHeard(): boolean;
  /** Ends the streams of these sessions. */
  end(which: (listener: Listener) => boolean): void;
  close(): void;
}
export interface Listener {
  readonly session: string;
  readonly person: string;
  send(event: Event): void;
  end(): void;
}

const pollMs = 2000;
const pageSize = 500;

export function createEvents(store: Store, log: (line: string) => void): EventHub {
  const listeners = new Set<Listener>();
  let timer: NodeJS.Timeout | undefined;
  /** The last entry that was told of; undefined: not known yet, or gone because somebody was forgotten. */
  let last: string | undefined;
  let looking: Promise<void> | undefined;
  let again = false;

  const newest = async () => (await store.history({ limit: 1, newestFirst: true }))[0]?.id;
  const look = async () => {
    do {
      again = false;
      for (;;) {
        const page = last === undefined ? [] : await store.history({ after: last, limit: pageSize });
        if (page.length === 0) break;
        last = page.at(-1)!.id;
        for (const event of eventsOf(page)) for (const listener of listeners) listener.send(event);
      }
      if (last === undefined || (await store.entry(last)) === undefined) last = await newest();
    } while (again && listeners.size > 0);
  };
  const poke = () => {
    again = true;
    if (listeners.size === 0 || looking) return;
    looking = look()
      .catch((error: Error) => log(`events: ${error.message}`)) // the next look tries again
      .finally(() => {
        looking = undefined;
      });
  };
  const drop = (listener: Listener) => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    last = undefined;
  };
  return {
    async listen(listener) {
      listeners.add(listener);
      timer ??= setInterval(poke, pollMs).unref();
      if (last === undefined) poke();
      await looking;
      return () => drop(listener);
    },
    poke,
    tell(event) {
      for (const listener of listeners) listener.send(event);
    },
    isHeard: () => listeners.size > 0,
    end(which) {
      for (const listener of [...listeners]) {
        if (!which(listener)) continue;
        drop(listener);
        listener.end();
      }
    },
    close() {
      this.end(() => true);
    },
  };
}

/** Words one by one; the rest only says that something is new. */
function eventsOf(entries: readonly Entry[]): Event[] {
  const words = entries.filter(isWord).map((entry): Event => ({ type: "words", by: entry.by, task: subjectOf(entry) }));
  const some = (...kinds: readonly Entry["kind"][]) => entries.some(({ kind }) => kinds.includes(kind));
  return [
    ...words,
    ...(some("task", "close") ? [{ type: "tasks" } as const] : []),
    ...(some("settings") ? [{ type: "settings" } as const] : []),
  ];
}
