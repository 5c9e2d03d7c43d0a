import { useEffect, useRef } from "react";
import { useEvents } from "../api/use-events.ts";

/** Between two looks, in milliseconds: steps may follow each other faster than anybody reads. */
const refreshMs = 1500;

/** Calls `changed` when a run got further, was started or ended; not more often than one can read. */
export function useRunEvents(changed: () => void, only?: string): void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(changed);
  latest.current = changed;
  useEvents((event) => {
    if (event.type !== "run" || (only !== undefined && event.run !== only)) return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, refreshMs);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
}
