/** Tasks that are asked again, to compare people with themselves: made as the work goes, at the share of the settings. */
import { stream } from "../../base/index.ts";
import type { Settings, TaskState } from "../../feedback/index.ts";
import type { Services } from "../services.ts";

/** With the prefix it must still fit into the address of a route. */
const longest = 190;

/** Whether what is answered now shall be asked again later; the same task always gets the same answer. */
const isDue = ({ task, type, gold, repeats, qualification }: TaskState, { seed, repeatShare }: Settings): boolean =>
  (type === "compare" || type === "clips") &&
  task.length <= longest &&
  !gold &&
  !qualification &&
  repeats === undefined &&
  stream(seed, "repetition", task).uniform() < repeatShare;

/** Adds the repetition of a task that was just answered, once; who gets it and when is the store's to say. */
export async function repeatLater(
  { store, append, entry }: Pick<Services, "store" | "append" | "entry">,
  task: TaskState,
  settings: Settings,
  by: string,
): Promise<void> {
  if (!isDue(task, settings)) return;
  const id = `again/${task.task}`;
  if (await store.task(id)) return;
  const { at, closed, wanted, answered, assigned, overlap, uncertainty, ...same } = task;
  await append(entry("task", by, { ...same, task: id, repeats: task.task, source: "repetition" }));
}
