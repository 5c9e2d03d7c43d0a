/** A conversation as the server holds it: what was said, and the answers that wait for a choice. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { ReplyOf } from "../../../../src/server/protocol.ts";
import { call } from "../../api/client.ts";
import { useTry } from "../../api/use-try.ts";
import type { Choice } from "../draft.ts";
import { useOutbox } from "../outbox.ts";
import { newUlid } from "../ulid.ts";

export type Conversation = ReplyOf<"GET /api/conversations/:task">;
export type OpenTurn = NonNullable<Conversation["turn"]>;

/** Answers that are equal word for word: there is nothing to choose. */
export const areSame = ({ completions: [a, b] }: OpenTurn): boolean => a === b;

export function useConversation(task: string) {
  const { onReply } = useOutbox();
  const { error, busy, attempt } = useTry();
  const [held, setHeld] = useState<Conversation>();
  const [saying, setSaying] = useState<string>();
  const sent = useRef({ text: "", id: "" });
  const query = { task };

  const look = useCallback(
    async () => setHeld(await call("GET /api/conversations/:task", { query: { task } })),
    [task],
  );
  const attempted = useRef(attempt);
  attempted.current = attempt;
  useEffect(() => void attempted.current(look), [look]);
  // Taking it back opens it again, once that has reached the server.
  useEffect(() => onReply((_, word) => word.task === task && void attempted.current(look)), [onReply, look, task]);

  /** What was refused because it stands elsewhere by now (another window) is shown as it stands. */
  const send = (request: () => Promise<Conversation>) =>
    attempt(async () => {
      try {
        setHeld(await request());
      } catch (refusal) {
        if ((refusal as { status?: number }).status === 409) await look().catch(() => {});
        throw refusal;
      }
    });

  return {
    held,
    error,
    busy,
    /** What the model is just answering. */
    saying,
    look: () => void attempt(look),
    /** Says it; sent again after a lost connection it is still the same turn. */
    async say(text: string): Promise<void> {
      if (sent.current.text !== text) sent.current = { text, id: newUlid() };
      setSaying(text);
      await send(() => call("POST /api/conversations/:task/turns", { query, body: sent.current }));
      setSaying(undefined);
    },
    pick(turn: OpenTurn, choice: Choice | null, seconds: number): Promise<void> {
      const [left, right] = turn.order;
      const better = areSame(turn) || !choice ? null : ((choice.better === "left" ? left : right) ?? null);
      const strength = better !== null && choice?.strength !== undefined ? { strength: choice.strength } : {};
      return send(() =>
        call("POST /api/conversations/:task/picks", {
          query,
          body: { id: turn.id, better, seconds: Math.round(seconds * 10) / 10, ...strength },
        }),
      );
    },
  };
}
