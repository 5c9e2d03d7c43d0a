/** Which prompts a model shall answer: those of the tasks, of a file, or one's own. */
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useReply } from "../api/use-reply.ts";
import { FileField } from "../ui/file-field.tsx";
import { NumberField } from "../ui/number-field.tsx";
import { linesOf, type PromptChoice } from "./prompt-choice.ts";

/** Those of the tasks where there are any; a project without tasks begins with a file. */
export function usePromptChoice(): [PromptChoice, (choice: PromptChoice) => void] {
  const tasks = useReply("GET /api/tasks", { query: { limit: 1 } });
  const [chosen, setChosen] = useState<PromptChoice>();
  const empty = tasks.state === "ready" && tasks.value.length === 0;
  return [chosen ?? { of: empty ? "file" : "tasks", file: "", own: "", limit: 50 }, setChosen];
}

interface PromptFieldsProps {
  readonly value: PromptChoice;
  readonly onChange: (value: PromptChoice) => void;
}

export function PromptFields({ value, onChange }: PromptFieldsProps) {
  const { t } = useTranslation();
  const files = useReply("GET /api/files");
  const name = useId();
  const change = (part: Partial<PromptChoice>) => onChange({ ...value, ...part });
  return (
    <>
      <fieldset className="field">
        <legend>{t("prompts.title")}</legend>
        {(["tasks", "file", "own"] as const).map((of) => (
          <label key={of} className="row">
            <input type="radio" name={name} checked={value.of === of} onChange={() => change({ of })} />
            {t(`prompts.${of}`)}
          </label>
        ))}
        {value.of === "own" && (
          <textarea
            rows={6}
            aria-label={t("prompts.own")}
            value={value.own}
            onChange={(event) => change({ own: event.target.value })}
          />
        )}
      </fieldset>
      {value.of === "file" && (
        <FileField
          label={t("prompts.fileOf")}
          files={files.state === "ready" ? files.value : []}
          kinds={["prompt"]}
          value={value.file}
          onChange={(file) => change({ file })}
        />
      )}
      {value.of === "own" ? (
        <p className="help">{t("prompts.count", { count: linesOf(value.own).length })}</p>
      ) : (
        <NumberField
          label={t("prompts.limit")}
          value={value.limit}
          onChange={(limit) => change({ limit })}
          min={1}
          max={1000}
        />
      )}
    </>
  );
}
