/** What a reward model thinks: of texts that one types, and where it contradicts people most. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useReply } from "../api/use-reply.ts";
import { type ModelRow, ModelSelect, sortModels } from "../runs/models.tsx";
import { Page } from "../ui/page.tsx";
import { Await, Empty } from "../ui/states.tsx";
import { Disagreements } from "./disagreements.tsx";
import { Scorer } from "./scorer.tsx";
import "./reward.css";

export function RewardPage() {
  const { t } = useTranslation();
  const models = useReply("GET /api/models");
  return (
    <Page title={t("nav.reward")}>
      <Await of={models}>
        {(rows) => {
          const judges = sortModels(rows.filter(({ kind }) => kind === "reward"));
          return judges.length === 0 ? (
            <Empty title={t("models.noReward")}>
              <p>{t("models.noRewardMore")}</p>
            </Empty>
          ) : (
            <Inspect judges={judges} />
          );
        }}
      </Await>
    </Page>
  );
}

function Inspect({ judges }: { judges: readonly ModelRow[] }) {
  const { t } = useTranslation();
  const [model, setModel] = useState(judges[0]!.model);
  return (
    <div className="stack">
      <div className="judge">
        <ModelSelect label={t("option.reward")} models={judges} value={model} onChange={setModel} />
      </div>
      <Scorer key={`score ${model}`} judge={judges.find((one) => one.model === model)!} />
      <Disagreements key={`disagree ${model}`} model={model} />
    </div>
  );
}
