/**
 * Words on their way to the server. Each is stored under its own id before it is sent and leaves when it is acknowledged,
 * so neither a lost connection nor a closed window loses one, and two windows do not write over each other.
 */
import type { ReplyOf, Word } from "../../../src/server/protocol.ts";
import { CallError } from "../api/client.ts";
import type { Coded } from "../i18n/saying.ts";
import { keysOf, type Shelf } from "./drafts.ts";

export type Acknowledged = ReplyOf<"POST /api/words">;
export interface Refused extends Coded {
  readonly word: Word;
}
export interface QueueState {
  readonly waiting: number;
  /** The server cannot be reached; it is tried again. */
  readonly stuck: boolean;
  /** What the server does not take. */
  readonly refused: readonly Refused[];
}

export interface QueueOptions {
  readonly person: string;
  readonly shelf: Shelf;
  readonly send: (word: Word) => Promise<Acknowledged>;
  /** Calls back after so many milliseconds. */
  readonly later: (run: () => void, milliseconds: number) => void;
  readonly acknowledged?: (word: Word, reply: Acknowledged) => void;
}

export interface Queue {
  /** Stores and sends. Resolves when this word is acknowledged, refused or stuck. */
  add(word: Word): Promise<void>;
  flush(): Promise<void>;
  discard(id: string): void;
  state(): QueueState;
  subscribe(listener: () => void): () => void;
}

const firstWaitMs = 2000;
const longestWaitMs = 30_000;

export function createQueue({ person, shelf, send, later, acknowledged }: QueueOptions): Queue {
  const outbox = `plaudit.queue.${person}.`;
  const returns = `plaudit.refused.${person}.`;
  const listeners = new Set<() => void>();
  const unsaved = new Map<string, Word>(); // where the storage is full
  let stuck = false;
  let waits = false;
  let waitMs = firstWaitMs;
  let flushing: Promise<void> | undefined;
  let snapshot = look();

  function look(): QueueState {
    return {
      waiting: waiting().length,
      stuck,
      refused: keysOf(shelf, returns)
        .sort()
        .map(parsed<Refused>),
    };
  }
  function parsed<T>(key: string): T {
    return JSON.parse(shelf.getItem(key) ?? "null") as T;
  }
  function waiting(): string[] {
    return [...new Set([...keysOf(shelf, outbox), ...[...unsaved.keys()].map((id) => outbox + id)])].sort();
  }
  function changed(): void {
    snapshot = look();
    for (const listener of listeners) listener();
  }
  function leave(key: string): void {
    shelf.removeItem(key);
    unsaved.delete(key.slice(outbox.length));
  }

  function tryLater(): void {
    if (waits) return;
    waits = true;
    later(() => {
      waits = false;
      void flush();
    }, waitMs);
    waitMs = Math.min(waitMs * 2, longestWaitMs);
  }

  async function run(): Promise<void> {
    for (let keys = waiting(); keys.length > 0; keys = waiting()) {
      const key = keys[0]!;
      const word = unsaved.get(key.slice(outbox.length)) ?? parsed<Word | null>(key);
      if (!word) continue; // another window has sent it
      try {
        const reply = await send(word);
        leave(key);
        stuck = false;
        waitMs = firstWaitMs;
        acknowledged?.(word, reply);
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        if (error.passing) {
          stuck = true;
          tryLater();
          changed();
          return;
        }
        const { code, message, values } = error;
        shelf.setItem(returns + word.id, JSON.stringify({ word, code, message, values } satisfies Refused));
        leave(key);
      }
      changed();
    }
  }

  function flush(): Promise<void> {
    flushing ??= run().finally(() => {
      flushing = undefined;
    });
    return flushing;
  }

  return {
    add(word) {
      try {
        shelf.setItem(outbox + word.id, JSON.stringify(word));
      } catch {
        unsaved.set(word.id, word);
      }
      changed();
      return flush();
    },
    flush,
    discard(id) {
      shelf.removeItem(returns + id);
      changed();
    },
    state: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
