/** How far the asking is: answers of its budget, how people agree, and the curves of the run that learns from them. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useReloadAt } from "../api/use-reload.ts";
import { useReply } from "../api/use-reply.ts";
import { Link } from "../app/router.tsx";
import { Chart } from "../runs/chart.tsx";
import { pathOfRun } from "../runs/lineage-line.tsx";
import { StatusBadge } from "../runs/status.tsx";
import type { Asking } from "./use-asking.ts";
import "./clips.css";

export function AskingPanel({ asking: { value, turn }, mayWatch }: { asking: Asking; mayWatch: boolean }) {
  const { t } = useTranslation();
  const { by, isRun, status, budget, asked, labelled, agreement } = value;
  const percent = (share: number) => Math.round(100 * share);
  return (
    <section className="panel stack tight asking" aria-label={t("clips.asking")}>
      <p className="row">
        <strong>{isRun && mayWatch ? <Link href={pathOfRun(by)}>{by}</Link> : by}</strong>
        {status && <StatusBadge status={status} />}
      </p>
      <div>
        <progress max={budget ?? asked} value={labelled} aria-label={t("clips.budget")} />
        <p className="quiet">
          {t("clips.labelled", { labelled, asked })}
          {budget !== null && ` · ${t("clips.ofBudget", { budget })}`}
        </p>
      </div>
      {agreement && (
        <p>
          {t("clips.agreement", { percent: percent(agreement.value), count: agreement.pairs })}{" "}
          <span className="quiet">
            {t("clips.interval", { low: percent(agreement.low), high: percent(agreement.high) })}
          </span>
        </p>
      )}
      {isRun && mayWatch && <RunCurves run={by} turn={turn} />}
    </section>
  );
}

/** By their names in metrics.jsonl. A learnt reward has a unit of its own, so each has its own chart. */
const curves = {
  "rollout/ep_rew_mean": "trueReturn",
  "rollout/ep_predicted_rew_mean": "predictedReturn",
  "clips/accuracy": "accuracy",
} as const;
const names = Object.keys(curves) as (keyof typeof curves)[];
const points = 200;

function RunCurves({ run, turn }: { run: string; turn: number }) {
  const { t } = useTranslation();
  const metrics = useReply("GET /api/runs/:run/metrics", { query: { run, points, names: names.join(",") } });
  useReloadAt(turn, metrics.reload);
  const found = metrics.state === "ready" ? metrics.value.metrics : undefined;
  const charts = useMemo(
    () =>
      names.flatMap((name) => {
        const curve = found?.find((one) => one.name === name);
        const title = t(`clips.${curves[name]}`);
        return curve ? [{ name, title, series: [{ label: title, x: curve.steps, y: curve.values }] }] : [];
      }),
    [found, t],
  );
  return charts.map(({ name, ...chart }) => <Chart key={name} {...chart} height={96} />);
}
