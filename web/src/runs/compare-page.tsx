/** Runs side by side: their curves over each other, the settings that differ, how they ended. */
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";
import { type CallError, call } from "../api/client.ts";
import { errorOf, useReply } from "../api/use-reply.ts";
import { Link } from "../app/router.tsx";
import { Page } from "../ui/page.tsx";
import { Await, Failure, Loading } from "../ui/states.tsx";
import { TableBox } from "../ui/table-box.tsx";
import { useWording } from "../ui/wording.ts";
import { Chart } from "./chart.tsx";
import { pathOfRun } from "./lineage-line.tsx";
import { groupMetrics } from "./metric-groups.ts";
import { OverChart } from "./over-chart.tsx";
import { short } from "./series.ts";
import { valueText } from "./settings.tsx";
import { StatusBadge } from "./status.tsx";
import { Trials } from "./trials/trials.tsx";
import { useRunEvents } from "./use-run-events.ts";
import "./runs.css";

type Comparison = ReplyOf<"GET /api/compare">;
type Metrics = ReplyOf<"GET /api/runs/:run/metrics">;

export function ComparePage({ runs, mayManage }: { runs: readonly string[]; mayManage: boolean }) {
  const { t } = useTranslation();
  const comparison = useReply("GET /api/compare", { query: { runs: runs.join(",") } });
  const [turn, setTurn] = useState(0);
  useRunEvents(() => {
    comparison.reload();
    setTurn((n) => n + 1);
  });
  return (
    <Page title={t("compare.title")} actions={<Link href="/runs">{t("compare.back")}</Link>}>
      <Await of={comparison}>
        {(value) => (
          <div className="stack">
            <Heads runs={value.runs} />
            <Trials runs={runs} mayManage={mayManage} />
            <SharedCurves runs={runs} turn={turn} />
            {value.runs.some(({ command }) => command === "ppo") && <OverChart runs={runs} turn={turn} />}
            <Table
              title={t("compare.settings")}
              runs={runs}
              rows={value.settings.map(({ name, values }) => ({ name, cells: values.map(valueText) }))}
            />
            <Table
              title={t("compare.results")}
              runs={runs}
              rows={value.results.map(({ name, values }) => ({ name, cells: values.map(short) }))}
            />
            <Table
              title={t("compare.metrics")}
              runs={runs}
              rows={value.metrics.map(({ name, values }) => ({ name, cells: values.map(short) }))}
            />
          </div>
        )}
      </Await>
    </Page>
  );
}

const Heads = ({ runs }: Pick<Comparison, "runs">) => (
  <ul className="compared">
    {runs.map(({ run, status, command, step }) => (
      <li key={run} className="row">
        <Link href={pathOfRun(run)}>{run}</Link> <code>{command}</code> <StatusBadge status={status} />
        <span className="quiet">{step}</span>
      </li>
    ))}
  </ul>
);

/** One chart a metric that at least two of the runs have, one curve a run. */
function SharedCurves({ runs, turn }: { runs: readonly string[]; turn: number }) {
  const { t } = useTranslation();
  const say = useWording();
  const [all, setAll] = useState<readonly Metrics[]>();
  const [error, setError] = useState<CallError>();
  const key = runs.join(",");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the runs, `turn` for looking again
  useEffect(() => {
    let current = true;
    Promise.all(runs.map((run) => call("GET /api/runs/:run/metrics", { query: { run, points: 1000 } }))).then(
      (found) => current && setAll(found),
      (failure) => current && setError(errorOf(failure)),
    );
    return () => {
      current = false;
    };
  }, [key, turn]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `say` goes by the language, `runs` by the key
  const groups = useMemo(() => {
    const names = new Map<string, Metrics["metrics"]>();
    for (const { metrics } of all ?? [])
      for (const metric of metrics) names.set(metric.name, [...(names.get(metric.name) ?? []), metric]);
    const shared = [...names].flatMap(([name, found]) =>
      found.length > 1 ? [{ name, label: say(found[0]!.label) }] : [],
    );
    return groupMetrics(shared).map(({ name, charts }) => ({
      name,
      charts: charts.flat().map((metric) => ({
        ...metric,
        series: runs.flatMap((run, i) => {
          const found = all?.[i]?.metrics.find((one) => one.name === metric.name);
          return found ? [{ label: run, x: found.steps, y: found.values }] : [];
        }),
      })),
    }));
  }, [all, key, t]);
  if (error) return <Failure error={error} />;
  if (!all) return <Loading />;
  if (groups.length === 0) return <p className="quiet">{t("compare.nothing")}</p>;
  return groups.map(({ name, charts }) => (
    <section key={name} className="stack tight">
      <h2>{t(`curves.${name}`)}</h2>
      <div className="charts">
        {charts.map((chart) => (
          <Chart key={chart.name} title={chart.label} series={chart.series} sync="compare" />
        ))}
      </div>
    </section>
  ));
}

interface TableProps {
  readonly title: string;
  readonly runs: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly string[] }[];
}

function Table({ title, runs, rows }: TableProps) {
  const { t } = useTranslation();
  return (
    <section className="stack tight">
      <h2>{title}</h2>
      {rows.length === 0 ? (
        <p className="quiet">{t("compare.same")}</p>
      ) : (
        <TableBox>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("runs.name")}</th>
                {runs.map((run) => (
                  <th key={run} scope="col" className="number">
                    {run}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ name, cells }) => (
                <tr key={name}>
                  <th scope="row">
                    <code>{name}</code>
                  </th>
                  {cells.map((cell, i) => (
                    <td key={runs[i]} className="number">
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </TableBox>
      )}
    </section>
  );
}
