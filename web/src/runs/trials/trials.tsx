/** Before and after: two models' answers to the same prompts, side by side, and what a reward model thinks of them. */
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/client.ts";
import { useReply } from "../../api/use-reply.ts";
import { useTry } from "../../api/use-try.ts";
import { Failure, Words } from "../../ui/states.tsx";
import type { RunRow } from "../status.tsx";
import { TrialForm } from "./trial-form.tsx";
import { TrialView } from "./trial-view.tsx";

const lookMs = 1000;

/** Nothing where the runs have no two models that answer. */
export function Trials({ runs, mayManage }: { runs: readonly string[]; mayManage: boolean }) {
  const { t } = useTranslation();
  const rows = useReply("GET /api/runs");
  const models = useReply("GET /api/models");
  const trials = useReply("GET /api/trials");
  const { reload } = trials;
  const all = trials.state === "ready" ? trials.value : [];
  const working = all.some(({ state }) => state === "working");
  useEffect(() => {
    if (!working) return;
    const timer = setInterval(reload, lookMs);
    return () => clearInterval(timer);
  }, [working, reload]);
  if (rows.state !== "ready" || models.state !== "ready") return null;
  const policies = models.value.filter(({ kind }) => kind === "policy");
  const judges = models.value.filter(({ kind }) => kind === "reward");
  const compared = runs.flatMap((run) => rows.value.find((row) => row.run === run) ?? []);
  const answering = compared.flatMap(({ model }) => policies.filter((policy) => policy.model === model));
  const [before, after] = answering;
  if (!before || !after) return null;
  const ours = new Set(policies.flatMap(({ model, run }) => (run !== null && runs.includes(run) ? [model] : [])));
  const last = all.find((trial) => trial.models.every((model) => ours.has(model)));
  return (
    <section className="panel stack" aria-label={t("trial.title")}>
      <div>
        <h2>{t("trial.title")}</h2>
        <p className="quiet">{t("trial.help")}</p>
      </div>
      {mayManage && (
        <details open={last === undefined}>
          <summary>{t("trial.settings")}</summary>
          <TrialForm
            before={before.model}
            after={after.model}
            judge={judgeOf(rows.value, compared) ?? judges[0]?.model ?? ""}
            {...{ policies, judges }}
            onStarted={reload}
          />
        </details>
      )}
      {last && <Progress trial={last} mayManage={mayManage} onStopped={reload} />}
      {last && last.done > 0 && <TrialView key={last.trial} job={last} learntFrom={judgeOf(rows.value, compared)} />}
    </section>
  );
}

/** The reward model that one of the runs learnt from. */
function judgeOf(rows: readonly RunRow[], compared: readonly RunRow[]): string | undefined {
  const parents = compared.flatMap((row) => row.parents);
  return (
    rows.find(({ run, command, model }) => command === "reward" && model && parents.includes(run))?.model ?? undefined
  );
}

interface ProgressProps {
  readonly trial: Parameters<typeof TrialView>[0]["job"];
  readonly mayManage: boolean;
  readonly onStopped: () => void;
}

function Progress({ trial: { trial, state, done, total, error: why }, mayManage, onStopped }: ProgressProps) {
  const { t } = useTranslation();
  const { error, attempt } = useTry();
  const stop = () =>
    void attempt(async () => {
      await call("POST /api/trials/:trial/stop", { query: { trial } });
      onStopped();
    });
  return (
    <>
      <p className="row" role="status">
        {state === "working" && <progress max={total} value={done} aria-label={t("runs.progress")} />}
        <span>{t("sampling.done", { done, total })}</span>
        <span className={`badge ${state === "failed" ? "bad" : state === "done" ? "good" : ""}`}>
          {t(`samplingState.${state}`)}
        </span>
        {why && <Words of={why} />}
        {state === "working" && mayManage && (
          <button type="button" onClick={stop}>
            {t("runs.stop")}
          </button>
        )}
      </p>
      {error && <Failure error={error} />}
    </>
  );
}
