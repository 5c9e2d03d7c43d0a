/**
 * What travels between the server and its pages, one line a route: who may call it, what goes in, what comes out. The
 * server checks requests by it, OpenAPI is made from it, and web/ imports its types.
 */
import { z } from "zod";
import {
  Clip,
  exportFormats,
  Form,
  importFormats,
  Person,
  Reply,
  roles,
  Settings,
  TaskData,
  Text,
  taskTypes,
} from "../feedback/index.ts";
import { conversingRoutes } from "./protocol-conversing.ts";
import { RunState, runRoutes } from "./protocol-runs.ts";
import { type Route, route } from "./route.ts";

export type { Misfits, RefusalCode } from "./refusals.ts";
export { type Permission, permissions, type Route } from "./route.ts";

const Name = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "holds control characters");
const Password = z.string().min(10).max(1000);
const Ulid = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, "is not a ULID");
const Time = z.iso.datetime();
const Empty = z.strictObject({});
const Page = { after: z.string().optional(), limit: z.coerce.number().int().min(1).max(500).default(50) };

export const Me = z.strictObject({
  /** Null: nobody has given a name yet. */
  person: z.strictObject({ name: z.string(), display: z.string(), role: z.enum(roles) }).nullable(),
  /** `local`: on one's own machine, names without passwords. */
  mode: z.enum(["local", "accounts"]),
  title: z.string(),
  /** Whether this browser may say a name; on one's own machine only after the link that the terminal shows. */
  linked: z.boolean(),
  /** Who else uses this machine; empty where there are accounts. */
  names: z.array(z.string()),
  version: z.string(),
});
export type Me = z.infer<typeof Me>;

/** A task as an annotator sees it: nothing that could sway, neither models nor scores nor others' answers. */
export const TaskView = z.strictObject({
  task: z.string(),
  type: z.enum(taskTypes),
  prompt: Text,
  completions: z.array(Text),
  /** order[i] = index of the completion to be shown at place i. */
  order: z.array(z.int()),
  /** Of a task of the type clips. */
  clips: z.tuple([Clip, Clip]).optional(),
  language: z.string().optional(),
  /** Part of the test before the work. */
  qualification: z.boolean(),
  /** Until when it is kept for this person. */
  until: Time,
  /** What this person said of it before, when it is being changed. */
  said: z.lazy(() => Word).optional(),
});
export type TaskView = z.infer<typeof TaskView>;

const handIn = {
  id: Ulid.describe("made by the caller: sending the same again is safe"),
  task: z.string().min(1).max(200),
  seconds: z.number().min(0).max(1e7),
  note: z.string().max(20_000).optional(),
};
const groups = z.array(z.array(z.int().nonnegative()).min(1)).max(100);
const strength = z.int().min(1).max(4).optional();
const Column = z.array(Reply);
const LongText = z.string().min(1).max(200_000);

/** An answer to a task. Indices are of the completions as the task has them, not of their places on the screen. */
export const Word = z.discriminatedUnion("kind", [
  z.strictObject({
    ...handIn,
    kind: z.literal("judgement"),
    groups,
    strength,
    labels: z.record(z.string(), Reply).optional(),
    ratings: z.record(z.string(), z.array(z.number().nullable())).optional(),
    flags: z.record(z.string(), Column).optional(),
  }),
  z.strictObject({ ...handIn, kind: z.literal("demonstration"), completion: LongText }),
  z.strictObject({ ...handIn, kind: z.literal("conversation"), rating: z.int().min(1).max(5).optional() }),
  z.strictObject({ id: Ulid, task: handIn.task, kind: z.literal("skip"), reason: z.string().max(2000).optional() }),
  z.strictObject({ id: Ulid, task: handIn.task, kind: z.literal("retraction") }),
]);
export type Word = z.infer<typeof Word>;

const Acknowledged = z.strictObject({
  id: Ulid,
  /** The time was over and others have the task by now, or have answered it; the answer counts all the same. */
  late: z.boolean(),
  /** For test questions of the qualification: whether it was right, and why. */
  gold: z.strictObject({ right: z.boolean(), why: z.string().optional() }).optional(),
});

