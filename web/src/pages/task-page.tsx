/** One task: its texts, what everybody said, what that amounts to, and what is decided. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";
import { call } from "../api/client.ts";
import type { Settings } from "../api/types.ts";
import { useEvents } from "../api/use-events.ts";
import { useReply } from "../api/use-reply.ts";
import { useTry } from "../api/use-try.ts";
import { Link } from "../app/router.tsx";
import { TwoClips } from "../clips/two-clips.tsx";
import { Comments } from "../discussion/comments.tsx";
import { Decide, Decided } from "../discussion/decision.tsx";
import { SaidList } from "../discussion/said.tsx";
import { comparisonOf, formOf } from "../label/draft.ts";
import { Page } from "../ui/page.tsx";
import { Await, Failure } from "../ui/states.tsx";
import { TextView } from "../ui/text.tsx";
import { useTime } from "../ui/time.ts";
import { letter } from "../ui/wording.ts";
import { StateBadge } from "./state-badge.tsx";
import { TaskUse } from "./task-use.tsx";
import "./task-page.css";

type TaskReply = ReplyOf<"GET /api/tasks/:task">;

/** What somebody may do here besides reading. */
interface Rights {
  readonly mayManage: boolean;
  readonly mayComment: boolean;
}

export function TaskPage({ id, ...rights }: Rights & { id: string }) {
  const { t } = useTranslation();
  const task = useReply("GET /api/tasks/:task", { query: { task: id } });
  const settings = useReply("GET /api/settings");
  useEvents((event) => {
    if (event.type === "words" && event.task === id) task.reload();
  });
  return (
    <Page title={t("task.one")} actions={<Link href="/tasks">← {t("nav.tasks")}</Link>}>
      <Await of={task}>
        {(value) => (
          <Await of={settings}>
            {({ form }) => <Whole value={value} form={formOf(form, value.task)} onChange={task.reload} {...rights} />}
          </Await>
        )}
      </Await>
    </Page>
  );
}

function Whole({
  value,
  form,
  mayManage,
  mayComment,
  onChange,
}: Rights & { value: TaskReply; form: Settings["form"]; onChange: () => void }) {
  const { t } = useTranslation();
  const time = useTime();
  const { error, attempt } = useTry();
  const [deciding, setDeciding] = useState(false);
  const [using, setUsing] = useState(false);
  const { task, words, consensus, comments, decision } = value;
  const close = () =>
    void attempt(() => call("POST /api/tasks/:task/close", { query: { task: task.task } }).then(onChange));
  const mayDecide = mayManage && comparisonOf(form, { ...task, order: [] }) !== "none";
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
        {task.gold && !task.qualification && <span className="badge">{t("task.gold")}</span>}
        {task.qualification && <span className="badge">{t("use.qualification")}</span>}
        {task.repeats && (
          <Link className="badge" href={`/tasks/${encodeURIComponent(task.repeats)}`}>
            {t("task.repeats")}
          </Link>
        )}
        {task.assigned && <span className="badge">{t("task.assigned", { names: task.assigned.join(", ") })}</span>}
        <span className="spacer" />
        {mayDecide && !deciding && (
          <button type="button" onClick={() => setDeciding(true)}>
            {decision ? t("decision.again") : t("decision.do")}
          </button>
        )}
        {mayManage && !value.closed && (
          <button type="button" aria-expanded={using} onClick={() => setUsing(!using)}>
            {t("use.title")}
          </button>
        )}
        {mayManage && !value.closed && (
          <button type="button" onClick={close}>
            {t("task.close")}
          </button>
        )}
      </p>
      {error && <Failure error={error} />}
      {using && (
        <TaskUse
          task={task}
          onSaved={() => {
            setUsing(false);
            onChange();
          }}
        />
      )}
      <section className="panel">
        <h2>{t("task.prompt")}</h2>
        <TextView text={task.prompt} lang={task.language} />
      </section>
      {task.clips && <TwoClips clips={task.clips} order={[0, 1]} />}
      {task.completions.length > 0 && !task.clips && (
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
      )}
      <section className="stack">
        <h2>{t("task.words", { count: words.length })}</h2>
        {decision && <Decided decision={decision} letterOf={letter} />}
        {words.length === 0 && <p className="quiet">{t("task.noWords")}</p>}
        <SaidList words={words} form={form} letterOf={letter} lang={task.language} />
      </section>
      {deciding && (
        <Decide
          task={task}
          form={form}
          before={decision}
          onDecided={() => {
            setDeciding(false);
            onChange();
          }}
        />
      )}
      <Comments task={task.task} comments={comments} mayWrite={mayComment} onChange={onChange} />
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
