import type { Missing, Question, Reply } from "./draft.ts";
import { asked } from "./draft.ts";
import { QuestionField } from "./question.tsx";

/** The questions that are asked now, given what was said about the prompt. */
export function Questions({
  of,
  labels,
  replyTo,
  missing,
  completion,
  onChange,
}: {
  of: readonly Question[];
  labels: Readonly<Record<string, Reply>>;
  replyTo: (name: string) => Reply | undefined;
  /** What is missing and shall be shown so. */
  missing: readonly Missing[];
  completion?: number | undefined;
  onChange: (name: string, value: Reply) => void;
}) {
  const lacks = (name: string) =>
    missing.some((m) => m.what === "question" && m.name === name && m.completion === completion);
  return (
    <div className="questions">
      {asked(of, labels).map((question) => (
        <QuestionField
          key={question.name}
          question={question}
          value={replyTo(question.name) ?? null}
          missing={lacks(question.name)}
          onChange={(value) => onChange(question.name, value)}
        />
      ))}
    </div>
  );
}