/** One of my last answers. */
const Mine = z.strictObject({ at: Time, task: z.string(), prompt: Text, word: Word });

const Interval = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });
const Measured = Interval.extend({ n: z.int() }).nullable();

/** How people agree. Intervals are bootstraps over tasks, 95 %; null: too little to say. */
export const Agreement = z.strictObject({
  /** Share of pairs of answers that two people order alike. */
  pairs: Measured,
  /** Krippendorff's α of the ranks, ordinal. */
  alpha: Measured,
  /** Fleiss' κ of which of two answers is better, a tie being a third choice. */
  fleiss: Measured,
  /** Kendall's W, mean over tasks. */
  kendallW: Measured,
});

export const PersonReport = z.strictObject({
  name: z.string(),
  synthetic: z.boolean(),
  judgements: z.int(),
  demonstrations: z.int(),
  skips: z.int(),
  /** Median seconds a task. */
  seconds: z.number().nullable(),
  /** Kendall's τ-b with the ranking of the others, mean over tasks; likewise below. */
  consensus: Measured,
  gold: Measured,
  self: Measured,
  /** Share of judgements that put the answer shown first on top, against 1/K. */
  firstPlace: z.strictObject({ share: z.number(), expected: z.number() }).nullable(),
});

export const Dashboard = z.strictObject({
  tasks: z.strictObject({ open: z.int(), done: z.int(), closed: z.int() }),
  words: z.strictObject({ judgement: z.int(), demonstration: z.int(), conversation: z.int(), skip: z.int() }),
  synthetic: z.int(),
  /** Answers a day, the last 30 days with any. */
  days: z.array(z.strictObject({ day: z.string(), count: z.int() })),
  medianSeconds: z.number().nullable(),
  agreement: Agreement,
  /** Per question of the form: Krippendorff's α (nominal, or interval for ratings). */
  questions: z.array(z.strictObject({ name: z.string(), part: z.enum(["prompt", "answer"]), alpha: Measured })),
  people: z.array(PersonReport),
  /** Tasks on which people disagree most, the worst first. */
  disputed: z.array(z.strictObject({ task: z.string(), prompt: z.string(), tau: z.number(), people: z.int() })),
  /** When it was asked for what it shows, and whether nothing has come since; if something has, a newer one is being made. */
  at: Time,
  current: z.boolean(),
});
export type Dashboard = z.infer<typeof Dashboard>;

const TaskRow = z.strictObject({
  task: z.string(),
  type: z.enum(taskTypes),
  prompt: Text,
  at: Time,
  closed: z.boolean(),
  wanted: z.int(),
  answered: z.int(),
  completions: z.int(),
});

export const Comment = z.strictObject({ id: z.string(), at: Time, by: z.string(), text: z.string() });
export type Comment = z.infer<typeof Comment>;

/** What was decided where people disagree; exports take it in place of what they said. */
export const Decision = z.strictObject({
  at: Time,
  by: z.string(),
  groups,
  strength,
  note: z.string().optional(),
});
export type Decision = z.infer<typeof Decision>;

/** What everybody sees of a task who may see others' answers: those who watch, and those who have answered. */
const discussion = { comments: z.array(Comment), decision: Decision.nullable() };

const TaskPage = z.strictObject({
  task: TaskData,
  at: Time,
  closed: z.boolean(),
  wanted: z.int(),
  answered: z.int(),
  /** `messages`: of a conversation. */
  words: z.array(z.strictObject({ at: Time, by: z.string(), word: Word, messages: Text.optional() })),
  /** Bradley–Terry strengths of the completions with ties, log scale, mean 0; null without comparisons. */
  consensus: z.array(Interval).nullable(),
  ...discussion,
});

