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
import { isChosen, sourceOf } from "./prompt-choice.ts";
import { PromptFields, usePromptChoice } from "./prompt-fields.tsx";

export function SamplingDialog(props: { model?: string; onClose: () => void; onStarted: () => void }) {
  const { t } = useTranslation();
  const models = useReply("GET /api/models");
  const settings = useReply("GET /api/settings");
  return (
    <Dialog title={t("sampling.title")} onClose={props.onClose} side>
      <Await of={models}>
        {(found) => (
          <Await of={settings}>
            {({ overlap }) => <Form {...props} models={sortModels(found)} overlap={overlap} />}
          </Await>
        )}
      </Await>
    </Dialog>
  );
}

interface FormProps {
  readonly model?: string;
  readonly models: readonly ModelRow[];
  /** Of the project. */
  readonly overlap: number;
  readonly onStarted: () => void;
}

function Form({ model: given, models, overlap, onStarted }: FormProps) {
  const { t } = useTranslation();
  const policies = models.filter(({ kind }) => kind === "policy");
  const judges = models.filter(({ kind }) => kind === "reward");
  const [model, setModel] = useState(given ?? "");
  const [prompts, setPrompts] = usePromptChoice();
  const [k, setK] = useState(4);
  const [people, setPeople] = useState(overlap);
  const [drawn, setDrawn] = useState({ temperature: 1, maxTokens: 128, seed: 0 });
  const [reward, setReward] = useState("");
  const { error, busy, attempt } = useTry();
  const start = () =>
    void attempt(async () => {
      const chat = policies.some((one) => one.model === model && one.chat);
      const { temperature, maxTokens: maxNewTokens, seed } = drawn;
      const sampling = { k, temperature, maxNewTokens, seed, ...(people !== overlap && { overlap: people }) };
      const asked = { ...sourceOf(prompts, chat), ...sampling, ...(reward && { reward }) };
      await call("POST /api/samples", { body: { model, ...asked } });
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
      <PromptFields value={prompts} onChange={setPrompts} />
      <div className="pairs">
        <NumberField label={t("sampling.k")} value={k} onChange={setK} min={2} max={9} />
        <NumberField label={t("sampling.people")} value={people} onChange={setPeople} min={1} max={100} />
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
        <button type="submit" className="primary" disabled={busy || model === "" || !isChosen(prompts)}>
          {t("sampling.start")}
        </button>
      </p>
    </form>
  );
}
