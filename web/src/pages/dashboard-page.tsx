/** How the work goes: progress, pace, agreement, people, and where they disagree. */
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dashboard } from "../../../src/server/protocol.ts";
import type { Measured } from "../api/types.ts";
import { useEvents } from "../api/use-events.ts";
import { useReply } from "../api/use-reply.ts";
import { Link } from "../app/router.tsx";
import { Page } from "../ui/page.tsx";
import { Await, Empty } from "../ui/states.tsx";
import { TableBox } from "../ui/table-box.tsx";
import { minutes } from "../ui/time.ts";
import { langOf, useWording } from "../ui/wording.ts";
import { Days } from "./days.tsx";
import { readingOf } from "./reading.ts";
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

function Interval({ of }: { of: Measured }) {
  const { t } = useTranslation();
  if (!of) return <span className="quiet">{t("dashboard.tooLittle")}</span>;
  return (
    <>
      {of.value.toFixed(2)}{" "}
      <span className="quiet">
        [{of.low.toFixed(2)}, {of.high.toFixed(2)}]
      </span>
    </>
  );
}

function AgreementTable({ agreement }: { agreement: Dashboard["agreement"] }) {
  const { t } = useTranslation();
  return (
    <section className="stack">
      <h2>{t("agreement.title")}</h2>
      <p className="quiet">{t("agreement.help")}</p>
      <TableBox>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("agreement.measure")}</th>
              <th scope="col" className="number">
                {t("agreement.value")}
              </th>
              <th scope="col" className="number">
                n
              </th>
              <th scope="col">{t("agreement.reading")}</th>
            </tr>
          </thead>
          <tbody>
            {(["pairs", "alpha", "fleiss", "kendallW"] as const).map((name) => {
              const reading = readingOf(name, agreement[name]);
              return (
                <tr key={name}>
                  <th scope="row">
                    {t(`agreement.${name}`)}
                    <p className="quiet">{t(`agreement.${name}Help`)}</p>
                  </th>
                  <td className="number">
                    <Interval of={agreement[name]} />
                  </td>
                  <td className="number">{agreement[name]?.n ?? ""}</td>
                  <td>
                    {t(`reading.${reading}`)}
                    {name === "pairs" && agreement.pairs && (
                      <p className="quiet">
                        {t("reading.pairs", { percent: Math.round(100 * agreement.pairs.value) })}
                      </p>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableBox>
    </section>
  );
}

function QuestionTable({ questions }: { questions: Dashboard["questions"] }) {
  const { t } = useTranslation();
  const say = useWording();
  const settings = useReply("GET /api/settings");
  const textOf = (name: string, part: "prompt" | "answer") => {
    const asked = settings.state === "ready" ? settings.value.form[part].find((one) => one.name === name) : undefined;
    return asked ? say(asked.text) : name;
  };
  return (
    <section className="stack">
      <h2>{t("dashboard.questions")}</h2>
      <TableBox>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("dashboard.question")}</th>
              <th scope="col">{t("dashboard.about")}</th>
              <th scope="col" className="number">
                Krippendorff α
              </th>
              <th scope="col">{t("agreement.reading")}</th>
            </tr>
          </thead>
          <tbody>
            {questions.map(({ name, part, alpha }) => (
              <tr key={part + name}>
                <th scope="row">{textOf(name, part)}</th>
                <td>{t(`dashboard.${part}`)}</td>
                <td className="number">
                  <Interval of={alpha} />
                </td>
                <td>{t(`reading.${readingOf("alpha", alpha)}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </section>
  );
}

function PeopleTable({ people }: { people: Dashboard["people"] }) {
  const { t } = useTranslation();
  return (
    <section className="stack">
      <h2>{t("dashboard.people")}</h2>
      <p className="quiet">{t("dashboard.peopleHelp")}</p>
      <TableBox>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("person.name")}</th>
              {(["judgements", "demonstrations", "skips", "median", "consensus", "gold", "self", "first"] as const).map(
                (name) => (
                  <th key={name} scope="col" className="number">
                    {t(`dashboard.${name}`)}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {people.map((person) => (
              <tr key={person.name}>
                <th scope="row">
                  {person.name} {person.synthetic && <span className="badge">{t("person.synthetic")}</span>}
                </th>
                <td className="number">{person.judgements}</td>
                <td className="number">{person.demonstrations}</td>
                <td className="number">{person.skips}</td>
                <td className="number">{person.seconds === null ? "–" : minutes(person.seconds)}</td>
                {(["consensus", "gold", "self"] as const).map((name) => (
                  <td key={name} className="number">
                    <Interval of={person[name]} />
                  </td>
                ))}
                <td className="number">
                  {person.firstPlace
                    ? t("dashboard.firstShare", {
                        share: Math.round(100 * person.firstPlace.share),
                        expected: Math.round(100 * person.firstPlace.expected),
                      })
                    : "–"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </section>
  );
}
