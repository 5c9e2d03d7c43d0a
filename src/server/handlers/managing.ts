/** What managers do to the project: its settings and its tasks. */
import { isDeepStrictEqual } from "node:util";
import { readForm, type TaskData, type TaskState } from "../../feedback/index.ts";
import type { Handlers } from "../call.ts";
import { Refusal } from "../refusal.ts";

export const managing: Handlers<
  "PUT /api/settings" | "POST /api/forms/check" | "POST /api/tasks" | "POST /api/tasks/:task/close"
> = {
  "PUT /api/settings": async ({ me, body }, { store, settings, append, entry }) => {
    const { words } = await store.counts();
    if (words.judgement > 0 && body.seed !== (await settings()).seed)
      throw new Refusal("the order in which answers are shown cannot change once people have judged", {
        code: "seed-in-use",
        status: 409,
        help: "leave the seed as it was",
      });
    await append(entry("settings", me.name, body));
    return body;
  },

  "POST /api/forms/check": ({ body: { form } }) => {
    const read = readForm(form);
    return { problems: "faults" in read ? [...read.faults] : [] };
  },

  "POST /api/tasks": async ({ me, body: { tasks } }, { store, append, entry, alone }) => {
    const problems = tasks.flatMap((task, i) =>
      faultsOf(task).map((message) => ({ where: `body.tasks.${i}`, message })),
    );
    const [first] = problems;
    if (first)
      throw new Refusal(`a task cannot be used: ${first.where}: ${first.message}`, {
        code: "bad-task",
        status: 422,
        problems: problems.slice(0, 20),
      });
    // What is there already and the same is passed over, so that sending again is safe.
    return alone(async () => {
      const fresh = new Map<string, TaskData>();
      for (const task of tasks) {
        const known = fresh.get(task.task) ?? (await store.task(task.task));
        if (!known) fresh.set(task.task, task);
        else if (!isDeepStrictEqual(dataOf(known), task))
          throw new Refusal(`another task has the id ${task.task}`, { code: "task-taken", status: 409 });
      }
      await append(...[...fresh.values()].map((task) => entry("task", me.name, task)));
      return { added: fresh.size };
    });
  },

  "POST /api/tasks/:task/close": async ({ me, query: { task } }, { store, append, entry }) => {
    const found = await store.task(task);
    if (!found) throw new Refusal("there is no such task", { code: "no-task", status: 404 });
    if (!found.closed) await append(entry("close", me.name, { task }));
    return {};
  },
};

const longestId = 200;

function faultsOf({ task, type, completions, gold, scores }: TaskData): string[] {
  const judged = gold?.groups.flat() ?? [];
  return [
    ...(task.length > longestId ? [`its id is longer than ${longestId} characters`] : []),
    ...(type === "compare" && completions.length < 2 ? ["there are fewer than two completions to compare"] : []),
    ...(new Set(judged).size !== judged.length || judged.some((i) => i >= completions.length)
      ? ["gold names a completion twice or one that is not there"]
      : []),
    ...(scores && scores.length !== completions.length
      ? [`it has ${scores.length} scores for ${completions.length} completions`]
      : []),
  ];
}

const dataOf = (task: TaskData | TaskState): TaskData => {
  const { at, closed, wanted, answered, ...data } = task as TaskState;
  return data;
};
