/** One question of a form. Digits answer a scale, Y and N a yes/no question, and the next question takes the focus. */
import { type KeyboardEvent, useId } from "react";
import { useTranslation } from "react-i18next";
import { useWording } from "../ui/wording.ts";
import type { Question, Reply } from "./draft.ts";
import "./question.css";

interface QuestionProps {
  readonly question: Question;
  readonly value: Reply;
  readonly missing: boolean;
  readonly onChange: (value: Reply) => void;
}

export function QuestionField({ question, value, missing, onChange }: QuestionProps) {
  const say = useWording();
  const { t } = useTranslation();
  const id = useId();
  const label = (
    <>
      {say(question.text)}
      {!question.required && <span className="quiet"> {t("question.optional")}</span>}
      {missing && <span className="missing-mark"> {t("question.missing")}</span>}
      {question.help && <span className="help">{say(question.help)}</span>}
    </>
  );

  if (question.kind === "text" || (question.kind === "choice" && question.options.length > 5)) {
    return (
      <div className="question" data-question data-missing={missing}>
        <label htmlFor={id}>{label}</label>
        {question.kind === "text" ? (
          <textarea id={id} rows={2} value={String(value ?? "")} onChange={(event) => onChange(event.target.value)} />
        ) : (
          <select id={id} value={String(value ?? "")} onChange={(event) => onChange(event.target.value || null)}>
            <option value="">{t("question.choose")}</option>
            {question.options.map((option) => (
              <option key={option.value} value={option.value}>
                {say(option.text)}
              </option>
            ))}
          </select>
        )}
      </div>
    );
  }

  const options = optionsOf(question, say, t("question.yes"), t("question.no"), t("question.notApplicable"));
  const answer = (event: KeyboardEvent<HTMLFieldSetElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return;
    if (event.key === "Backspace") {
      onChange(null);
    } else {
      const option = options.find(({ key }) => key === event.key.toLowerCase());
      if (!option) return;
      onChange(option.value);
      const here = event.currentTarget;
      requestAnimationFrame(() => focusNext(here)); // the next one may appear only now
    }
    event.preventDefault();
  };
  const scale = question.kind === "rating" ? question : undefined;
  return (
    <fieldset className={`question ${question.kind}`} data-question data-missing={missing} onKeyDown={answer}>
      <legend>{label}</legend>
      <div className="options">
        {scale?.low && <span className="end">{say(scale.low)}</span>}
        <div className="segments">
          {options.map((option) => (
            <label key={String(option.value)} className="segment">
              <input type="radio" name={id} checked={value === option.value} onChange={() => onChange(option.value)} />
              <span>{option.text}</span>
            </label>
          ))}
        </div>
        {scale?.high && <span className="end">{say(scale.high)}</span>}
      </div>
    </fieldset>
  );
}

interface Option {
  readonly value: string | number | boolean;
  readonly text: string;
  readonly key?: string;
}

function optionsOf(
  question: Exclude<Question, { kind: "text" }>,
  say: ReturnType<typeof useWording>,
  ...[yes, no, notApplicable]: [string, string, string]
): Option[] {
  if (question.kind === "choice") return question.options.map(({ value, text }) => ({ value, text: say(text) }));
  if (question.kind === "rating") {
    const length = question.max - question.min + 1;
    return Array.from({ length }, (_, i) => question.min + i).map((n) => ({ value: n, text: `${n}`, key: `${n}` }));
  }
  return [
    { value: true, text: yes, key: "y" },
    { value: false, text: no, key: "n" },
    ...(question.notApplicable ? [{ value: "n.a.", text: notApplicable, key: "x" }] : []),
  ];
}

function focusNext(here: Element): void {
  const all = [...document.querySelectorAll("[data-question]")];
  const next = all[all.indexOf(here) + 1];
  next?.querySelector<HTMLElement>("input:checked, input, textarea, select")?.focus();
}
