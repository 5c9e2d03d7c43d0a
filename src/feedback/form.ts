/**
 * What a labelling page asks, as data: questions about the prompt, questions about each answer, how answers are compared,
 * whether people write. A project holds one; `forms.ts` has the known ones (InstructGPT's, Anthropic's HH, …).
 */
import { z } from "zod";

/** A text of the page in the languages it can be shown in; English is what is shown where the other is missing. */
export const Wording = z.strictObject({ en: z.string().min(1), zh: z.string().min(1).optional() });
export type Wording = z.infer<typeof Wording>;

const Value = z.union([z.boolean(), z.string(), z.number()]);
/** What a person said to a question; `null`: not asked, or not answered. */
export const Reply = Value.nullable();
export type Reply = z.infer<typeof Reply>;
/** The third reply to a yes/no question that has `notApplicable`. */
export const notApplicable = "n.a.";

const common = {
  name: z
    .string()
    .regex(/^[a-z][a-zA-Z0-9]*$/, "is not a name in camelCase")
    .describe("the key under which the answers are kept"),
  text: Wording,
  help: Wording.optional(),
  required: z.boolean().default(true),
  when: z
    .strictObject({ question: z.string(), is: z.array(Value).min(1) })
    .optional()
    .describe("asked only when that question about the prompt was answered so"),
};
const Option = z.strictObject({ value: z.string().min(1), text: Wording });

export const Question = z.discriminatedUnion("kind", [
  z.strictObject({ ...common, kind: z.literal("yesNo"), notApplicable: z.boolean().default(false) }),
  z.strictObject({ ...common, kind: z.literal("choice"), options: z.array(Option).min(2) }),
  z.strictObject({
    ...common,
    kind: z.literal("rating"),
    min: z.int().default(1),
    max: z.int().default(7),
    low: Wording.optional().describe("what the lowest number means"),
    high: Wording.optional(),
  }),
  z.strictObject({ ...common, kind: z.literal("text"), required: z.boolean().default(false) }),
]);
export type Question = z.infer<typeof Question>;

export const comparisons = ["ranking", "pairwise", "strength", "arena", "none"] as const;

export const Form = z
  .strictObject({
    title: Wording,
    prompt: z.array(Question).default([]).describe("questions about the prompt"),
    answer: z.array(Question).default([]).describe("questions about each answer"),
    comparison: z
      .enum(comparisons)
      .describe(
        "ranking of all answers; pairwise: left, right or equal; strength: eight cells; arena: A, B, tie, both bad (a tie with the label bothBad); none",
      ),
    ties: z.boolean().default(true).describe("whether answers may be called equally good"),
    note: z.boolean().default(true).describe("whether there is a field for a rationale"),
  })
  .superRefine(({ prompt, answer }, context) => {
    for (const [part, questions] of [["prompt", prompt] as const, ["answer", answer] as const]) {
      const names = questions.map(({ name }) => name);
      for (const [i, question] of questions.entries()) {
        const issue = (misfit: string, message: string, values = {}) =>
          context.addIssue({ code: "custom", path: [part, i], message, params: { misfit, ...values } });
        const { name } = question;
        if (names.indexOf(name) !== i) issue("name-twice", `the name ${name} is used twice`, { name });
        const { when } = question;
        const known = part === "answer" ? prompt : prompt.slice(0, i);
        if (when && !known.some(({ name }) => name === when.question))
          issue("depends-on-nothing", `depends on ${when.question}, which is no question about the prompt before it`, {
            question: when.question,
          });
        if (question.kind === "rating" && question.min >= question.max)
          issue("min-not-below-max", "a rating's min is not below its max");
      }
    }
  });
export type Form = z.infer<typeof Form>;

/** Whether a question is asked, given what was said about the prompt. */
export const isAsked = ({ when }: Question, labels: Readonly<Record<string, Reply>>): boolean =>
  when === undefined || when.is.some((value) => value === labels[when.question]);
