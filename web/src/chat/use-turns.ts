/**
 * A conversation with one model, or with two that answer the same. There is one history: of two answers the one that goes on
 * is the one that was found better, else the left one.
 */

import { useRef, useState } from "react";
import type { CallError } from "../api/client.ts";
import { errorOf } from "../api/use-reply.ts";
import type { Sampling } from "../ui/sampling-fields.tsx";
import { answer, type Message } from "./stream.ts";

/** The answer of one model as it grows. */
export interface Side {
  readonly model: string;
  readonly text: string;
  readonly state: "writing" | "done" | "cut" | "stopped" | "failed";
  readonly error?: CallError;
}

export interface Pending {
  readonly sides: readonly Side[];
  readonly seed: number;
  /** Set once somebody has said which is better. */
  readonly voted?: boolean;
  /** Which side goes on. */
  readonly kept: number;
}

export function useTurns() {
  /** All that is settled; its last message is the user's while answers are pending. */
  const [history, setHistory] = useState<readonly Message[]>([]);
  const [pending, setPending] = useState<Pending>();
  const abort = useRef<AbortController>(undefined);
  const writing = pending?.sides.some(({ state }) => state === "writing") ?? false;

  const change = (at: number, how: (side: Side) => Partial<Side>) =>
    setPending(
      (held) => held && { ...held, sides: held.sides.map((side, i) => (i === at ? { ...side, ...how(side) } : side)) },
    );

  const write = async (
    at: number,
    model: string,
    messages: readonly Message[],
    sampling: Sampling,
    signal: AbortSignal,
  ) => {
    try {
      const pieces = answer(model, messages, sampling, signal);
      for (;;) {
        const { done, value } = await pieces.next();
        if (signal.aborted) return;
        if (done) return change(at, () => ({ state: value === "length" ? "cut" : "done" }));
        change(at, ({ text }) => ({ text: text + value }));
      }
    } catch (error) {
      if (!signal.aborted) change(at, () => ({ state: "failed", error: errorOf(error) }));
    }
  };

  const send = (text: string, models: readonly string[], sampling: Sampling): void => {
    const kept = pending?.sides[pending.kept];
    const before: Message[] = kept?.text
      ? [...history, { role: "assistant", content: kept.text.trim() }]
      : dropUnanswered(history, pending);
    const messages: Message[] = [...before, { role: "user", content: text }];
    const control = new AbortController();
    abort.current = control;
    setHistory(messages);
    setPending({ sides: models.map((model) => ({ model, text: "", state: "writing" })), seed: sampling.seed, kept: 0 });
    for (const [at, model] of models.entries()) void write(at, model, messages, sampling, control.signal);
  };
  const stop = (): void => {
    abort.current?.abort();
    setPending(
      (held) =>
        held && {
          ...held,
          sides: held.sides.map((side) => (side.state === "writing" ? { ...side, state: "stopped" } : side)),
        },
    );
  };
  const settle = (kept: number): void => setPending((held) => held && { ...held, kept, voted: true });
  const begin = (): void => {
    abort.current?.abort();
    setHistory([]);
    setPending(undefined);
  };
  return { history, pending, writing, send, stop, settle, begin };
}

/** A question that got no answer at all is asked anew by the next: two in a row are no conversation. */
const dropUnanswered = (history: readonly Message[], pending: Pending | undefined): Message[] =>
  pending ? history.slice(0, -1) : [...history];
