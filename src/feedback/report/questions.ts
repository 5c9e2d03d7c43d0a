/** How people agree on each question of a form: Krippendorff's α, interval for ratings, nominal for the rest. */
import { alphaOfCoincidences } from "../../stats/index.ts";
import type { JudgementEntry } from "../entry.ts";
import { type Form, notApplicable, type Question, type Reply } from "../form.ts";
import { createSums, type Measured, measure, type Resampling } from "./resampling.ts";

export interface QuestionAgreement {
  name: string;
  part: "prompt" | "answer";
  alpha: Measured;
}

type Part = QuestionAgreement["part"];

/** `tasks[i]`: the judgements of the i-th task. Questions answered in words, and replies that the form does not know, are passed over. */
export function questionAgreement(
  tasks: readonly (readonly JudgementEntry[])[],
  form: Form,
  resampling: Resampling,
): QuestionAgreement[] {
  return (["prompt", "answer"] as const).flatMap((part) =>
    form[part]
      .filter(({ kind }) => kind !== "text")
      .map((question) => ({ name: question.name, part, alpha: alphaOf(tasks, question, part, resampling) })),
  );
}

function alphaOf(
  tasks: readonly (readonly JudgementEntry[])[],
  question: Question,
  part: Part,
  resampling: Resampling,
): Measured {
  const replies = repliesTo(question);
  const size = replies.length;
  const indexOf = new Map<Reply, number>(replies.map((reply, i) => [reply, i]));
  const sums = createSums(resampling, size ** 2);
  const said = new Float64Array(size); // how many people gave each reply to the present item
  for (const [task, judgements] of tasks.entries()) {
    const columns = judgements.map((judgement) => columnOf(judgement, question, part));
    const items = columns.reduce((most, column) => Math.max(most, column.length), 0);
    const start = resampling.blockOf[task]! * sums.width;
    let any = false;
    for (let item = 0; item < items; item++) {
      said.fill(0);
      let people = 0;
      for (const column of columns) {
        const reply = indexOf.get(column[item] ?? null);
        if (reply === undefined) continue;
        said[reply]!++;
        people++;
      }
      if (people < 2) continue;
      any = true;
      for (let a = 0; a < size; a++) {
        if (said[a] === 0) continue;
        for (let b = 0; b < size; b++)
          sums.values[start + a * size + b]! += (said[a]! * (said[b]! - Number(a === b))) / (people - 1);
      }
    }
    if (any) sums.tasks++;
  }
  const isRating = question.kind === "rating";
  const values = isRating ? replies.map(Number) : replies.map((_, i) => i);
  return measure(resampling, sums, (cells) => alphaOfCoincidences(values, cells, isRating ? "interval" : "nominal"));
}

/** What can be said to a question. */
function repliesTo(question: Question): Reply[] {
  switch (question.kind) {
    case "yesNo":
      return [true, false, notApplicable];
    case "choice":
      return question.options.map(({ value }) => value);
    case "rating":
      return Array.from({ length: question.max - question.min + 1 }, (_, i) => question.min + i);
    case "text":
      return [];
  }
}

/** What one person said, item by item: of the prompt, or of each answer. */
function columnOf({ data }: JudgementEntry, { name, kind }: Question, part: Part): readonly Reply[] {
  if (part === "prompt") return [data.labels?.[name] ?? null];
  return (kind === "rating" ? data.ratings : data.flags)?.[name] ?? [];
}