/** What an error is, for whoever says it in other words: its sentence's numbers and names beside its code. */
const values = z.record(z.string(), z.union([z.string(), z.number()])).optional();
/** What is wrong at one place of what was sent. */
const Misfit = z.strictObject({ where: z.string(), message: z.string(), code: z.string().optional(), values });

const ImportReport = z.strictObject({
  /** What the file was taken for; null: for nothing that is known. */
  format: z.enum(importFormats).nullable(),
  rows: z.int(),
  /** What the usable rows hold, and how many of their entries were there before. */
  tasks: z.int(),
  judgements: z.int(),
  demonstrations: z.int(),
  known: z.int(),
  /** The first 20 rows that could not be used, and how many there were. */
  bad: z.array(
    z.strictObject({ line: z.int(), code: z.string(), message: z.string(), where: z.string().optional(), values }),
  ),
  badCount: z.int(),
  /** Of the list of all of them, kept for a day; null where there are none. */
  list: z.string().nullable(),
});

/** Who has clips compared, and how far that is. */
export const Asking = z.strictObject({
  /** Its name, and whether a run of this project has it. */
  by: z.string(),
  isRun: z.boolean(),
  status: RunState.nullable(),
  /** Answers that it wants in all, where its settings say so. */
  budget: z.int().nullable(),
  /** Pairs so far, and those of which somebody has said something. */
  asked: z.int(),
  labelled: z.int(),
  /** Share of the pairs which two people answered alike, with its 95 % interval (Wilson); null: no pair has two answers. */
  agreement: Interval.extend({ pairs: z.int() }).nullable(),
});
export type Asking = z.infer<typeof Asking>;

/** What is kept for the audit besides entries of the journal; the page that shows the history says it in its language. */
export type Action =
  | "sign-in"
  | "sign-out"
  | "password changed"
  | "invitation"
  | "sessions ended"
  | "key made"
  | "key deleted"
  | "import"
  | "export"
  | "sample"
  | "sample-stop"
  | "trial"
  | "trial-stop"
  | "run-start"
  | "run-stop"
  | "run-resume";

const taskPath = z.strictObject({ task: z.string().min(1).max(200) });

