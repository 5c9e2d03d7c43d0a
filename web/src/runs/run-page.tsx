/** One run: how it stands, its curves, what it wrote at each step, what the doctor says of it, its settings and its log. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";
import { useReloadAt } from "../api/use-reload.ts";
import { useReply } from "../api/use-reply.ts";
import { Link } from "../app/router.tsx";
import { Page } from "../ui/page.tsx";
import { useQuantity } from "../ui/quantity.ts";
import { Await } from "../ui/states.tsx";
import { useTime } from "../ui/time.ts";
import { Curves } from "./curves.tsx";
import { Findings } from "./findings.tsx";
import { Inputs, isRole } from "./inputs.tsx";
import { LineageLine, pathOfRun } from "./lineage-line.tsx";
import { OverChart } from "./over-chart.tsx";
import { Result } from "./result.tsx";
import { RunActions } from "./runs-page.tsx";
import { Samples } from "./samples.tsx";
import { SamplingDialog } from "./sampling-dialog.tsx";
import { Settings } from "./settings.tsx";
import { isAlive, Progress, StatusBadge } from "./status.tsx";
import { useRunEvents } from "./use-run-events.ts";
import "./runs.css";

type Run = ReplyOf<"GET /api/runs/:run">;
/** A curve has no more points than a wide screen has pixels; the server keeps every peak. */
const points = 2000;

export function RunPage({ run, mayManage }: { run: string; mayManage: boolean }) {
  const { t } = useTranslation();
  const page = useReply("GET /api/runs/:run", { query: { run } });
  const rows = useReply("GET /api/runs");
  const metrics = useReply("GET /api/runs/:run/metrics", { query: { run, points } });
  const [turn, setTurn] = useState(0);
  const [sampling, setSampling] = useState(false);
  const reload = () => {
    for (const one of [page, rows, metrics]) one.reload();
    setTurn((n) => n + 1);
  };
  useRunEvents(reload, run);
  const value = page.state === "ready" ? page.value : undefined;
  const isPolicy = value?.model && ["pretrain", "sft", "ppo"].includes(value.command);
  const before = value?.from.find(({ role }) => role === "policy" || role === "model")?.run;
  const actions = value && (
    <div className="row">
      {isPolicy && before && (
        <Link className="button" href={`/runs?compare=${encodeURIComponent(`${before},${run}`)}`}>
          {t("run.compare")}
        </Link>
      )}
      {isPolicy && (
        <Link className="button" href={`/chat?model=${encodeURIComponent(value.model!)}`}>
          {t("run.chat")}
        </Link>
      )}
      {isPolicy && mayManage && (
        <button type="button" onClick={() => setSampling(true)}>
          {t("sampling.open")}
        </button>
      )}
      {mayManage && <RunActions row={value} onChange={reload} />}
    </div>
  );
  return (
    <Page title={run} actions={actions}>
      <Await of={page}>
        {(info) => (
          <div className="stack">
            <Head info={info} />
            <section className="panel stack tight" aria-label={t("runs.lineage")}>
              <p>
                <LineageLine rows={rows.state === "ready" ? rows.value : []} run={run} />
              </p>
              <Inputs info={info} />
            </section>
            <Findings findings={info.findings} error={info.error} />
            <section className="stack">
              <h2>{t("curves.title")}</h2>
              <Await of={metrics}>{({ metrics: all }) => <Curves metrics={all} run={run} />}</Await>
            </section>
            {info.command === "ppo" && <OverChart runs={[run]} turn={turn} />}
            <Samples run={run} turn={turn} />
            <Settings info={info} />
            <Log run={run} turn={turn} alive={isAlive(info.status)} />
          </div>
        )}
      </Await>
      {sampling && value?.model && (
        <SamplingDialog model={value.model} onClose={() => setSampling(false)} onStarted={() => setSampling(false)} />
      )}
    </Page>
  );
}

function Head({ info }: { info: Run }) {
  const { t } = useTranslation();
  const time = useTime();
  const { duration } = useQuantity();
  return (
    <section className="run-head" aria-label={t("runs.status")}>
      <StatusBadge status={info.status} />
      <code>{info.command}</code>
      <Progress {...info} />
      {info.seconds !== null && <span>{duration(info.seconds)}</span>}
      {info.created !== null && <span className="quiet">{time(info.created)}</span>}
      <Result result={info.result} />
      {info.children.length > 0 && (
        <span className="quiet">
          {t("run.children")}{" "}
          {info.children.map(({ run, role }) => (
            <Link key={run + role} href={pathOfRun(run)}>
              {t("run.as", { run, role: isRole(role) ? t(`usedAs.${role}`) : role })}{" "}
            </Link>
          ))}
        </span>
      )}
    </section>
  );
}

/** What its process printed; only runs that were started from here have one. */
function Log({ run, turn, alive }: { run: string; turn: number; alive: boolean }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(alive);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("run.log")}</summary>
      {open && <LogText run={run} turn={turn} />}
    </details>
  );
}

function LogText({ run, turn }: { run: string; turn: number }) {
  const { t } = useTranslation();
  const log = useReply("GET /api/runs/:run/log", { query: { run } });
  useReloadAt(turn, log.reload);
  return (
    <Await of={log}>
      {({ text, cut }) =>
        text === "" ? (
          <p className="quiet">{t("run.noLog")}</p>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          <pre className="log" lang="en" tabIndex={0}>
            {cut ? `…\n${text}` : text}
          </pre>
        )
      }
    </Await>
  );
}
