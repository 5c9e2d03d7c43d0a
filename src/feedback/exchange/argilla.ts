/**
 * Argilla's records, as `dataset.records.to_list()` writes them (v2: nested, or flattened with `question.responses` columns)
 * and as v1 did (`responses: [{ user_id, values }]`). Which fields are answers is told by their names.
 */
import { z } from "zod";
import { answerFrom, answersOf, type Fields, type Named, placeNamed, promptOf, type Reply } from "./fields.ts";
import { badRow, type Reader } from "./found.ts";

const Columns = z.record(z.string(), z.unknown());
const Response = z.looseObject({ value: z.unknown(), user_id: z.string().nullish(), status: z.string().nullish() });
const Nested = z.looseObject({ fields: Columns, responses: z.record(z.string(), z.array(Response).nullable()) });
const First = z.looseObject({
  fields: Columns,
  responses: z.array(
    z.looseObject({
      user_id: z.string().nullish(),
      status: z.string().nullish(),
      values: z.record(z.string(), z.looseObject({ value: z.unknown() })).nullish(),
    }),
  ),
});
/** A ranking: names, best first, or names with ranks, where equal ones are ties. */
const Ranked = z.union([
  z.array(z.string()).min(1),
  z.array(z.looseObject({ value: z.string(), rank: z.number().nullish() })).min(1),
]);

interface Given {
  readonly by: string | undefined;
  readonly status: string | null | undefined;
  readonly question: string;
  readonly value: unknown;
}

export const argilla: Reader = (value) => {
  const { fields, given } = recordOf(value);
  const prompt = promptOf(fields);
  if (prompt === undefined) throw badRow("no-prompt-field", "no field of the record is a prompt");
  const answers = answersOf(fields, prompt.name);
  const byPerson = new Map<string | undefined, Reply[]>();
  for (const { by, status, question, value } of given) {
    if (status === "draft" || status === "discarded" || value === null || value === undefined) continue;
    byPerson.set(by, [...(byPerson.get(by) ?? []), replyTo(question, value, answers)]);
  }
  const said = [...byPerson].map(([by, replies]) => ({ by, ...answerFrom(replies, answers) }));
  const written = answers.length === 0 && said.every(({ answer }) => "completion" in answer);
  const completions = answers.map(({ text }) => text);
  return [{ type: written ? "demonstrate" : "compare", prompt: prompt.text, completions, said }];
};

function replyTo(question: string, value: unknown, answers: readonly Named[]): Reply {
  const ranked = Ranked.safeParse(value);
  if (!ranked.success) return { question, value };
  const named = ranked.data.map((each, i) => (typeof each === "string" ? { value: each, rank: i + 1 } : each));
  const places = named.map(({ value: name, rank }) => ({ place: placeNamed(name, answers), rank }));
  // Several names that are no answers were ticked, not ranked.
  if (places.every(({ place }) => place === undefined)) return { question, value: named.map((each) => each.value) };
  const ranks = answers.map((_, i) => places.find(({ place }) => place === i)?.rank ?? null);
  return { question, ranks };
}

function recordOf(value: unknown): { fields: Fields; given: Given[] } {
  const first = First.safeParse(value);
  if (first.success) {
    const given = first.data.responses.flatMap(({ user_id, status, values }) =>
      Object.entries(values ?? {}).map(([question, reply]) => {
        return { by: user_id ?? undefined, status, question, value: reply.value };
      }),
    );
    return { fields: first.data.fields, given };
  }
  const nested = Nested.safeParse(value);
  if (nested.success) {
    const given = Object.entries(nested.data.responses).flatMap(([question, responses]) =>
      (responses ?? []).map(({ user_id, status, value }) => ({ by: user_id ?? undefined, status, question, value })),
    );
    return { fields: nested.data.fields, given };
  }
  return flattened(Columns.parse(value));
}

/** `{ prompt, response1, "quality.responses": [5], "quality.responses.users": ["…"], "quality.responses.status": […] }` */
function flattened(row: Fields): { fields: Fields; given: Given[] } {
  const list = (column: string): unknown[] => (Array.isArray(row[column]) ? row[column] : []);
  const questions = Object.keys(row).flatMap((column) => /^(.+)\.responses$/.exec(column)?.[1] ?? []);
  const given = questions.flatMap((question) =>
    list(`${question}.responses`).map((value, i) => {
      const by = list(`${question}.responses.users`)[i];
      const status = list(`${question}.responses.status`)[i];
      return {
        question,
        value,
        by: by == null ? undefined : String(by),
        status: status == null ? null : String(status),
      };
    }),
  );
  const fields = Object.entries(row).filter(
    ([name]) => !name.includes(".") && !["id", "_server_id", "status"].includes(name),
  );
  return { fields: Object.fromEntries(fields), given };
}
