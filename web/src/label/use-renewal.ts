/** Keeps the open task for a person who is at work on it, however long that takes. */
import { useEffect, useState } from "react";
import { call } from "../api/client.ts";

/** What a person does who is there. */
const signs = ["keydown", "pointerdown", "pointermove", "scroll"] as const;

/**
 * Asks for the whole time again at a sign of life, once a third of it is over: a page that is left open keeps nothing from
 * others. Whether they have the task by now.
 *
 * @param task the id; undefined: none that has to be kept
 * @param since when it was got, milliseconds of `Date.now()`
 */
export function useRenewal(task: string | undefined, since: number, leaseSeconds: number): boolean {
  const [taken, setTaken] = useState<string>();
  useEffect(() => {
    if (task === undefined) return;
    let renewedAt = since;
    const renew = async () => {
      const { until } = await call("POST /api/tasks/:task/renewal", { query: { task } });
      setTaken(until === null ? task : undefined);
    };
    const seen = () => {
      if (Date.now() - renewedAt < (leaseSeconds * 1000) / 3) return;
      renewedAt = Date.now();
      void renew().catch(() => {}); // offline or closed: handing in will say it
    };
    for (const sign of signs) addEventListener(sign, seen, { capture: true, passive: true });
    return () => {
      for (const sign of signs) removeEventListener(sign, seen, { capture: true });
    };
  }, [task, since, leaseSeconds]);
  return task !== undefined && taken === task;
}
