/** The curves of a run in groups, and the same as a table for those who do not see them. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";
import { Empty } from "../ui/states.tsx";
import { TableBox } from "../ui/table-box.tsx";
import { useWording } from "../ui/wording.ts";
import { Chart } from "./chart.tsx";
import { type GroupName, groupMetrics } from "./metric-groups.ts";
import { short } from "./series.ts";

type Metric = ReplyOf<"GET /api/runs/:run/metrics">["metrics"][number];

/** What one looks at first; the rest is for those who look for a cause. */
const telling: readonly GroupName[] = ["loss", "reward", "kl", "accuracy"];

export function Curves({ metrics, run }: { metrics: readonly Metric[]; run: string }) {
  const { t } = useTranslation();
  const say = useWording();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `say` goes by the language, which makes new labels
  const groups = useMemo(
    () =>
      groupMetrics(metrics).map(({ name, charts }) => ({
        name,
        charts: charts.map((chart) => ({
          key: chart[0]!.name,
          title: say(chart[0]!.label),
          series: chart.map(({ label, steps, values }) => ({ label: say(label), x: steps, y: values })),
        })),
      })),
    [metrics, t],
  );
  if (metrics.length === 0) return <Empty title={t("curves.none")} />;
  const charts = (main: boolean) => (
    <div className="charts">
      {groups
        .filter(({ name }) => telling.includes(name) === main)
        .flatMap(({ name, charts }) =>
          charts.map(({ key, title, series }) => (
            <Chart key={key} title={title} note={t(`curves.${name}`)} series={series} sync={run} />
          )),
        )}
    </div>
  );
  return (
    <div className="stack">
      {charts(true)}
      {groups.some(({ name }) => !telling.includes(name)) && (
        <details>
          <summary>{t("curves.more")}</summary>
          {charts(false)}
        </details>
      )}
      <details>
        <summary>{t("curves.table")}</summary>
        <LastValues metrics={metrics} />
      </details>
    </div>
  );
}

function LastValues({ metrics }: { metrics: readonly Metric[] }) {
  const { t } = useTranslation();
  const say = useWording();
  const finite = ({ values }: Metric) => values.filter((value) => value !== null);
  const extreme = (values: readonly number[], of: "min" | "max") =>
    values.length === 0 ? undefined : values.reduce((a, b) => Math[of](a, b));
  return (
    <TableBox>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("curves.metric")}</th>
            {(["first", "last", "least", "greatest", "step"] as const).map((name) => (
              <th key={name} scope="col" className="number">
                {t(`curves.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {metrics.map((metric) => (
            <tr key={metric.name}>
              <th scope="row">
                {say(metric.label)} <code className="quiet">{metric.name}</code>
              </th>
              <td className="number">{short(metric.values[0])}</td>
              <td className="number">{short(metric.values.at(-1))}</td>
              <td className="number">{short(extreme(finite(metric), "min"))}</td>
              <td className="number">{short(extreme(finite(metric), "max"))}</td>
              <td className="number">{metric.steps.at(-1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}
