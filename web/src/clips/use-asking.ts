import { useEffect, useRef } from "react";
import type { TaskView, Asking as Value } from "../../../src/server/protocol.ts";
import { useEvents } from "../api/use-events.ts";
import { useReply } from "../api/use-reply.ts";

/** Between two looks, in milliseconds: a run may get further faster than anybody reads. */
const refreshMs = 1500;

export interface Asking {
  readonly value: Value;
  /** Another number after each look, for what has to be looked at with it. */
  readonly turn: number;
}

/**
 * Who asks for clips to be compared, kept up to date: who asked the task, or else whoever asked last. Undefined: nobody, or
 * not known yet. What was there stays until the next task's is known.
 */
export function useAsking(task: Pick<TaskView, "task" | "type"> | undefined): Asking | undefined {
  const reply = useReply("GET /api/clips", { query: task?.type === "clips" ? { task: task.task } : {} });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const turn = useRef(0);
  const held = useRef<Asking>(undefined);
  useEvents(({ type }) => {
    if (type !== "words" && type !== "tasks" && type !== "run") return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      turn.current++;
      reply.reload();
    }, refreshMs);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  if (reply.state === "ready") {
    const { asking } = reply.value;
    held.current = asking === null ? undefined : { value: asking, turn: turn.current };
  }
  return held.current;
}
