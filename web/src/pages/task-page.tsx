/** One task: its texts, what everybody said, and what that amounts to. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf, Word } from "../../../src/server/protocol.ts";
import { type CallError, call } from "../api/client.ts";
import { useEvents } from "../api/use-events.ts";
import { errorOf, useReply } from "../api/use-reply.ts";
import { Link } from "../app/router.tsx";
import { Page } from "../ui/page.tsx";
import { Await, Failure } from "../ui/states.tsx";
import { Prose, TextView } from "../ui/text.tsx";
import { minutes, useTime } from "../ui/time.ts";
import { letter } from "../ui/wording.ts";
import { StateBadge } from "./state-badge.tsx";
import "./task-page.css";

type TaskReply = ReplyOf<"GET /api/tasks/:task">;

export function TaskPage({ id, mayClose }: { id: string; mayClose: boolean }) {
  const { t } = useTranslation();
  const task = useReply("GET /api/tasks/:task", { query: { task: id } });
  useEvents((event) => {
    if (event.type === "words" && event.task === id) task.reload();
  });
  return (
    <Page title={t("task.one")} actions={<Link href="/tasks">← {t("nav.tasks")}</Link>}>
      <Await of={task}>{(value) => <Whole value={value} mayClose={mayClose} onChange={task.reload} />}</Await>
    </Page>
  );
}

function Whole({ value, mayClose, onChange }: { value: TaskReply; mayClose: boolean; onChange: () => void }) {
  const { t } = useTranslation();
  const time = useTime();
  const [error, setError] = useState<CallError>();
  const { task, words, consensus } = value;
  const close = () =>
    call("POST /api/tasks/:task/close", { query: { task: task.task } }).then(onChange, (e) => setError(errorOf(e)));
  return (
    <div className="stack">
      <p className="row">
        <StateBadge {...value} />
        <span className="quiet">
          {t(`taskType.${task.type}`)} · {t("task.answeredBy", { count: value.answered, wanted: value.wanted })} ·{" "}
          {time(value.at)}
          {task.model && ` · ${task.model}`}
          {task.source && ` · ${task.source}`}
        </span>
        {task.gold && <span className="badge">{t("task.gold")}</span>}
        {task.qualification && <span className="badge">{t("label.qualification")}</span>}
        <span className="spacer" />
        {mayClose && !value.closed && (
          <button type="button" onClick={() => void close()}>
            {t("task.close")}
          </button>
        )}
      </p>
      {error && <Failure error={error} />}
      <section className="panel">
        <h2>{t("task.prompt")}</h2>
        <TextView text={task.prompt} lang={task.language} />
      </section>
      <section className="stack">
        <h2>{task.type === "demonstrate" ? t("demonstration.draft") : t("task.answers")}</h2>
        {consensus && <p className="quiet">{t("task.consensusHelp")}</p>}
        {task.completions.map((text, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: completions are known by their index
          <div key={i} className="panel answer">
            <h3>
              <span className="letter">{letter(i)}</span>
              {consensus?.[i] && <Strength all={consensus} at={i} />}
              {task.scores?.[i] !== undefined && (
                <span className="quiet">{t("task.score", { score: task.scores[i].toFixed(2) })}</span>
              )}
            </h3>
            <TextView text={text} lang={task.language} />
          </div>
        ))}
      </section>
      <section className="stack">
        <h2>{t("task.words", { count: words.length })}</h2>
        {words.length === 0 && <p className="quiet">{t("task.noWords")}</p>}
        {words.map(({ at, by, word }) => (
          <article key={word.id} className="panel">
            <p className="row">
              <strong>{by}</strong>
              <span className="badge">{t(`word.${word.kind}`)}</span>
              <span className="quiet">
                {time(at)}
                {"seconds" in word && ` · ${minutes(word.seconds)}`}
              </span>
            </p>
            <Said word={word} />
          </article>
        ))}
      </section>
    </div>
  );
}

/** The consensus of one answer: a bar of its interval on the scale of all. */
function Strength({ all, at }: { all: NonNullable<TaskReply["consensus"]>; at: number }) {
  const { t } = useTranslation();
  const low = Math.min(...all.map((one) => one.low));
  const high = Math.max(...all.map((one) => one.high));
  const percent = (x: number) => `${(100 * (x - low)) / Math.max(high - low, 1e-9)}%`;
  const here = all[at]!;
  const rank = all.filter((other) => other.value > here.value).length + 1;
  return (
    <>
      <span className="badge">{t("card.rank", { rank })}</span>
      <span
        className="interval"
        role="img"
        aria-label={t("task.strength", {
          value: here.value.toFixed(2),
          low: here.low.toFixed(2),
          high: here.high.toFixed(2),
        })}
      >
        <span style={{ left: percent(here.low), right: `calc(100% - ${percent(here.high)})` }} />
        <i style={{ left: percent(here.value) }} />
      </span>
      <span className="quiet number">{here.value.toFixed(2)}</span>
    </>
  );
}

function Said({ word }: { word: Word }) {
  const { t } = useTranslation();
  if (word.kind === "demonstration") return <Prose>{word.completion}</Prose>;
  if (word.kind === "skip") return word.reason ? <p>{word.reason}</p> : null;
  if (word.kind !== "judgement") return null;
  const replies = [
    ...Object.entries(word.labels ?? {}).map(([name, value]) => [name, String(value)] as const),
    ...Object.entries({ ...word.ratings, ...word.flags }).map(
      ([name, column]) => [name, column.map((value, i) => `${letter(i)} ${value}`).join(", ")] as const,
    ),
  ];
  return (
    <>
      {word.groups.length > 0 && (
        <p className="said-order">
          {word.groups.map((group) => group.map(letter).join(" = ")).join(" > ")}
          {word.strength !== undefined && <span className="quiet"> {t("task.by", { strength: word.strength })}</span>}
        </p>
      )}
      {word.groups.length === 0 && replies.length === 0 && <p>{t("card.neither")}</p>}
      {replies.length > 0 && (
        <dl className="replies-list">
          {replies.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {word.note && <p className="quiet">“{word.note}”</p>}
    </>
  );
}
