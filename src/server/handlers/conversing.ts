/** Talking with the project's model, and starting from what it would write. */
import type { Person, TaskState } from "../../feedback/index.ts";
import type { Handlers } from "../call.ts";
import { conversationOf, pick, say } from "../conversing/conversation.ts";
import { draftFor } from "../conversing/draft.ts";
import { requireAccess, taskFor, wrongAnswer } from "../labelling/hand-in.ts";
import type { conversingRoutes } from "../protocol-conversing.ts";
import type { Services } from "../services.ts";

export const conversing: Handlers<keyof typeof conversingRoutes> = {
  "GET /api/conversations/:task": async ({ me, query }, services) =>
    conversationOf(services, await taskOf(services, query.task, me, "converse"), me),
  "POST /api/conversations/:task/turns": async ({ me, query, body, request }, services) =>
    say(services, await openTask(services, query.task, me, "converse"), me, body, request.signal),
  "POST /api/conversations/:task/picks": async ({ me, query, body }, services) =>
    pick(services, await openTask(services, query.task, me, "converse"), me, body),

  "POST /api/tasks/:task/draft": async ({ me, query, request }, services) => {
    const task = await openTask(services, query.task, me, "demonstrate");
    if (task.completions.length > 0) throw wrongAnswer("this task has a draft already");
    const { text } = await draftFor(services, task, me, request.signal);
    return { text };
  },
};

async function taskOf(services: Services, id: string, me: Person, type: TaskState["type"]): Promise<TaskState> {
  const task = await taskFor(services, id, me);
  if (task.type === type) return task;
  throw wrongAnswer(`this is no task to ${type}, but to ${task.type}`);
}

async function openTask(services: Services, id: string, me: Person, type: TaskState["type"]): Promise<TaskState> {
  const task = await taskOf(services, id, me, type);
  await requireAccess(services, task, me);
  await services.store.renew(me.name, task.task); // who is talking is at work
  return task;
}
