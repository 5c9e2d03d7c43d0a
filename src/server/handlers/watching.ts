/** How the work stands, for those who may see what people said. */
import { consensusOf, type Entry, type EntryKind, type EntryOf, type Person } from "../../feedback/index.ts";
import type { Handlers } from "../call.ts";
import { eventStream } from "../event-stream.ts";
import { commentsOn, decisionOn } from "../labelling/discussion.ts";
import { taskOf } from "../labelling/hand-in.ts";
import { wordOf } from "../labelling/word.ts";
import { mayCall } from "../permissions.ts";
import type { Event } from "../protocol.ts";

export const watching: Handlers<
  "GET /api/dashboard" | "GET /api/tasks" | "GET /api/tasks/:task" | "GET /api/history" | "GET /api/events"
> = {
  "GET /api/dashboard": ({ query: { synthetic } }, { dashboards }) => dashboards.get(synthetic === "with"),

  "GET /api/tasks": async ({ query: { state, text, after, limit } }, { store }) => {
    const filter = { limit, ...(state && { state }), ...(text && { text }), ...(after && { after }) };
    return (await store.tasks(filter)).map(({ task, type, prompt, at, closed, wanted, answered, completions }) => ({
      ...{ task, type, prompt, at, closed, wanted, answered },
      completions: completions.length,
    }));
  },

  "GET /api/tasks/:task": async ({ query }, { store }) => {
    const found = await taskOf({ store }, query.task);
    const { at, closed, wanted, answered, ...task } = found;
    const words = await store.words({ task: query.task, synthetic: true });
    const judgements = words.filter((word) => word.kind === "judgement");
    return {
      ...{ task, at, closed, wanted, answered },
      words: words.map((entry) => ({
        ...{ at: entry.at, by: entry.by, word: wordOf(entry) },
        ...(entry.kind === "conversation" && { messages: entry.data.messages }),
      })),
      consensus: consensusOf(judgements),
      comments: await commentsOn(store, query.task),
      decision: await decisionOn(store, query.task),
    };
  },

  "GET /api/history": async ({ query: { after, limit } }, { store }) => {
    const entries = await store.history({ newestFirst: true, limit, ...(after && { after }) });
    return entries.map((entry) => ({ ...pickHead(entry), summary: summaryOf(entry) }));
  },

  "GET /api/events": ({ me, session, request }, services) =>
    eventStream(services, {
      session: session!.key,
      person: me.name,
      sees: (event) => sees(me, event),
      signal: request.signal,
    }),
};

/** Who answers when, and what is trained, is seen by those who watch; others hear of their own answers. */
function sees({ name, role }: Person, event: Event): boolean {
  if (event.type === "import") return event.by === name;
  return mayCall(role, "watch") || (event.type === "words" ? event.by === name : event.type !== "run");
}

const pickHead = ({ id, at, by, kind }: Entry) => ({ id, at, by, kind });

/** An entry in a few words, for the page that shows what happened. */
const summaries: { readonly [K in EntryKind]: (data: EntryOf<K>["data"]) => string } = {
  judgement: ({ task, groups }) => `${task}: ${groups.map((group) => group.join("=")).join(" > ")}`,
  demonstration: ({ task }) => task,
  conversation: ({ task }) => task,
  skip: ({ task, reason }) => (reason ? `${task}: ${reason}` : task),
  retraction: ({ task }) => task,
  comment: ({ task, text }) => [task, text.slice(0, 100)].filter((part) => part !== undefined).join(": "),
  task: ({ task, type }) => `${task} (${type})`,
  close: ({ task }) => task,
  settings: ({ title }) => title,
  person: ({ name, role, removed }) => `${name} (${removed ? "removed" : role})`,
  action: ({ action, detail }) => (detail ? `${action} ${JSON.stringify(detail).slice(0, 200)}` : action),
  forgotten: ({ person, entries }) => `${person}: ${entries}`,
};
const summaryOf = ({ kind, data }: Entry): string => (summaries[kind] as (data: unknown) => string)(data);
