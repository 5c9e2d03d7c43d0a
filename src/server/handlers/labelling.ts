/** What annotators do: get tasks, answer them, look at and change what they said. */
import { forms } from "../../feedback/index.ts";
import type { Handlers } from "../call.ts";
import { askingOf } from "../labelling/asking.ts";
import { commentsOn, decisionOn } from "../labelling/discussion.ts";
import { changeable, handIn, requireAccess, taskFor, taskOf } from "../labelling/hand-in.ts";
import { qualificationOf } from "../labelling/qualification.ts";
import { viewOf } from "../labelling/view.ts";
import { wordOf } from "../labelling/word.ts";
import { mayCall } from "../permissions.ts";
import { Refusal } from "../refusal.ts";

export const labelling: Handlers<
  | "GET /api/settings"
  | "GET /api/forms"
  | "POST /api/leases"
  | "POST /api/releases"
  | "POST /api/tasks/:task/renewal"
  | "POST /api/words"
  | "GET /api/words/mine"
  | "GET /api/tasks/:task/view"
  | "GET /api/tasks/:task/others"
  | "GET /api/clips"
  | "POST /api/comments"
> = {
  "GET /api/settings": (_, { settings }) => settings(),
  "GET /api/forms": () => forms,

  "POST /api/leases": async ({ me, body: { count } }, { store, settings, waiting }) => {
    const { seed, passMark } = await settings();
    const state = await qualificationOf(store, me.name, passMark);
    const leases = state === "failed" ? [] : await store.lease(me.name, count); // the test comes first
    return {
      tasks: leases.map(({ task, until }) => viewOf(task, { by: me.name, seed, until })),
      answered: await store.answeredBy(me.name),
      waiting: await waiting(),
      qualification: state,
    };
  },
  "POST /api/releases": async ({ me, body: { tasks } }, { store }) => {
    await store.release(me.name, tasks);
    return {};
  },

  "POST /api/tasks/:task/renewal": async ({ me, query }, services) => {
    const task = await taskFor(services, query.task, me);
    await requireAccess(services, task, me);
    const until = await services.store.renew(me.name, task.task);
    return { until: until === undefined ? null : new Date(until).toISOString() };
  },

  "POST /api/words": ({ me, body }, services) => handIn(services, body, me),
  "GET /api/words/mine": async ({ me, query: { limit } }, { store }) => {
    const words = await store.words({
      by: me.name,
      newestFirst: true,
      limit: Math.min(limit, changeable),
      synthetic: true,
      ofTasks: true,
    });
    const listed = words.map(async (entry) => {
      const task = await store.task(entry.data.task);
      return task ? [{ at: entry.at, task: task.task, prompt: task.prompt, word: wordOf(entry) }] : []; // forgotten since
    });
    return (await Promise.all(listed)).flat();
  },
  "GET /api/tasks/:task/view": async ({ me, query }, services) => {
    const { store, now } = services;
    const task = await taskFor(services, query.task, me);
    const [said] = await store.words({ by: me.name, task: task.task, synthetic: true });
    const { seed } = await services.settings();
    const until = (await store.heldUntil(me.name, task.task)) ?? now();
    return viewOf(task, { by: me.name, seed, until, said: said && wordOf(said) });
  },
  "GET /api/tasks/:task/others": async ({ me, query }, services) => {
    const task = await taskFor(services, query.task, me);
    const words = await services.store.words({ task: task.task });
    if (!words.some(({ by, kind }) => by === me.name && kind !== "skip"))
      throw new Refusal("what others said is shown to those who have answered", {
        code: "not-answered-yet",
        status: 403,
      });
    return {
      words: words
        .filter(({ by }) => by !== me.name)
        .map((entry) => ({ at: entry.at, by: entry.by, word: wordOf(entry) })),
      comments: await commentsOn(services.store, task.task),
      decision: await decisionOn(services.store, task.task),
    };
  },

  "GET /api/clips": async ({ me, query: { task } }, services) => ({
    asking: await askingOf(services.store, task === undefined ? undefined : await taskFor(services, task, me)),
  }),

  "POST /api/comments": async ({ me, body: { id, task, text } }, services) => {
    if (task !== undefined) await (mayCall(me.role, "watch") ? taskOf(services, task) : taskFor(services, task, me));
    const before = await services.store.entry(id);
    const data = { ...(task !== undefined && { task }), text };
    if (!before) await services.append({ ...services.entry("comment", me.name, data), id });
    else if (before.by !== me.name || before.kind !== "comment" || before.data.text !== text)
      throw new Refusal("another entry has this id", { code: "id-taken", status: 409 });
    return {};
  },
};
