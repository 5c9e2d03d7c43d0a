/** The queue of the person who is signed in, for every page that shows or fills it. */
import { createContext, use, useEffect, useMemo, useSyncExternalStore } from "react";
import type { Word } from "../../../src/server/protocol.ts";
import { call } from "../api/client.ts";
import { type Acknowledged, createQueue, type Queue, type QueueState } from "./queue.ts";

export interface Outbox {
  readonly person: string;
  readonly queue: Queue;
  /** Calls back with each reply of the server. */
  onReply(listener: (reply: Acknowledged, word: Word) => void): () => void;
}

export const OutboxContext = createContext<Outbox | null>(null);

export function useOutbox(): Outbox {
  const outbox = use(OutboxContext);
  if (!outbox) throw new Error("no outbox above this component");
  return outbox;
}

export const useQueueState = (queue: Queue): QueueState => useSyncExternalStore(queue.subscribe, queue.state);

export function useNewOutbox(person: string): Outbox {
  const outbox = useMemo(() => {
    const listeners = new Set<(reply: Acknowledged, word: Word) => void>();
    const queue = createQueue({
      person,
      shelf: localStorage,
      send: (word) => call("POST /api/words", { body: word }),
      later: (run, milliseconds) => setTimeout(run, milliseconds),
      acknowledged(word, reply) {
        for (const listener of listeners) listener(reply, word);
      },
    });
    const onReply: Outbox["onReply"] = (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    };
    return { person, queue, onReply };
  }, [person]);
  useEffect(() => {
    const flush = () => void outbox.queue.flush();
    flush(); // what an earlier visit left
    window.addEventListener("online", flush);
    return () => window.removeEventListener("online", flush);
  }, [outbox]);
  return outbox;
}
