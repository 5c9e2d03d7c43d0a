/**
 * Label Studio's JSON export: tasks with `data` and `annotations` (labelstud.io/guide/task_format). Rankers, pairwise choices,
 * choices, ratings and text areas are read; regions of images and sound are not.
 */
import { z } from "zod";
import { answerFrom, answersOf, type Fields, type Named, promptOf, type Reply } from "./fields.ts";
import { badRow, type Reader, type Said } from "./found.ts";

const Person = z.looseObject({ email: z.string().nullish(), username: z.string().nullish(), id: z.number().nullish() });
const Annotation = z.looseObject({
  result: z.array(z.looseObject({ from_name: z.string().optional(), type: z.string(), value: z.looseObject({}) })),
  was_cancelled: z.boolean().nullish(),
  completed_by: z.union([z.number(), z.string(), Person]).nullish(),
  lead_time: z.number().nonnegative().nullish(),
  created_at: z.string().nullish(),
});
const Task = z.looseObject({ data: z.record(z.string(), z.unknown()), annotations: z.array(Annotation) });
const Item = z.looseObject({ id: z.union([z.string(), z.number()]), title: z.string().optional() });

export const labelStudio: Reader = (value) => {
  const { data, annotations } = Task.parse(value);
  const prompt = promptOf(data);
  if (prompt === undefined) throw badRow("no-prompt-field", "no field of data is a prompt");
  const answers = itemsOf(data) ?? answersOf(data, prompt.name);
  const said = annotations.flatMap((annotation): Said[] => {
    const replies = annotation.result.map((result) => replyOf(result, answers)).filter((reply) => reply !== undefined);
    if (annotation.was_cancelled || replies.length === 0) return [];
    const { completed_by, lead_time, created_at } = annotation;
    return [
      { ...answerFrom(replies, answers), by: nameOf(completed_by), at: timeOf(created_at), ...secondsOf(lead_time) },
    ];
  });
  const written = answers.length === 0 && said.every(({ answer }) => "completion" in answer);
  const completions = answers.map(({ text }) => text);
  return [{ type: written ? "demonstrate" : "compare", prompt: prompt.text, completions, said }];
};

/** What a `List` showed: objects with an id and a text. */
function itemsOf(data: Fields): Named[] | undefined {
  const list = Object.values(data).find(
    (value) => Array.isArray(value) && value.some((each) => Item.safeParse(each).success),
  );
  if (list === undefined) return undefined;
  return z
    .array(Item)
    .parse(list)
    .map((item) => {
      const text = [item.body, item.text, item.html, item.title].find((each) => typeof each === "string");
      if (typeof text !== "string")
        throw badRow("item-without-text", `the item ${item.id} has no text`, { item: item.id });
      return { name: String(item.id), text };
    });
}

const Ranked = z.object({ ranker: z.union([z.array(z.unknown()), z.record(z.string(), z.array(z.unknown()))]) });

function replyOf(
  { from_name, type, value }: z.infer<typeof Annotation>["result"][number],
  answers: readonly Named[],
): Reply | undefined {
  const question = from_name ?? type;
  switch (type) {
    case "ranker": {
      const { ranker } = Ranked.parse(value);
      // A list is an order; buckets are ranks in their order, and `_` holds what was not sorted into any.
      const ranked = Array.isArray(ranker)
        ? ranker.map((id) => [id])
        : Object.entries(ranker).flatMap(([bucket, ids]) => (bucket === "_" ? [] : [ids]));
      const rankOf = (name: string) => ranked.findIndex((ids) => ids.some((id) => String(id) === name));
      return { question, ranks: answers.map(({ name }) => (rankOf(name) < 0 ? null : rankOf(name) + 1)) };
    }
    case "pairwise": {
      const { length: count } = answers;
      if (count !== 2) throw badRow("pair-of-others", `a pairwise choice among ${count} answers`, { answers: count });
      return { question, ranks: { left: [1, 2], right: [2, 1] }[String(value.selected)] ?? [1, 1] };
    }
    case "choices":
    case "taxonomy": {
      const choices = z.array(z.unknown()).parse(value[type]);
      return { question, value: choices.length === 1 ? String(choices[0]) : choices.map(String) };
    }
    case "rating":
    case "number":
      return { question, value: z.number().parse(value[type]) };
    case "textarea":
      return { question, value: z.array(z.string()).parse([value.text].flat()).join("\n") };
    default:
      return undefined;
  }
}

function nameOf(by: z.infer<typeof Annotation>["completed_by"]): string | undefined {
  if (by === null || by === undefined) return undefined;
  if (typeof by !== "object") return typeof by === "number" ? `annotator ${by}` : by;
  return by.email ?? by.username ?? (by.id == null ? undefined : `annotator ${by.id}`);
}

const timeOf = (at: string | null | undefined): string | undefined =>
  at && !Number.isNaN(Date.parse(at)) ? new Date(Date.parse(at)).toISOString() : undefined;
const secondsOf = (seconds: number | null | undefined) => (typeof seconds === "number" ? { seconds } : {});
