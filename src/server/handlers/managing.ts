/** What managers do to the project: its settings and its tasks. */
import { isDeepStrictEqual } from "node:util";
import { type Misfit, misfit } from "../../base/index.ts";
import { type EntryKind, type Fault, readForm, type TaskData, type TaskState } from "../../feedback/index.ts";
import type { Handlers } from "../call.ts";
import { requireForm, requireOpen, taskOf, wrongAnswer } from "../labelling/hand-in.ts";
import { decisionOf } from "../labelling/word.ts";
import { Refusal } from "../refusal.ts";

export const managing: Handlers<
  | "PUT /api/settings"
  | "POST /api/forms/check"
  | "POST /api/tasks"
  | "PUT /api/tasks/:task"
  | "POST /api/tasks/:task/decision"
  | "POST /api/tasks/:task/close"
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
      faultsOf(task).map((fault) => ({ where: `body.tasks.${i}`, ...fault })),
    );
    if (problems.length > 0) throw badTask(problems);
    // What is there already and the same is passed over, so that sending again is safe.
    return alone(async () => {
      const fresh = new Map<string, TaskData>();
      for (const task of tasks) {
        const known = fresh.get(task.task) ?? (await store.task(task.task));
        if (!known) fresh.set(task.task, task);
        else if (!isDeepStrictEqual(dataOf(known), task))
          throw new Refusal(`another task has the id ${task.task}`, {
            ...{ code: "task-taken", status: 409, values: { task: task.task } },
          });
      }
      await append(...[...fresh.values()].map((task) => entry("task", me.name, task)));
      return { added: fresh.size };
    });
  },

  "PUT /api/tasks/:task": async ({ me, query, body: { use, gold, assigned, overlap } }, services) => {
    const found = await taskOf(services, query.task);
    requireOpen(found);
    const { qualification: _q, gold: _g, assigned: _a, overlap: _o, ...same } = dataOf(found);
    const task: TaskData = {
      ...same,
      ...(use === "qualification" && { qualification: true }),
      ...(use !== "work" && gold && { gold }),
      ...(assigned && { assigned }),
      ...(overlap !== undefined && { overlap }),
    };
    const faults = faultsOf(task);
    if (use === "gold" && !gold) faults.push(misfit("no-gold", "a test question needs its right answer"));
    if (faults.length > 0) throw badTask(faults.map((fault) => ({ where: "body", ...fault })));
    // Without a source its text would from now on be taken for the manager's.
    await services.append(services.entry("task", me.name, { ...task, source: task.source ?? "" }));
    return {};
  },

  "POST /api/tasks/:task/decision": async ({ me, query, body: { id, ...said } }, services) => {
    const { store, settings, append, entry } = services;
    const task = await taskOf(services, query.task);
    if (task.type !== "compare" && task.type !== "clips") throw wrongAnswer("only what people compare can be decided");
    const { form } = await settings();
    requireForm({ ...form, prompt: [], answer: [] }, said, task); // the comparison alone
    const data = decisionOf(task, said);
    const before = await store.entry<EntryKind>(id);
    if (!before) await append({ ...entry("judgement", me.name, data), id });
    else if (before.by !== me.name || !isDeepStrictEqual(before.data, data))
      throw new Refusal("another entry has this id", { code: "id-taken", status: 409 });
    return {};
  },

  "POST /api/tasks/:task/close": async ({ me, query: { task } }, { store, append, entry }) => {
    const found = await taskOf({ store }, task);
    if (!found.closed) await append(entry("close", me.name, { task }));
    return {};
  },
};

const badTask = (problems: readonly Fault[]) =>
  new Refusal(`a task cannot be used: ${problems[0]?.where}: ${problems[0]?.message}`, {
    code: "bad-task",
    status: 422,
    problems: problems.slice(0, 20),
  });

const longestId = 200;

function faultsOf({ task, type, completions: { length: count }, gold, scores }: TaskData): Misfit[] {
  const judged = gold?.groups.flat() ?? [];
  const faults: Misfit[] = [];
  if (task.length > longestId) {
    const message = `its id is longer than ${longestId} characters`;
    faults.push(misfit("long-id", message, { maximum: longestId }));
  }
  if (type === "compare" && count < 2)
    faults.push(misfit("one-completion", "there are fewer than two completions to compare"));
  if (new Set(judged).size !== judged.length || judged.some((i) => i >= count))
    faults.push(misfit("gold-not-once", "gold names a completion twice or one that is not there"));
  if (scores && scores.length !== count) {
    const message = `it has ${scores.length} scores for ${count} completions`;
    faults.push(misfit("column-length", message, { name: "scores", given: scores.length, completions: count }));
  }
  return faults;
}

const dataOf = (task: TaskData | TaskState): TaskData => {
  const { at, closed, wanted, answered, ...data } = task as TaskState;
  return data;
};
