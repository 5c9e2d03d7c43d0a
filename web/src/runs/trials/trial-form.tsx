/** Which two models, which prompts, and who scores their answers. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/client.ts";
import { useTry } from "../../api/use-try.ts";
import { SamplingFields } from "../../ui/sampling-fields.tsx";
import { Failure } from "../../ui/states.tsx";
import { type ModelRow, ModelSelect } from "../models.tsx";
import { isChosen, sourceOf } from "../prompt-choice.ts";
import { PromptFields, usePromptChoice } from "../prompt-fields.tsx";

interface TrialFormProps {
  /** What is chosen at first. */
  readonly before: string;
  readonly after: string;
  readonly judge: string;
  readonly policies: readonly ModelRow[];
  readonly judges: readonly ModelRow[];
  readonly onStarted: () => void;
}

export function TrialForm({ policies, judges, onStarted, ...initial }: TrialFormProps) {
  const { t } = useTranslation();
  const [before, setBefore] = useState(initial.before);
  const [after, setAfter] = useState(initial.after);
  const [judge, setJudge] = useState(initial.judge);
  const [prompts, setPrompts] = usePromptChoice();
  const [drawn, setDrawn] = useState({ temperature: 0, maxTokens: 128, seed: 0 });
  const { error, busy, attempt } = useTry();
  const start = () =>
    void attempt(async () => {
      const chat = policies.some(({ model, chat }) => model === after && chat);
      const { temperature, maxTokens: maxNewTokens, seed } = drawn;
      const sampling = { temperature, maxNewTokens, seed, ...(judge && { judge }) };
      await call("POST /api/trials", { body: { models: [before, after], ...sourceOf(prompts, chat), ...sampling } });
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
      <div className="pairs">
        <ModelSelect label={t("trial.before")} models={policies} value={before} onChange={setBefore} />
        <ModelSelect label={t("trial.after")} models={policies} value={after} onChange={setAfter} />
        <ModelSelect
          label={t("trial.judge")}
          models={judges}
          value={judge}
          onChange={setJudge}
          none={t("sampling.noReward")}
        />
        <SamplingFields value={drawn} onChange={setDrawn} />
      </div>
      <p className="help">{t("trial.greedy")}</p>
      <PromptFields value={prompts} onChange={setPrompts} />
      {error && <Failure error={error} />}
      <p>
        <button type="submit" className="primary" disabled={busy || !isChosen(prompts)}>
          {t("trial.do")}
        </button>
      </p>
    </form>
  );
}
