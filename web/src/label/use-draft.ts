import { useCallback, useEffect, useRef, useState } from "react";
import type { TaskView } from "../../../src/server/protocol.ts";
import { useClock } from "./clock.ts";
import { type Draft, draftOf, emptyDraft, type Form } from "./draft.ts";
import { loadDraft, saveDraft } from "./drafts.ts";

/** Keeps a draft in the browser while it grows, with the time that was spent. */
export function useDraft(form: Form, task: TaskView, person: string) {
  const [draft, setDraft] = useState<Draft>(
    () => loadDraft(localStorage, person, task.task) ?? (task.said ? draftOf(form, task, task.said) : emptyDraft(task)),
  );
  const clock = useClock(draft.seconds);
  const latest = useRef(draft);
  latest.current = draft;
  const handedIn = useRef(false);
  const keep = useCallback(() => {
    if (handedIn.current) return;
    saveDraft(localStorage, person, task.task, { ...latest.current, seconds: clock.read() }, Date.now());
  }, [person, task.task, clock]);
  useEffect(() => {
    const every = setInterval(keep, 5000);
    window.addEventListener("pagehide", keep);
    return () => {
      clearInterval(every);
      window.removeEventListener("pagehide", keep);
    };
  }, [keep]);
  const change = (part: Partial<Draft>) => {
    latest.current = { ...latest.current, ...part };
    setDraft(latest.current);
    keep();
  };
  return { draft, change, clock, close: () => (handedIn.current = true) };
}
