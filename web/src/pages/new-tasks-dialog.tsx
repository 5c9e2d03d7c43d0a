/** Tasks that need no sampling: people write answers, or talk with the project's model. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../api/client.ts";
import type { Settings } from "../api/types.ts";
import { useReply } from "../api/use-reply.ts";
import { useTry } from "../api/use-try.ts";
import { newUlid } from "../label/ulid.ts";
import { type ModelRow, ModelSelect, sortModels } from "../runs/models.tsx";
import { linesOf } from "../runs/prompt-choice.ts";
import { Dialog } from "../ui/dialog.tsx";
import { NumberField } from "../ui/number-field.tsx";
import { Await, Failure } from "../ui/states.tsx";

const types = ["demonstrate", "converse"] as const;

export function NewTasksDialog(props: { onClose: () => void; onMade: () => void }) {
  const { t } = useTranslation();
  const settings = useReply("GET /api/settings");
  const models = useReply("GET /api/models");
  return (
    <Dialog title={t("newTasks.title")} onClose={props.onClose} side>
      <Await of={settings}>
        {(held) => (
          <Await of={models}>{(found) => <Form {...props} settings={held} models={sortModels(found)} />}</Await>
        )}
      </Await>
    </Dialog>
  );
}

interface FormProps {
  readonly settings: Settings;
  readonly models: readonly ModelRow[];
  readonly onMade: () => void;
}

function Form({ settings, models, onMade }: FormProps) {
  const { t } = useTranslation();
  const [type, setType] = useState<(typeof types)[number]>("demonstrate");
  const [text, setText] = useState("");
  const [people, setPeople] = useState(settings.overlap);
  const [model, setModel] = useState(settings.model ?? "");
  const { error, busy, attempt } = useTry();
  const lines = linesOf(text);
  const ready = lines.length > 0 && (type === "demonstrate" || model !== "");
  const make = () =>
    void attempt(async () => {
      if (model !== "" && model !== settings.model) await call("PUT /api/settings", { body: { ...settings, model } });
      const tasks = lines.map((line) => ({
        ...{ task: newUlid(), type, completions: [] },
        // A line is what somebody asks; of a conversation it says what to talk about.
        prompt: type === "demonstrate" ? [{ role: "user", content: line }] : line,
        ...(people !== settings.overlap && { overlap: people }),
      }));
      await call("POST /api/tasks", { body: { tasks } });
      onMade();
    });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        make();
      }}
    >
      <fieldset className="segments">
        <legend className="hidden">{t("tasks.type")}</legend>
        {types.map((one) => (
          <label key={one} className="segment">
            <input type="radio" name="type" checked={type === one} onChange={() => setType(one)} />
            <span>{t(`taskType.${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <p className="quiet">{t(`newTasks.${type}`)}</p>
      <label className="field">
        <span>{t(type === "demonstrate" ? "newTasks.prompts" : "newTasks.topics")}</span>
        <textarea rows={8} value={text} onChange={(event) => setText(event.target.value)} />
        <span className="help">{t("newTasks.count", { count: lines.length })}</span>
      </label>
      <NumberField label={t("sampling.people")} value={people} onChange={setPeople} min={1} max={100} />
      <ModelSelect
        label={t("newTasks.model")}
        models={models.filter(({ kind }) => kind === "policy")}
        value={model}
        onChange={setModel}
        {...(type === "demonstrate" && { none: t("newTasks.noModel") })}
      />
      <p className="help">{t("newTasks.modelHelp")}</p>
      {error && <Failure error={error} />}
      <p>
        <button type="submit" className="primary" disabled={busy || !ready}>
          {t("newTasks.make")}
        </button>
      </p>
    </form>
  );
}
