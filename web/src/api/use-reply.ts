/** A reply of the server as React state. What was there stays while it is asked again, so nothing flickers. */
import { useCallback, useEffect, useState } from "react";
import type { ReplyOf, RouteName } from "../../../src/server/protocol.ts";
import { CallError, call, type Inputs, ownError } from "./client.ts";

export type Loaded<T> =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly error: CallError }
  | { readonly state: "ready"; readonly value: T };

export type Reloadable<T> = Loaded<T> & { readonly reload: () => void };

export function useReply<N extends RouteName>(route: N, ...input: Inputs<N>): Reloadable<ReplyOf<N>> {
  const key = JSON.stringify([route, input]);
  const [turn, setTurn] = useState(0);
  const [held, setHeld] = useState<{ key: string; loaded: Loaded<ReplyOf<N>> }>({ key, loaded: { state: "loading" } });
  const reload = useCallback(() => setTurn((n) => n + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for route and input, `turn` for asking again
  useEffect(() => {
    let current = true;
    const settle = (loaded: Loaded<ReplyOf<N>>) => {
      if (current) setHeld({ key, loaded });
    };
    call(route, ...input).then(
      (value) => settle({ state: "ready", value }),
      (error) => settle({ state: "failed", error: errorOf(error) }),
    );
    return () => {
      current = false;
    };
  }, [key, turn]);

  return { ...(held.key === key ? held.loaded : { state: "loading" }), reload };
}

export const errorOf = (error: unknown): CallError =>
  error instanceof CallError
    ? error
    : ownError(0, { code: "page", message: String(error), values: { message: String(error) } });
