/** All runs of the project: how they stand, where they came from; starting, stopping and comparing them. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../api/client.ts";
import { useReply } from "../api/use-reply.ts";
import { useTry } from "../api/use-try.ts";
import { Link } from "../app/router.tsx";
import { Page } from "../ui/page.tsx";
import { useQuantity } from "../ui/quantity.ts";
import { Await, Empty, Failure } from "../ui/states.tsx";
import { TableBox } from "../ui/table-box.tsx";
import { useTime } from "../ui/time.ts";
import { LineageLine, pathOfRun } from "./lineage-line.tsx";
import { Result } from "./result.tsx";
import { SamplingDialog } from "./sampling-dialog.tsx";
import { Samplings } from "./samplings.tsx";
import { canGoOn, isAlive, Progress, type RunRow, StatusBadge } from "./status.tsx";
import { TrainingDialog } from "./training-dialog.tsx";
import { useRunEvents } from "./use-run-events.ts";
import "./runs.css";

export function RunsPage({ mayManage }: { mayManage: boolean }) {
  const { t } = useTranslation();
  const runs = useReply("GET /api/runs");
  const [open, setOpen] = useState<"training" | "sampling">();
  const [sampled, setSampled] = useState(0);
  useRunEvents(runs.reload);
  const actions = mayManage && (
    <div className="row">
      <button type="button" onClick={() => setOpen("sampling")}>
        {t("sampling.open")}
      </button>
      <button type="button" className="primary" onClick={() => setOpen("training")}>
        {t("training.open")}
      </button>
    </div>
  );
  return (
    <Page title={t("nav.runs")} actions={actions}>
      <div className="stack">
        {mayManage && <Samplings turn={sampled} />}
        <Await of={runs}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty title={t("runs.none")}>
                <p>{t("runs.noneMore")}</p>
              </Empty>
            ) : (
              <RunTable rows={rows} mayManage={mayManage} onChange={runs.reload} />
            )
          }
        </Await>
      </div>
      {open === "training" && <TrainingDialog onClose={() => setOpen(undefined)} />}
      {open === "sampling" && (
        <SamplingDialog
          onClose={() => setOpen(undefined)}
          onStarted={() => {
            setOpen(undefined);
            setSampled((n) => n + 1);
          }}
        />
      )}
    </Page>
  );
}

function RunTable({
  rows,
  mayManage,
  onChange,
}: {
  rows: readonly RunRow[];
  mayManage: boolean;
  onChange: () => void;
}) {
  const { t } = useTranslation();
  const time = useTime();
  const { duration } = useQuantity();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const acts = mayManage && rows.some(({ status }) => isAlive(status) || canGoOn(status));
  const toggle = (run: string) =>
    setChosen((held) => (held.includes(run) ? held.filter((one) => one !== run) : [...held, run]));
  return (
    <>
      <p className="row compare-bar">
        <span className="quiet">
          {chosen.length < 2 ? t("runs.choose") : t("runs.chosen", { count: chosen.length })}
        </span>
        {chosen.length > 1 && (
          <Link className="button" href={`/runs?compare=${encodeURIComponent(chosen.join(","))}`}>
            {t("compare.do")}
          </Link>
        )}
      </p>
      <TableBox>
        <table className="run-table">
          <thead>
            <tr>
              <th scope="col">
                <span className="hidden">{t("compare.title")}</span>
              </th>
              {(["name", "command", "status", "progressShort", "lineage", "result", "started"] as const).map((name) => (
                <th key={name} scope="col">
                  {t(`runs.${name}`)}
                </th>
              ))}
              {acts && <th scope="col">{t("person.actions")}</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.run}>
                <td>
                  <label className="pick">
                    <input
                      type="checkbox"
                      aria-label={t("compare.choose", { run: row.run })}
                      checked={chosen.includes(row.run)}
                      onChange={() => toggle(row.run)}
                    />
                  </label>
                </td>
                <th scope="row">
                  <Link href={pathOfRun(row.run)}>{row.run}</Link>
                </th>
                <td>
                  <code>{row.command}</code>
                </td>
                <td>
                  <StatusBadge status={row.status} />
                </td>
                <td>
                  <Progress {...row} />
                  {row.seconds !== null && <span className="quiet"> {duration(row.seconds)}</span>}
                </td>
                <td>
                  <LineageLine rows={rows} run={row.run} whole={false} />
                </td>
                <td className="quiet">
                  <Result result={row.result} most={2} />
                </td>
                <td className="quiet">{row.created === null ? "–" : time(row.created)}</td>
                {acts && (
                  <td>
                    <RunActions row={row} onChange={onChange} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </>
  );
}

/** Stop and go on; what does not apply is not there. */
export function RunActions({ row, onChange }: { row: Pick<RunRow, "run" | "status">; onChange: () => void }) {
  const { t } = useTranslation();
  const { error, busy, attempt } = useTry();
  const { run, status } = row;
  const ask = (route: "POST /api/runs/:run/stop" | "POST /api/runs/:run/resume") =>
    void attempt(async () => {
      await call(route, { query: { run } });
      onChange();
    });
  return (
    <>
      {isAlive(status) && (
        <button
          type="button"
          disabled={busy}
          title={t("runs.stopHelp")}
          aria-label={t("runs.stopOne", { run })}
          onClick={() => ask("POST /api/runs/:run/stop")}
        >
          {t("runs.stop")}
        </button>
      )}
      {canGoOn(status) && (
        <button
          type="button"
          disabled={busy}
          aria-label={t("runs.resumeOne", { run })}
          onClick={() => ask("POST /api/runs/:run/resume")}
        >
          {t("runs.resume")}
        </button>
      )}
      {error && <Failure error={error} />}
    </>
  );
}
