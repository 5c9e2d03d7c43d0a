/** The tasks before a person: fetched ahead, handed in without waiting for the server, taken back, changed later. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { ReplyOf, TaskView, Word } from "../../../src/server/protocol.ts";
import { type CallError, call } from "../api/client.ts";
import type { Settings } from "../api/types.ts";
import { useEvents } from "../api/use-events.ts";
import { errorOf } from "../api/use-reply.ts";
import { draftOf, formOf } from "./draft.ts";
import { dropDraft, placeOf, saveDraft } from "./drafts.ts";
import { useOutbox } from "./outbox.ts";
import { newUlid } from "./ulid.ts";
import { useRenewal } from "./use-renewal.ts";

type Leases = ReplyOf<"POST /api/leases">;
const ahead = 3;

export interface Work {
  /** Undefined: none, or none yet. */
  readonly task: TaskView | undefined;
  /** An answer of before is being changed. */
  readonly changing: boolean;
  /** The task's time was over and others have it by now. */
  readonly taken: boolean;
  readonly standing: Omit<Leases, "tasks"> | undefined;
  readonly loading: boolean;
  readonly error: CallError | undefined;
  readonly canUndo: boolean;
  /** It was taken back here, so the server no longer keeps it for this person: no wonder that it comes late. */
  wasReopened(task: string): boolean;
  handIn(word: Word): void;
  /** Takes back what was handed in last and shows it again. */
  undo(): void;
  change(task: string): Promise<void>;
  leaveUnchanged(): void;
  refill(): void;
}

export function useWork({ form, leaseSeconds }: Pick<Settings, "form" | "leaseSeconds">): Work {
  const { person, queue } = useOutbox();
  const [tasks, setTasks] = useState<readonly TaskView[]>([]);
  const [opened, setOpened] = useState<TaskView>();
  const [standing, setStanding] = useState<Omit<Leases, "tasks">>();
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState<CallError>();
  const [history, setHistory] = useState<readonly { task: TaskView; word: Word }[]>([]);
  const gotAt = useRef(new Map<string, number>());
  const done = useRef(new Set<string>());
  const reopened = useRef(new Set<string>());

  const refill = useCallback(async () => {
    try {
      const { tasks: leased, ...rest } = await call("POST /api/leases", { body: { count: ahead } });
      for (const { task } of leased) gotAt.current.set(task, Date.now());
      setStanding(rest);
      setError(undefined);
      setTasks((held) => {
        const ids = new Set(held.map(({ task }) => task));
        return [...held, ...leased.filter(({ task }) => !ids.has(task) && !done.current.has(task))];
      });
    } catch (failure) {
      setError(errorOf(failure));
    }
    setLoading(false);
  }, []);
  // A reload comes back to the task that was open, also when it was taken back or is being changed.
  const place = placeOf(person);
  useEffect(() => {
    const resume = async () => {
      const id = localStorage.getItem(place);
      const open = id && (await call("GET /api/tasks/:task/view", { query: { task: id } }).catch(() => undefined));
      if (open) open.said ? setOpened(open) : setTasks([open]);
      await refill();
    };
    void resume();
  }, [place, refill]);

  const task = opened ?? tasks[0];
  const idle = task === undefined;
  const mine = task && !task.said ? task.task : undefined;
  const taken = useRenewal(mine, gotAt.current.get(mine ?? "") ?? 0, leaseSeconds);
  useEffect(() => {
    if (task) localStorage.setItem(place, task.task);
  }, [place, task]);
  useEvents(({ type }) => {
    if (type === "tasks" && idle) void refill();
  });
  useEffect(() => {
    if (!error || !idle) return;
    const again = setInterval(() => void refill(), 5000);
    return () => clearInterval(again);
  }, [error, idle, refill]);

  function handIn(word: Word): void {
    if (!task) return;
    done.current.add(task.task);
    localStorage.removeItem(place);
    if (!task.qualification) setHistory((past) => [...past, { task, word }]); // a test is answered once
    setTasks((held) => held.filter((other) => other.task !== task.task));
    setOpened(undefined);
    if (!opened && word.kind !== "skip") setStanding((s) => s && { ...s, answered: s.answered + 1 });
    dropDraft(localStorage, person, task.task);
    const low = tasks.length <= 2;
    if (low) setLoading(true);
    void queue.add(word).then(() => (low ? refill() : undefined));
  }

  function undo(): void {
    const last = history.at(-1);
    if (!last) return;
    const said = { ...last.task, said: last.word };
    setHistory((past) => past.slice(0, -1));
    done.current.delete(last.task.task);
    reopened.current.add(last.task.task);
    saveDraft(localStorage, person, last.task.task, draftOf(formOf(form, last.task), last.task, last.word), Date.now());
    setTasks((held) => [said, ...held.filter((other) => other.task !== said.task)]);
    if (last.word.kind !== "skip") setStanding((s) => s && { ...s, answered: Math.max(0, s.answered - 1) });
    void queue.add({ id: newUlid(), task: last.task.task, kind: "retraction" });
  }

  return {
    task,
    changing: opened !== undefined,
    taken,
    standing,
    loading,
    error,
    canUndo: history.length > 0,
    wasReopened: (id) => reopened.current.has(id),
    handIn,
    undo,
    change: async (id) => setOpened(await call("GET /api/tasks/:task/view", { query: { task: id } })),
    leaveUnchanged() {
      if (task) dropDraft(localStorage, person, task.task);
      setOpened(undefined);
    },
    refill: () => void refill(),
  };
}