const feedbackRoutes = {
  "GET /healthz": route({ permission: "anyone", reply: z.strictObject({ ok: z.literal(true) }) }),
  "GET /api/openapi.json": route({ permission: "anyone", reply: z.looseObject({ openapi: z.string() }) }),
  "GET /api/me": route({ permission: "anyone", reply: Me }),
  /** Lets a browser in by the link that the terminal shows, `/#key=…`; each works once. */
  "POST /api/link": route({ permission: "anyone", body: z.strictObject({ key: z.string().max(200) }), reply: Me }),
  "POST /api/sign-in": route({
    permission: "anyone",
    body: z.strictObject({ name: Name, password: z.string().max(1000).optional() }),
    reply: Me,
  }),
  "POST /api/join": route({
    permission: "anyone",
    /** Of the link `/#invitation=…`; each works once. */
    body: z.strictObject({ invitation: z.string().max(200), name: Name, password: Password }),
    reply: Me,
  }),
  /** Sets one's own password anew, and signs one out everywhere else. */
  "PUT /api/password": route({
    permission: "me",
    body: z.strictObject({ before: z.string().max(1000), password: Password }),
    reply: Empty,
  }),
  "POST /api/sign-out": route({ permission: "me", body: Empty, reply: Empty }),

  "GET /api/settings": route({ permission: "me", reply: Settings }),
  "PUT /api/settings": route({ permission: "manage", body: Settings, reply: Settings }),
  "GET /api/forms": route({ permission: "me", reply: z.record(z.string(), Form) }),
  /** What is wrong with a form that is being written, by the path in it; nothing is saved. */
  "POST /api/forms/check": route({
    permission: "manage",
    body: z.strictObject({ form: z.unknown() }),
    reply: z.strictObject({ problems: z.array(Misfit) }),
  }),

  "POST /api/leases": route({
    permission: "label",
    body: z.strictObject({ count: z.int().min(1).max(5).default(3) }),
    reply: z.strictObject({
      tasks: z.array(TaskView),
      /** Answered by this person so far, and tasks that wait for anybody. */
      answered: z.int(),
      waiting: z.int(),
      qualification: z.enum(["none", "open", "passed", "failed"]),
    }),
  }),
  "POST /api/releases": route({
    permission: "label",
    body: z.strictObject({ tasks: z.array(z.string()).max(100).optional() }),
    reply: Empty,
  }),
  /** Keeps a task for who is at work on it. */
  "POST /api/tasks/:task/renewal": route({
    permission: "label",
    query: taskPath,
    body: Empty,
    /** Until when; null: the time was over and others have it, or have answered it. */
    reply: z.strictObject({ until: Time.nullable() }),
  }),
  "POST /api/words": route({ permission: "label", body: Word, reply: Acknowledged, limit: 4 << 20 }),
  "GET /api/words/mine": route({
    permission: "label",
    query: z.strictObject({ limit: Page.limit }),
    reply: z.array(Mine),
  }),
  "GET /api/tasks/:task/view": route({ permission: "label", query: taskPath, reply: TaskView }),
  /** What others said of a task, once I have answered it. */
  "GET /api/tasks/:task/others": route({
    permission: "label",
    query: taskPath,
    reply: z.strictObject({ words: z.array(z.strictObject({ at: Time, by: z.string(), word: Word })), ...discussion }),
  }),
  /** Of who asked this task, or else the newest one of clips. */
  "GET /api/clips": route({
    permission: "label",
    query: z.strictObject({ task: z.string().max(200).optional() }),
    /** Null: nobody has asked. */
    reply: z.strictObject({ asking: Asking.nullable() }),
  }),
  "POST /api/comments": route({
    permission: "label",
    body: z.strictObject({ id: Ulid, task: z.string().optional(), text: z.string().min(1).max(20_000) }),
    reply: Empty,
  }),

  "GET /api/dashboard": route({
    permission: "watch",
    query: z.strictObject({ synthetic: z.enum(["with", "without"]).default("without") }),
    reply: Dashboard,
  }),
  "GET /api/tasks": route({
    permission: "watch",
    query: z.strictObject({
      state: z.enum(["open", "done", "closed"]).optional(),
      text: z.string().max(200).optional(),
      ...Page,
    }),
    reply: z.array(TaskRow),
  }),
  "GET /api/tasks/:task": route({ permission: "watch", query: taskPath, reply: TaskPage }),
  "GET /api/history": route({
    permission: "watch",
    query: z.strictObject(Page),
    reply: z.array(z.strictObject({ id: z.string(), at: Time, by: z.string(), kind: z.string(), summary: z.string() })),
  }),
  "GET /api/events": route({ permission: "me" }),

  "POST /api/tasks": route({
    permission: "manage",
    body: z.strictObject({ tasks: z.array(TaskData).min(1).max(1000) }),
    reply: z.strictObject({ added: z.int() }),
    limit: 32 << 20,
  }),
  /** What a task is for, who gets it, and how many; what is left out becomes the project's default. */
  "PUT /api/tasks/:task": route({
    permission: "manage",
    query: taskPath,
    body: z.strictObject({
      use: z.enum(["work", "gold", "qualification"]),
      gold: TaskData.shape.gold,
      assigned: z.array(z.string().min(1).max(80)).min(1).max(1000).optional(),
      overlap: TaskData.shape.overlap,
    }),
    reply: Empty,
  }),
  "POST /api/tasks/:task/decision": route({
    permission: "manage",
    query: taskPath,
    body: z.strictObject({
      ...{ id: Ulid, groups: groups.min(1), strength, note: handIn.note, seconds: handIn.seconds },
    }),
    reply: Empty,
  }),
  "POST /api/tasks/:task/close": route({ permission: "manage", query: taskPath, body: Empty, reply: Empty }),
  /** Rows may be taken in before one fails the rest; sent again, the file adds what is missing. */
  "POST /api/import": route({
    permission: "manage",
    slow: true,
    query: z.strictObject({
      format: z.enum(importFormats).default("auto"),
      name: z.string().max(200).default("upload"),
    }),
    reply: ImportReport,
    limit: 1 << 30,
  }),
  /** All rows that an import could not use, as JSON lines. */
  "GET /api/imports/:list/bad-rows": route({
    permission: "manage",
    query: z.strictObject({ list: z.string().max(100) }),
  }),
  "GET /api/export": route({
    permission: "manage",
    query: z.strictObject({
      format: z.enum(exportFormats),
      file: z.enum(["jsonl", "parquet"]).default("jsonl"),
      names: z.enum(["yes", "no"]).default("no"),
      decisions: z.enum(["prefer", "ignore"]).default("prefer"),
      synthetic: z.enum(["with", "without"]).default("without"),
      by: z.string().optional(),
      since: Time.optional(),
      until: Time.optional(),
    }),
  }),

  "GET /api/people": route({ permission: "own", reply: z.array(Person) }),
  "PUT /api/people/:name": route({
    permission: "own",
    query: z.strictObject({ name: Name }),
    body: z.strictObject({ role: z.enum(roles).optional(), display: Name.optional(), removed: z.boolean().optional() }),
    reply: Person,
  }),
  "POST /api/invitations": route({
    permission: "own",
    body: z.strictObject({
      role: z.enum(roles),
      name: Name.optional().describe("of somebody who is there: the link sets a new password"),
    }),
    /** The link begins with a slash and names whom it is for, if anybody: it belongs behind the address by which people reach this server. */
    reply: z.strictObject({ link: z.string(), until: Time }),
  }),
  "GET /api/keys": route({
    permission: "own",
    reply: z.array(z.strictObject({ id: z.string(), label: z.string(), at: Time })),
  }),
  "POST /api/keys": route({
    permission: "own",
    body: z.strictObject({ label: z.string().trim().min(1).max(80) }),
    /** The key is shown this once. */
    reply: z.strictObject({ id: z.string(), key: z.string() }),
  }),
  "DELETE /api/keys/:id": route({ permission: "own", query: z.strictObject({ id: z.string() }), reply: Empty }),
  "DELETE /api/sessions/:name": route({ permission: "own", query: z.strictObject({ name: Name }), reply: Empty }),
} as const satisfies Record<string, Route>;

