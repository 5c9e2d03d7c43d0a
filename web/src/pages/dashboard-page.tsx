/** How the work goes: progress, pace, agreement, people, and where they disagree. */
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dashboard } from "../../../src/server/protocol.ts";
import { useEvents } from "../api/use-events.ts";
import { useReply } from "../api/use-reply.ts";
import { Link } from "../app/router.tsx";
import { Page } from "../ui/page.tsx";
import { Await, Empty } from "../ui/states.tsx";
import { TableBox } from "../ui/table-box.tsx";
import { minutes } from "../ui/time.ts";
import { langOf } from "../ui/wording.ts";
import { AgreementTable, PeopleTable, QuestionTable } from "./agreement-tables.tsx";
import { Days } from "./days.tsx";
import "./dashboard.css";

/** At most every so often it is asked again while people work. */
const refreshMs = 3000;

export function DashboardPage() {
  const { t } = useTranslation();
  const [synthetic, setSynthetic] = useState(false);
  const dashboard = useReply("GET /api/dashboard", { query: { synthetic: synthetic ? "with" : "without" } });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEvents(({ type }) => {
    if (type !== "words" && type !== "tasks") return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      dashboard.reload();
    }, refreshMs);
  });
  return (
    <Page
      title={t("nav.dashboard")}
      actions={
        dashboard.state === "ready" &&
        dashboard.value.synthetic > 0 && (
          <label className="row">
            <input type="checkbox" checked={synthetic} onChange={(event) => setSynthetic(event.target.checked)} />
            {t("dashboard.synthetic", { count: dashboard.value.synthetic })}
          </label>
        )
      }
    >
      <Await of={dashboard}>{(value) => <Everything value={value} />}</Await>
    </Page>
  );
}

function Everything({ value }: { value: Dashboard }) {
  const { t } = useTranslation();
  const { tasks, words } = value;
  const all = tasks.open + tasks.done + tasks.closed;
  if (all === 0)
    return (
      <Empty title={t("tasks.none")}>
        <Link href="/data">{t("tasks.import")}</Link>
      </Empty>
    );
  const share = Math.round((100 * (tasks.done + tasks.closed)) / all);
  return (
    <div className="stack">
      <section className="numbers" aria-label={t("dashboard.progress")}>
        <div className="panel wide">
          <h2>{t("dashboard.progress")}</h2>
          <p className="big">
            {tasks.done + tasks.closed}
            <span className="quiet"> / {t("dashboard.tasks", { count: all })}</span>
          </p>
          <progress max={100} value={share} aria-label={t("dashboard.progress")} />
          <p className="quiet">
            {t("dashboard.open", { count: tasks.open })} · {t("dashboard.closed", { count: tasks.closed })}
          </p>
        </div>
        <Figure title={t("dashboard.judgements")} value={words.judgement} />
        <Figure title={t("dashboard.demonstrations")} value={words.demonstration} />
        <Figure title={t("dashboard.skips")} value={words.skip} />
        <Figure
          title={t("dashboard.median")}
          value={value.medianSeconds === null ? "–" : minutes(value.medianSeconds)}
          help={t("dashboard.medianHelp")}
        />
      </section>
      <section className="panel">
        <h2>{t("dashboard.days")}</h2>
        <Days days={value.days} />
      </section>
      <AgreementTable agreement={value.agreement} />
      {value.questions.length > 0 && <QuestionTable questions={value.questions} />}
      <PeopleTable people={value.people} />
      <section className="stack">
        <h2>{t("dashboard.disputed")}</h2>
        {value.disputed.length === 0 ? (
          <p className="quiet">{t("dashboard.noDisputed")}</p>
        ) : (
          <TableBox>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t("task.prompt")}</th>
                  <th scope="col" className="number">
                    Kendall τ
                  </th>
                  <th scope="col" className="number">
                    {t("tasks.people")}
                  </th>
                </tr>
              </thead>
              <tbody>
                {value.disputed.map(({ task, prompt, tau, people }) => (
                  <tr key={task}>
                    <th scope="row">
                      <Link className="clip" href={`/tasks/${encodeURIComponent(task)}`} lang={langOf(prompt)}>
                        {prompt}
                      </Link>
                    </th>
                    <td className="number">{tau.toFixed(2)}</td>
                    <td className="number">{people}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableBox>
        )}
      </section>
    </div>
  );
}

function Figure({ title, value, help }: { title: string; value: number | string; help?: string }) {
  return (
    <div className="panel">
      <h2>{title}</h2>
      <p className="big">{value}</p>
      {help && <p className="quiet">{help}</p>}
    </div>
  );
}
