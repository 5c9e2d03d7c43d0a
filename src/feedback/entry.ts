import { z } from "zod";
import { ulidPattern } from "./ulid.ts";

const Message = z.looseObject({ role: z.string(), content: z.string() });
/** A prompt or a completion: plain text, or messages of a conversation. */
export const Text = z.union([z.string(), z.array(Message).min(1)]);
export type Text = z.infer<typeof Text>;

/** What a person said about the completions of one task, as given; pairs are derived when data are exported. */
export const Judgement = z
  .strictObject({
    task: z.string().min(1).describe("id of the task, see tasksOf"),
    prompt: Text,
    completions: z.array(Text).min(2),
    groups: z
      .array(z.array(z.int().nonnegative()).min(1))
      .min(1)
      .describe("indices of completions, best group first; one group holds what is equally good"),
    order: z.array(z.int().nonnegative()).describe("order[i] = index of the completion shown at place i"),
    seconds: z.number().nonnegative(),
    ui: z.string().describe("where it was given: terminal, studio, simulation"),
    strength: z.int().min(1).optional().describe("how much better, where two were compared"),
    ratings: z.record(z.string(), z.number()).optional(),
    flags: z.array(z.string()).optional(),
    note: z.string().optional(),
    model: z.string().optional().describe("what wrote the completions"),
    policyVersion: z.int().optional(),
  })
  .superRefine(({ groups, order, completions }, context) => {
    const judged = groups.flat();
    const all = completions.map((_, i) => i);
    if (new Set(judged).size !== judged.length || judged.some((i) => i >= completions.length)) {
      context.addIssue({
        code: "custom",
        path: ["groups"],
        message: "names a completion twice or one that is not there",
      });
    }
    if (order.length !== all.length || !all.every((i) => order.includes(i))) {
      context.addIssue({ code: "custom", path: ["order"], message: "is not an order of all the completions" });
    }
  });
export type Judgement = z.infer<typeof Judgement>;

const common = {
  format: z.literal(1),
  id: z.string().regex(ulidPattern, "is not a ULID"),
  at: z.iso.datetime(),
  by: z.string().min(1).describe("who: a display name or an account"),
};
const aboutTask = z.strictObject({ task: z.string().min(1) });

/** One line of the journal. A retraction takes back what the same person last said of the task. */
export const Entry = z.discriminatedUnion("kind", [
  z.strictObject({ ...common, kind: z.literal("judgement"), data: Judgement }),
  z.strictObject({ ...common, kind: z.literal("skip"), data: aboutTask }),
  z.strictObject({ ...common, kind: z.literal("retraction"), data: aboutTask }),
]);
export type Entry = z.infer<typeof Entry>;
export type JudgementEntry = Extract<Entry, { kind: "judgement" }>;

/** What counts: for each person and task the last word, in the order of the journal. */
export function lastWords(entries: readonly Entry[]): Entry[] {
  const last = new Map<string, Entry>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.by, entry.data.task]);
    last.delete(key); // so that a later word also stands later
    last.set(key, entry);
  }
  return [...last.values()].filter(({ kind }) => kind !== "retraction");
}

/** The judgements that count. */
export const judgementsOf = (entries: readonly Entry[]): JudgementEntry[] =>
  lastWords(entries).filter((entry) => entry.kind === "judgement");