export const routes = { ...feedbackRoutes, ...conversingRoutes, ...runRoutes } as const satisfies Record<string, Route>;

export type Routes = typeof routes;
export type RouteName = keyof Routes;
type In<S> = S extends z.ZodType ? z.input<S> : undefined;
type Out<S> = S extends z.ZodType ? z.output<S> : undefined;
type Part<R, K extends string> = R extends Readonly<Record<K, infer S>> ? S : undefined;
/** What a caller sends and gets. */
export type QueryOf<N extends RouteName> = In<Part<Routes[N], "query">>;
export type BodyOf<N extends RouteName> = In<Part<Routes[N], "body">>;
export type ReplyOf<N extends RouteName> = Out<Part<Routes[N], "reply">>;

/** Every reply that is not 2xx. `code` is explained in docs/errors. */
export const ErrorReply = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    values,
    help: z.string().optional(),
    /** What is wrong where in the request. */
    problems: z.array(Misfit).optional(),
  }),
});
export type ErrorReply = z.infer<typeof ErrorReply>;

/** What the server says by itself (`GET /api/events`, server-sent). */
export type Event =
  | { readonly type: "words"; readonly by: string; readonly task: string }
  | { readonly type: "tasks" }
  | { readonly type: "settings" }
  /** How far one's own import is; `share`: of the file's bytes, null where that is not known. */
  | {
      readonly type: "import";
      readonly by: string;
      readonly name: string;
      readonly rows: number;
      readonly share: number | null;
    }
  /** A run was started, has ended, or has got further. */
  | { readonly type: "run"; readonly run: string };
