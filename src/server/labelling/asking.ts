/** Who has clips compared: how many of its pairs people have answered, and how they agree. */
import { agreementOf, clipTasksOf, type Store, type TaskState } from "../../feedback/index.ts";
import type { Asking } from "../protocol.ts";
import { readable, runFolders } from "../runs/project.ts";
import { isJudgement } from "../workshop.ts";

/** Of who asked `task`, or else the newest task of clips; null: nobody has asked. */
export async function askingOf(store: Store, task?: TaskState): Promise<Asking | null> {
  const by = await askerOf(store, task);
  if (by === undefined) return null;
  const under = clipTasksOf(by);
  const { tasks: asked, spokenOf: labelled } = await store.countUnder(under);
  const words = await store.words({ under, kinds: ["judgement"] });
  const { all } = agreementOf(words.filter(isJudgement));
  const agreement = all && { value: all.value, low: all.low, high: all.high, pairs: all.pairs };
  return { by, ...runOf(store.project, by), asked, labelled, agreement: agreement ?? null };
}

async function askerOf(store: Store, task: TaskState | undefined): Promise<string | undefined> {
  if (task?.repeats !== undefined) return askerOf(store, await store.task(task.repeats));
  if (task?.type === "clips") return task.source;
  const [newest] = await store.tasks({ under: clipTasksOf(), newestFirst: true, limit: 1 });
  return newest?.source;
}

/** What the run of this name says of itself, where the project has it. */
function runOf(project: string, by: string): Pick<Asking, "isRun" | "status" | "budget"> {
  const found = runFolders(project).find(({ run }) => run === by);
  const read = found && readable(found.folder);
  if (!read) return { isRun: false, status: null, budget: null };
  const { labels } = read.info.config;
  return { isRun: true, status: read.status, budget: typeof labels === "number" ? labels : null };
}
