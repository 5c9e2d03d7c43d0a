import { DataError, misfitOf, type Problem } from "../base/index.ts";
import type { Judgement } from "./entry.ts";
import { Form, isAsked, notApplicable, type Question, type Reply } from "./form.ts";
import { forms } from "./forms.ts";

/** What is wrong where in something that was handed in. */
export interface Fault extends Pick<Problem, "message" | "values"> {
  readonly where: string;
  /** Why, for those who say it in other words: zod's name for it, or that of a refinement. */
  readonly code?: string;
}

/** A form from JSON, or everything that is wrong with it, by the path in it. */
export function readForm(json: unknown): { readonly form: Form } | { readonly faults: readonly Fault[] } {
  const { data, error } = Form.safeParse(json);
  if (!error) return { form: data };
  return { faults: error.issues.map((issue) => ({ where: issue.path.join(".") || "form", ...misfitOf(issue) })) };
}

/** A form from JSON; DataError `bad-form` with every problem. `where`: the file, or the field of a page. */
export function checkForm(json: unknown, where: string): Form {
  const read = readForm(json);
  if ("form" in read) return read.form;
  const help = `begin with one that is known: ${Object.keys(forms).join(", ")}`;
  const problems = read.faults.map((fault) => ({
    code: "bad-form",
    message: fault.message,
    where: `${where}: ${fault.where}`,
  }));
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  throw new DataError(`the form has ${count}: ${problems[0]!.message}`, { code: "bad-form", where, help, problems });
}

/** The part of a judgement that a form asks for. */
export type Answers = Pick<Judgement, "groups" | "strength" | "labels" | "ratings" | "flags">;

/** Everything in which answers about `completions` texts are not what the form asks for; empty: all is well. */
export function checkJudgement(form: Form, said: Answers, completions: number): Fault[] {
  return [
    ...labelFaults(form, said),
    ...columnFaults(form, said, completions),
    ...comparisonFaults(form, said, completions),
  ];
}

/** Under this label stands that neither of two answers is any good; only an arena asks it, beside a tie. */
export const bothBad = "bothBad";

function* labelFaults({ prompt, comparison }: Form, { labels = {} }: Answers): Generator<Fault> {
  const known = new Set(prompt.map(({ name }) => name));
  if (comparison === "arena") known.add(bothBad);
  for (const name of Object.keys(labels)) {
    if (!known.has(name)) yield { where: `labels.${name}`, message: "is no question of the form" };
  }
  for (const question of prompt) {
    const message = replyFault(question, labels[question.name] ?? null, isAsked(question, labels));
    if (message) yield { where: `labels.${question.name}`, message };
  }
}

/** Questions about each answer: ratings are kept apart from what is no number. */
function* columnFaults({ answer }: Form, said: Answers, completions: number): Generator<Fault> {
  for (const part of ["ratings", "flags"] as const) {
    const known = answer.filter(({ kind }) => (kind === "rating") === (part === "ratings")).map(({ name }) => name);
    for (const [name, column] of Object.entries(said[part] ?? {})) {
      if (!known.includes(name)) yield { where: `${part}.${name}`, message: "is no question of the form" };
      else if (column.length !== completions)
        yield { where: `${part}.${name}`, message: `has ${column.length} values for ${completions} answers` };
    }
  }
  for (const question of answer) {
    const part = question.kind === "rating" ? "ratings" : "flags";
    const column: readonly Reply[] = said[part]?.[question.name] ?? [];
    const asked = isAsked(question, said.labels ?? {});
    for (let i = 0; i < completions; i++) {
      const message = replyFault(question, column[i] ?? null, asked);
      if (message) yield { where: `${part}.${question.name}.${i}`, message };
    }
  }
}

function replyFault(question: Question, reply: Reply, asked: boolean): string | undefined {
  if (reply === null) return asked && question.required ? "is not answered" : undefined;
  if (!asked) return "was answered, but is not asked here";
  switch (question.kind) {
    case "yesNo":
      if (typeof reply === "boolean" || (question.notApplicable && reply === notApplicable)) return undefined;
      return `is answered with yes or no${question.notApplicable ? ` or ${notApplicable}` : ""}, got ${JSON.stringify(reply)}`;
    case "choice":
      if (question.options.some(({ value }) => value === reply)) return undefined;
      return `has no option ${JSON.stringify(reply)}`;
    case "rating":
      if (Number.isInteger(reply) && Number(reply) >= question.min && Number(reply) <= question.max) return undefined;
      return `is a number from ${question.min} to ${question.max}, got ${JSON.stringify(reply)}`;
    case "text":
      if (typeof reply !== "string") return `is a text, got ${JSON.stringify(reply)}`;
      return question.required && reply.trim() === "" ? "is not answered" : undefined;
  }
}

function* comparisonFaults(form: Form, { groups, strength, labels }: Answers, completions: number): Generator<Fault> {
  const fault = (where: string, message: string): Fault => ({ where, message });
  const judged = groups.flat();
  const twice = judged.find((index, i) => judged.indexOf(index) !== i);
  if (twice !== undefined) yield fault("groups", `names the answer ${twice} twice`);
  const foreign = judged.find((index) => index >= completions);
  if (foreign !== undefined) yield fault("groups", `names the answer ${foreign}, and there are ${completions}`);

  if (form.comparison === "none") {
    if (groups.length > 0) yield fault("groups", "is empty where nothing is compared");
  } else {
    const missing = Array.from({ length: completions }, (_, i) => i).filter((i) => !judged.includes(i));
    if (missing.length > 0) yield fault("groups", `misses the answer ${missing.join(", ")}`);
    if (form.comparison !== "ranking" && completions !== 2)
      yield fault("groups", `compares two answers, and the task has ${completions}`);
  }

  const tie = groups.some((group) => group.length > 1);
  if (tie && !form.ties) yield fault("groups", "holds a tie, which this form does not allow");
  if (labels?.[bothBad] !== undefined && form.comparison === "arena") {
    if (typeof labels[bothBad] !== "boolean") yield fault(`labels.${bothBad}`, "is true or false");
    else if (labels[bothBad] && !tie) yield fault(`labels.${bothBad}`, "goes with a tie");
  }

  if (form.comparison !== "strength") {
    if (strength !== undefined) yield fault("strength", "is not asked here");
  } else if (tie) {
    if (strength !== undefined) yield fault("strength", "says how much better, and neither is");
  } else if (strength === undefined) yield fault("strength", "is missing: 1 to 4");
  else if (!Number.isInteger(strength) || strength < 1 || strength > 4)
    yield fault("strength", `is a number from 1 to 4, got ${strength}`);
}
