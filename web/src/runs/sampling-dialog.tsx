/** Sample more: answers of a model become tasks, prompt by prompt, while people rank already. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../api/client.ts";
import { useReply } from "../api/use-reply.ts";
import { useTry } from "../api/use-try.ts";
import { Dialog } from "../ui/dialog.tsx";
import { NumberField } from "../ui/number-field.tsx";
import { SamplingFields } from "../ui/sampling-fields.tsx";
import { Await, Failure } from "../ui/states.tsx";
import { type ModelRow, ModelSelect, sortModels } from "./models.tsx";

export function SamplingDialog(props: { model?: string; onClose: () => void; onStarted: () => void }) {
  const { t } = useTranslation();
  const models = useReply("GET /api/models");
  return (
    <Dialog title={t("sampling.title")} onClose={props.onClose} side>
      <Await of={models}>{(found) => <Form {...props} models={sortModels(found)} />}</Await>
    </Dialog>
  );
}

function Form({
  model: given,
  models,
  onStarted,
}: {
  model?: string;
  models: readonly ModelRow[];
  onStarted: () => void;
}) {
  const { t } = useTranslation();
  const policies = models.filter(({ kind }) => kind === "policy");
  const judges = models.filter(({ kind }) => kind === "reward");
  const [model, setModel] = useState(given ?? policies[0]?.model ?? "");
  /** One a line; undefined: those of the tasks. */
  const [prompts, setPrompts] = useState<string>();
  const [limit, setLimit] = useState(50);
  const [k, setK] = useState(4);
  const [drawn, setDrawn] = useState({ temperature: 1, maxTokens: 128, seed: 0 });
  const [reward, setReward] = useState("");
  const { error, busy, attempt } = useTry();
  const lines = prompts
    ?.split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const start = () =>
    void attempt(async () => {
      const own = lines ? { prompts: lines } : { limit };
      const { temperature, maxTokens: maxNewTokens, seed } = drawn;
      const sampling = { k, temperature, maxNewTokens, seed };
      await call("POST /api/samples", { body: { model, ...own, ...sampling, ...(reward && { reward }) } });
      onStarted();
    });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      <p className="quiet">{t("sampling.help")}</p>
      <ModelSelect label={t("option.model")} models={policies} value={model} onChange={setModel} />
      <fieldset className="field">
        <legend>{t("sampling.prompts")}</legend>
        <label className="row">
          <input type="radio" name="prompts" checked={lines === undefined} onChange={() => setPrompts(undefined)} />
          {t("sampling.ofTasks")}
        </label>
        <label className="row">
          <input type="radio" name="prompts" checked={lines !== undefined} onChange={() => setPrompts("")} />
          {t("sampling.own")}
        </label>
        {prompts !== undefined && (
          <textarea
            rows={6}
            aria-label={t("sampling.own")}
            value={prompts}
            onChange={(event) => setPrompts(event.target.value)}
          />
        )}
      </fieldset>
      <div className="pairs">
        {lines === undefined && (
          <NumberField label={t("sampling.limit")} value={limit} onChange={setLimit} min={1} max={1000} />
        )}
        <NumberField label={t("sampling.k")} value={k} onChange={setK} min={2} max={9} />
        <SamplingFields value={drawn} onChange={setDrawn} />
      </div>
      {judges.length > 0 && (
        <ModelSelect
          label={t("sampling.reward")}
          models={judges}
          value={reward}
          onChange={setReward}
          none={t("sampling.noReward")}
        />
      )}
      {error && <Failure error={error} />}
      <p>
        <button type="submit" className="primary" disabled={busy || model === "" || lines?.length === 0}>
          {t("sampling.start")}
        </button>
      </p>
    </form>
  );
}
