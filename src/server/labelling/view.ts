import type { TaskState } from "../../feedback/index.ts";
import type { TaskView, Word } from "../protocol.ts";
import { orderFor } from "./word.ts";

/** A task as a person sees it: what could sway is left out. `until`: milliseconds since 1970. */
export function viewOf(
  task: TaskState,
  to: { readonly by: string; readonly seed: number; readonly until: number; readonly said?: Word | undefined },
): TaskView {
  return {
    task: task.task,
    type: task.type,
    prompt: task.prompt,
    completions: task.completions,
    order: orderFor(to.by, task, to.seed),
    ...(task.clips && { clips: task.clips }),
    ...(task.language && { language: task.language }),
    qualification: task.qualification === true,
    until: new Date(to.until).toISOString(),
    ...(to.said && { said: to.said }),
  };
}
