import { z } from "zod";
import { Clip } from "./clips.ts";
import { Form, Reply } from "./form.ts";
import { ulidPattern } from "./ulid.ts";

const Message = z.looseObject({ role: z.string(), content: z.string() });
/** A prompt or a completion: plain text, or messages of a conversation. */
export const Text = z.union([z.string(), z.array(Message).min(1)]);
export type Text = z.infer<typeof Text>;

const taskId = z.string().min(1).describe("id of the task, see tasksOf");
const given = {
  seconds: z.number().nonnegative().describe("from seeing the task to handing in"),
  ui: z.string().describe("where it was given: terminal, studio, simulation, import"),
  note: z.string().optional().describe("the person's reasons"),
};

/** What a person said about the completions of one task, as given; pairs are derived when data are exported. */
export const Judgement = z
  .strictObject({
    task: taskId,
    decides: z.string().min(1).optional().describe("the disputed task on which this is the decision"),
    prompt: Text,
    completions: z.array(Text),
    groups: z
      .array(z.array(z.int().nonnegative()).min(1))
      .describe("indices of completions, best group first; one group holds what is equally good"),
    order: z.array(z.int().nonnegative()).describe("order[i] = index of the completion shown at place i"),
    ...given,
    strength: z.int().min(1).max(4).optional().describe("how much better, where two were compared"),
    labels: z.record(z.string(), Reply).optional().describe("answers to questions about the prompt"),
    ratings: z.record(z.string(), z.array(z.number().nullable())).optional().describe("one number a completion"),
    flags: z.record(z.string(), z.array(Reply)).optional().describe("one answer a completion"),
    model: z.string().optional().describe("what wrote the completions"),
    models: z.array(z.string()).optional().describe("what wrote each completion, where that differs"),
    sampling: z.int().optional().describe("the seed of the sampling"),
    policyVersion: z.int().optional(),
    scores: z.array(z.number()).optional().describe("a reward model's scores of the completions at that time"),
  })
  .superRefine(({ groups, order, completions, ratings, flags }, context) => {
    const issue = (path: string, misfit: string, message: string, values = {}) =>
      context.addIssue({ code: "custom", path: [path], message, params: { misfit, ...values } });
    const judged = groups.flat();
    const all = completions.map((_, i) => i);
    if (new Set(judged).size !== judged.length || judged.some((i) => i >= completions.length))
      issue("groups", "not-each-once", "names a completion twice or one that is not there");
    if (order.length !== all.length || !all.every((i) => order.includes(i)))
      issue("order", "no-order", "is not an order of all the completions");
    for (const [path, columns] of Object.entries({ ratings, flags })) {
      for (const [name, column] of Object.entries(columns ?? {})) {
        if (column.length !== all.length)
          issue(path, "column-length", `${name} has ${column.length} values for ${all.length} completions`, {
            ...{ name, given: column.length, completions: all.length },
          });
      }
    }
  });
export type Judgement = z.infer<typeof Judgement>;

/** An answer that a person wrote, or a model's that a person edited. */
export const Demonstration = z.strictObject({
  task: taskId,
  prompt: Text,
  completion: Text,
  ...given,
  draft: Text.optional().describe("what a model had written before"),
  model: z.string().optional(),
});
export type Demonstration = z.infer<typeof Demonstration>;

/** A conversation that has ended; each of its turns is a judgement of the task `<task>/<id of the turn>`. */
const Conversation = z.strictObject({
  task: taskId,
  messages: z.array(Message).min(1),
  ...given,
  rating: z.int().min(1).max(5).optional(),
  model: z.string().optional(),
});

export const taskTypes = ["compare", "demonstrate", "converse", "clips"] as const;

/**
 * Work for people. `completions` are compared, or the first is the draft of a demonstration. Of `clips`, two clips of
 * behaviour that are compared, `prompt` says what is wanted and `completions` are their names.
 */
export const TaskData = z
  .strictObject({
    task: taskId,
    type: z.enum(taskTypes),
    prompt: Text,
    completions: z.array(Text),
    model: z.string().optional(),
    policyVersion: z.int().optional(),
    scores: z.array(z.number()).optional(),
    uncertainty: z.number().optional().describe("how little a reward model or an ensemble knows the order"),
    overlap: z.int().min(1).optional().describe("how many people shall answer it; default: the project's"),
    assigned: z.array(z.string()).optional().describe("the people who may answer it; default: everybody"),
    gold: z
      .strictObject({ groups: z.array(z.array(z.int().nonnegative()).min(1)).min(1), why: z.string().optional() })
      .optional()
      .describe("the right answer of a test question"),
    repeats: z.string().optional().describe("the task that this one asks again, to compare a person with himself"),
    qualification: z.boolean().optional().describe("part of the test before the work"),
    language: z.string().optional().describe("BCP 47"),
    source: z.string().optional().describe("where it came from: a file, a run, a person"),
    clips: z.tuple([Clip, Clip]).optional(),
  })
  .superRefine(({ type, clips, completions }, context) => {
    const issue = (path: string, misfit: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message, params: { misfit } });
    if ((clips !== undefined) !== (type === "clips"))
      issue("clips", "clips-elsewhere", "belong to tasks of the type clips, and to no other");
    if (type === "clips" && completions.length !== 2) issue("completions", "not-two-clips", "names the two clips");
  });
