/**
 * The kinds of rows that Plaudit trains on: TRL's dataset formats, rankings, and texts with a class. Prompts and answers are
 * standard (strings) or conversational (lists of messages).
 */
import { z } from "zod";

const Message = z.object({ role: z.string(), content: z.string() });
const Messages = z.array(Message).min(1);
const Content = z.union([z.string(), Messages], { error: "expected text or a list of {role, content} messages" });

/** Text, or the messages of a conversation. */
export type Content = z.infer<typeof Content>;

export const schemas = {
  /** Language modelling: one document. */
  text: z.object({ text: z.string() }),
  /** Language modelling on a whole conversation; the assistant's words are learnt. */
  messages: z.object({ messages: Messages }),
  prompt: z.object({ prompt: Content }),
  "prompt-completion": z.object({ prompt: Content, completion: Content }),
  /** Without `prompt`, what both answers begin with is the prompt (`withPrompt`). `margin`: how much better. */
  preference: z.object({
    prompt: Content.optional(),
    chosen: Content,
    rejected: Content,
    margin: z.number().optional(),
  }),
  /** One answer that was found good or bad. */
  unpaired: z.object({ prompt: Content, completion: Content, label: z.boolean() }),
  /** `ranks[i]` belongs to `completions[i]`: 1 is best, equal is a tie, null was not judged. */
  ranking: z.object({
    prompt: Content,
    completions: z.array(Content),
    ranks: z.array(z.int().min(1).nullable()),
  }),
  /**
   * A text, or two, and its class; with `choices` the label is the right one's index (from 0) or text, and the same number
   * of choices stands in every row.
   */
  classification: z.object({
    text: z.string(),
    text2: z.string().optional(),
    choices: z.array(z.string()).optional(),
    label: z.union([z.string(), z.int(), z.boolean()], { error: "expected the name or the number of a class" }),
  }),
  /** `feedback.csv`: Label is the index (0 or 1) of the better text. */
  feedback: z.object({
    Title1: z.string(),
    Title2: z.string(),
    Label: z.literal([0, 1], { error: "expected 0 (Title1 is better) or 1 (Title2)" }),
  }),
} as const;

export type Kind = keyof typeof schemas;
export type Rows = { readonly [K in Kind]: Readonly<z.infer<(typeof schemas)[K]>> };
export const kinds = Object.keys(schemas) as Kind[];

/** Index of the choice that a label names by its text or its number (from 0); undefined when there is none. */
export function choiceOf(label: Rows["classification"]["label"], choices: readonly string[]): number | undefined {
  const index = typeof label === "number" ? label : choices.indexOf(String(label));
  return choices[index] === undefined ? undefined : index;
}

/** The columns that a kind cannot do without. */
export const columnsOf = (kind: Kind): string[] =>
  Object.entries(schemas[kind].shape).flatMap(([column, schema]) =>
    (schema as z.ZodType).safeParse(undefined).success ? [] : [column],
  );

/** The kind that a file with these columns holds: the one that needs most of them; undefined when none fits. */
export function detectKind<K extends Kind = Kind>(
  columns: readonly string[],
  among: readonly K[] = kinds as K[],
): K | undefined {
  return among
    .filter((kind) => columnsOf(kind).every((column) => columns.includes(column)))
    .sort((a, b) => columnsOf(b).length - columnsOf(a).length)[0];
}
