/** The page where people work: guidelines, the next task, what was said before. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Settings } from "../api/types.ts";
import { useEvents } from "../api/use-events.ts";
import { useReply } from "../api/use-reply.ts";
import { guidelines } from "../app/preference.ts";
import { Link } from "../app/router.tsx";
import { AskingPanel } from "../clips/asking-panel.tsx";
import { ClipsPane } from "../clips/clips-pane.tsx";
import { type Asking, useAsking } from "../clips/use-asking.ts";
import { asksOn, WaitingForClips } from "../clips/waiting.tsx";
import { OthersDialog } from "../discussion/others-dialog.tsx";
import { useShortcuts } from "../ui/keys.ts";
import { Await, Empty, Failure, Loading } from "../ui/states.tsx";
import { Prose } from "../ui/text.tsx";
import { useWording } from "../ui/wording.ts";
import { ConversationPane } from "./conversation/conversation-pane.tsx";
import { formOf } from "./draft.ts";
import { useOutbox } from "./outbox.ts";
import type { Acknowledged } from "./queue.ts";
import { Recent } from "./recent.tsx";
import { TaskPane } from "./task-pane.tsx";
import type { PaneProps } from "./use-draft.ts";
import { useWork, type Work } from "./use-work.ts";
import "./label.css";

/** What somebody may do besides labelling. */
interface Rights {
  readonly mayWatch: boolean;
  readonly mayManage: boolean;
}

export function LabelPage(rights: Rights) {
  const settings = useReply("GET /api/settings");
  useEvents(({ type }) => {
    if (type === "settings") settings.reload();
  });
  return <Await of={settings}>{(value) => <Labelling settings={value} {...rights} />}</Await>;
}

function Labelling({ settings, mayWatch, mayManage }: Rights & { settings: Settings }) {
  const { t } = useTranslation();
  const say = useWording();
  const { person } = useOutbox();
  const work = useWork(settings);
  const shown = guidelines.use() === "open" && settings.guidelines !== "";
  const [recent, setRecent] = useState(false);
  const [others, setOthers] = useState(false);
  const { task } = work;
  const asking = useAsking(task);
  useEffect(() => {
    document.title = `${t("nav.label")} · Plaudit`;
  }, [t]);

  const keys = {
    z: work.canUndo ? work.undo : undefined,
    h: () => setRecent(true),
    g: settings.guidelines === "" ? undefined : () => guidelines.write(shown ? "closed" : "open"),
  };
  return (
    <main className="labelling" data-guidelines={shown}>
      <div className="toolbar">
        <h1>{(task ? task.type === "clips" : asksOn(asking)) ? t("clips.title") : say(settings.form.title)}</h1>
        <Standing work={work} />
        <span className="spacer" />
        {settings.guidelines !== "" && (
          <button type="button" className="plain" aria-pressed={shown} onClick={keys.g}>
            {t("label.guidelines")} <kbd>G</kbd>
          </button>
        )}
        <button type="button" className="plain" onClick={work.undo} disabled={!work.canUndo}>
          {t("label.undo")} <kbd>Z</kbd>
        </button>
        <button type="button" className="plain" onClick={() => setRecent(true)}>
          {t("recent.title")} <kbd>H</kbd>
        </button>
      </div>
      <Replies wasReopened={work.wasReopened} />
      {work.changing && (
        <div className="notice row changing">
          {t("label.changing")}
          {task?.said && task.said.kind !== "skip" && (
            <button type="button" onClick={() => setOthers(true)}>
              {t("others.title")}
            </button>
          )}
          <button type="button" onClick={work.leaveUnchanged}>
            {t("label.leave")}
          </button>
        </div>
      )}
      <p role="status" className={work.taken ? "notice" : "hidden"}>
        {work.taken && t("label.taken")}
      </p>
      {shown && (
        <aside className="guidelines" aria-label={t("label.guidelines")}>
          <h2>{t("label.guidelines")}</h2>
          <Prose>{settings.guidelines}</Prose>
        </aside>
      )}
      {task ? (
        <Pane
          key={`${task.task} ${task.said?.id ?? ""}`}
          form={formOf(settings.form, task)}
          task={task}
          person={person}
          hasModel={settings.model !== undefined}
          onWord={work.handIn}
          keys={keys}
          beside={asking && <AskingPanel asking={asking} mayWatch={mayWatch} />}
        />
      ) : (
        <NoTask work={work} keys={keys} asking={asking} mayWatch={mayWatch} mayManage={mayManage} />
      )}
      {others && task && (
        <OthersDialog task={task} form={formOf(settings.form, task)} onClose={() => setOthers(false)} />
      )}
      {recent && <Recent onClose={() => setRecent(false)} onOpen={work.change} />}
    </main>
  );
}

/** `beside`: what stands beside clips. */
function Pane({ beside, ...props }: PaneProps & { beside: ReactNode }) {
  switch (props.task.type) {
    case "clips":
      return <ClipsPane beside={beside} {...props} />;
    case "converse":
      return <ConversationPane {...props} />;
    default:
      return <TaskPane {...props} />;
  }
}

/** How much is done and waits. */
function Standing({ work: { standing, task } }: { work: Work }) {
  const { t } = useTranslation();
  if (!standing) return null;
  return (
    <p className="quiet standing">
      {t("label.answered", { count: standing.answered })} · {t("label.waiting", { count: standing.waiting })}
      {task?.qualification && <span className="badge warn">{t("label.qualification")}</span>}
    </p>
  );
}

function NoTask({
  work,
  keys,
  asking,
  mayWatch,
  mayManage,
}: Rights & {
  work: Work;
  keys: Parameters<typeof useShortcuts>[0];
  asking: Asking | undefined;
}) {
  const { t } = useTranslation();
  useShortcuts(keys);
  if (work.error) return <Failure error={work.error} retry={work.refill} />;
  if (work.loading) return <Loading />;
  if (work.standing?.qualification === "failed")
    return <Empty title={t("label.failedTest")}>{t("label.failedTestMore")}</Empty>;
  if (asksOn(asking)) return <WaitingForClips asking={asking} mayWatch={mayWatch} look={work.refill} />;
  return (
    <Empty title={t("label.none")}>
      <p>{t("label.noneMore")}</p>
      <p className="row">
        <button type="button" onClick={work.refill}>
          {t("label.look")}
        </button>
        {mayManage && (
          <Link className="button" href="/tasks">
            {t("label.makeTasks")}
          </Link>
        )}
      </p>
    </Empty>
  );
}

/** What the server said of the last answer, where it is worth saying. */
function Replies({ wasReopened }: Pick<Work, "wasReopened">) {
  const { t } = useTranslation();
  const { onReply } = useOutbox();
  const [reply, setReply] = useState<Acknowledged>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () =>
      onReply(({ late, ...rest }, { task }) => {
        const next = { ...rest, late: late && !wasReopened(task) };
        if (!next.late && !next.gold) return;
        setReply(next);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => setReply(undefined), 20_000);
      }),
    [onReply, wasReopened],
  );
  return (
    <div role="status" className="replies">
      {reply?.gold && (
        <p className={reply.gold.right ? "notice" : "notice wrong"}>
          <strong>{reply.gold.right ? t("label.goldRight") : t("label.goldWrong")}</strong> {reply.gold.why}
        </p>
      )}
      {reply?.late && <p className="notice">{t("label.late")}</p>}
    </div>
  );
}