export type TaskData = z.infer<typeof TaskData>;

export const roles = ["owner", "manager", "annotator", "viewer"] as const;
export type Role = (typeof roles)[number];

export const Person = z.strictObject({
  name: z.string().min(1).max(80).describe("as in `by`: never changes"),
  role: z.enum(roles),
  display: z.string().min(1).max(80).optional(),
  synthetic: z.boolean().optional().describe("a simulated annotator: left out unless asked for"),
  removed: z.boolean().optional(),
});
export type Person = z.infer<typeof Person>;

export const orders = ["oldest", "random", "uncertain", "disputed"] as const;

/** How a project works; the last entry counts. */
export const Settings = z.strictObject({
  title: z.string().max(200).default(""),
  guidelines: z.string().default("").describe("Markdown, shown beside every task"),
  form: Form,
  overlap: z.int().min(1).max(100).default(1).describe("how many people answer each task"),
  order: z.enum(orders).default("oldest").describe("which waiting task comes first"),
  leaseSeconds: z.int().min(10).default(600).describe("how long a task is kept for the person who got it"),
  repeatShare: z.number().min(0).max(0.5).default(0).describe("share of tasks that a person is asked again"),
  goldShare: z.number().min(0).max(0.5).default(0).describe("share of tasks that are test questions"),
  passMark: z.number().min(0).max(1).default(0.8).describe("share of the qualification test that must be right"),
  seed: z.int().default(0).describe("of the order in which answers are shown"),
  model: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe("path in the project of the model that answers in conversations and writes drafts"),
});
export type Settings = z.infer<typeof Settings>;

const common = {
  format: z.literal(1),
  id: z.string().regex(ulidPattern, "is not a ULID"),
  at: z.iso.datetime(),
  by: z.string().min(1).describe("who: a display name or an account"),
};

/**
 * One line of the journal. A retraction takes back what the same person last said of the task; `close` ends a task; a
 * `forgotten` stands where a person's entries were taken out.
 */
export const Entry = z.discriminatedUnion("kind", [
  z.strictObject({ ...common, kind: z.literal("judgement"), data: Judgement }),
  z.strictObject({ ...common, kind: z.literal("demonstration"), data: Demonstration }),
  z.strictObject({ ...common, kind: z.literal("conversation"), data: Conversation }),
  z.strictObject({
    ...common,
    kind: z.literal("skip"),
    data: z.strictObject({ task: taskId, reason: z.string().optional() }),
  }),
  z.strictObject({ ...common, kind: z.literal("retraction"), data: z.strictObject({ task: taskId }) }),
  z.strictObject({
    ...common,
    kind: z.literal("comment"),
    data: z.strictObject({ task: taskId.optional(), text: z.string().min(1) }),
  }),
  z.strictObject({ ...common, kind: z.literal("task"), data: TaskData }),
  z.strictObject({ ...common, kind: z.literal("close"), data: z.strictObject({ task: taskId }) }),
  z.strictObject({ ...common, kind: z.literal("settings"), data: Settings }),
  z.strictObject({ ...common, kind: z.literal("person"), data: Person }),
  z.strictObject({
    ...common,
    kind: z.literal("action"),
    data: z
      .strictObject({ action: z.string().min(1), detail: z.record(z.string(), z.unknown()).optional() })
      .describe("what else was changed, for the audit: a run started, an import, an export"),
  }),
  z.strictObject({
    ...common,
    kind: z.literal("forgotten"),
    data: z.strictObject({ person: z.string().describe("a pseudonym"), entries: z.int().nonnegative() }),
  }),
]);
export type Entry = z.infer<typeof Entry>;
export type EntryKind = Entry["kind"];
export type EntryOf<K extends EntryKind> = Extract<Entry, { kind: K }>;
export type JudgementEntry = EntryOf<"judgement">;

/** What answers a task, or takes an answer back. */
export type WordEntry = EntryOf<"judgement" | "demonstration" | "conversation" | "skip" | "retraction">;
const words: ReadonlySet<EntryKind> = new Set<WordEntry["kind"]>([
  ...(["judgement", "demonstration", "conversation", "skip", "retraction"] as const),
]);
export const isWord = (entry: Entry): entry is WordEntry => words.has(entry.kind);

/** What counts: for each person and task the last word, in the order of the journal. */
export function lastWords(entries: readonly Entry[]): WordEntry[] {
  const last = new Map<string, WordEntry>();
  for (const entry of entries) {
    if (!isWord(entry)) continue;
    const key = JSON.stringify([entry.by, entry.data.task]);
    last.delete(key); // so that a later word also stands later
    last.set(key, entry);
  }
  return [...last.values()].filter(({ kind }) => kind !== "retraction");
}

/** The judgements that count. */
export const judgementsOf = (entries: readonly Entry[]): JudgementEntry[] =>
  lastWords(entries).filter((entry) => entry.kind === "judgement");
