import { useState } from "react";
import type { CallError } from "./client.ts";
import { errorOf } from "./use-reply.ts";

/** Runs what somebody asked for, one thing at a time, and keeps the error of the last. */
export function useTry() {
  const [error, setError] = useState<CallError>();
  const [busy, setBusy] = useState(false);
  const attempt = async (run: () => Promise<unknown>): Promise<void> => {
    setError(undefined);
    setBusy(true);
    await run().catch((failure) => setError(errorOf(failure)));
    setBusy(false);
  };
  return { error, busy, attempt };
}
