import { DataError, type Misfit, misfit, misfitOf } from "../base/index.ts";
import type { Judgement } from "./entry.ts";
import { Form, isAsked, notApplicable, type Question, type Reply } from "./form.ts";
import { forms } from "./forms.ts";

/** What is wrong where in something that was handed in. */
export interface Fault extends Misfit {
  readonly where: string;
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
    if (!known.has(name)) yield { where: `labels.${name}`, ...noQuestion };
  }
  for (const question of prompt) {
    const fault = replyFault(question, labels[question.name] ?? null, isAsked(question, labels));
    if (fault) yield { where: `labels.${question.name}`, ...fault };
  }
}

/** Questions about each answer: ratings are kept apart from what is no number. */
function* columnFaults({ answer }: Form, said: Answers, completions: number): Generator<Fault> {
  for (const part of ["ratings", "flags"] as const) {
    const known = answer.filter(({ kind }) => (kind === "rating") === (part === "ratings")).map(({ name }) => name);
    for (const [name, column] of Object.entries(said[part] ?? {})) {
      const where = `${part}.${name}`;
      const given = column.length;
      if (!known.includes(name)) yield { where, ...noQuestion };
      else if (given !== completions) {
        const message = `has ${given} values for ${completions} answers`;
        yield { where, ...misfit("column-length", message, { name, given, completions }) };
      }
    }
  }
  for (const question of answer) {
    const part = question.kind === "rating" ? "ratings" : "flags";
    const column: readonly Reply[] = said[part]?.[question.name] ?? [];
    const asked = isAsked(question, said.labels ?? {});
    for (let i = 0; i < completions; i++) {
      const fault = replyFault(question, column[i] ?? null, asked);
      if (fault) yield { where: `${part}.${question.name}.${i}`, ...fault };
    }
  }
}

const noQuestion = misfit("no-question", "is no question of the form");
const notAnswered = misfit("not-answered", "is not answered");

function replyFault(question: Question, reply: Reply, asked: boolean): Misfit | undefined {
  if (reply === null) return asked && question.required ? notAnswered : undefined;
  if (!asked) return misfit("not-asked", "was answered, but is not asked here");
  const got = JSON.stringify(reply);
  switch (question.kind) {
    case "yesNo": {
      if (typeof reply === "boolean" || (question.notApplicable && reply === notApplicable)) return undefined;
      const third = question.notApplicable ? ` or ${notApplicable}` : "";
      return misfit("yes-or-no", `is answered with yes or no${third}, got ${got}`, { got });
    }
    case "choice":
      if (question.options.some(({ value }) => value === reply)) return undefined;
      return misfit("no-option", `has no option ${got}`, { got });
    case "rating": {
      const { min, max } = question;
      if (Number.isInteger(reply) && Number(reply) >= min && Number(reply) <= max) return undefined;
      return misfit("not-between", `is a number from ${min} to ${max}, got ${got}`, { min, max, got });
    }
    case "text":
      if (typeof reply !== "string") return misfit("no-text", `is a text, got ${got}`, { got });
      return question.required && reply.trim() === "" ? notAnswered : undefined;
  }
}

function* comparisonFaults(form: Form, { groups, strength, labels }: Answers, completions: number): Generator<Fault> {
  const fault = (where: string, found: Misfit): Fault => ({ where, ...found });
  const judged = groups.flat();
  const twice = judged.find((index, i) => judged.indexOf(index) !== i);
  if (twice !== undefined)
    yield fault("groups", misfit("named-twice", `names the answer ${twice} twice`, { answer: twice }));
  const answer = judged.find((index) => index >= completions);
  if (answer !== undefined) {
    const message = `names the answer ${answer}, and there are ${completions}`;
    yield fault("groups", misfit("not-there", message, { answer, completions }));
  }

  if (form.comparison === "none") {
    if (groups.length > 0) yield fault("groups", misfit("nothing-compared", "is empty where nothing is compared"));
  } else {
    const missing = Array.from({ length: completions }, (_, i) => i).filter((i) => !judged.includes(i));
    const answers = missing.join(", ");
    if (missing.length > 0)
      yield fault("groups", misfit("misses-answers", `misses the answer ${answers}`, { answers }));
    if (form.comparison !== "ranking" && completions !== 2) {
      const message = `compares two answers, and the task has ${completions}`;
      yield fault("groups", misfit("pair-of-others", message, { answers: completions }));
    }
  }

  const tie = groups.some((group) => group.length > 1);
  if (tie && !form.ties) yield fault("groups", misfit("no-ties", "holds a tie, which this form does not allow"));
  if (labels?.[bothBad] !== undefined && form.comparison === "arena") {
    const where = `labels.${bothBad}`;
    if (typeof labels[bothBad] !== "boolean") yield fault(where, misfit("true-or-false", "is true or false"));
    else if (labels[bothBad] && !tie) yield fault(where, misfit("goes-with-tie", "goes with a tie"));
  }

  if (form.comparison !== "strength") {
    if (strength !== undefined) yield fault("strength", misfit("not-asked", "is not asked here"));
  } else if (tie) {
    if (strength !== undefined)
      yield fault("strength", misfit("strength-of-tie", "says how much better, and neither is"));
  } else if (strength === undefined) yield fault("strength", misfit("no-strength", "is missing: 1 to 4"));
  else if (!Number.isInteger(strength) || strength < 1 || strength > 4) {
    const message = `is a number from 1 to 4, got ${strength}`;
    yield fault("strength", misfit("not-between", message, { min: 1, max: 4, got: strength }));
  }
}
