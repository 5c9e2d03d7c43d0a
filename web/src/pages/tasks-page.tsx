/** All tasks: how far they are, finding one, and making more of them. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";
import { type CallError, call } from "../api/client.ts";
import { errorOf } from "../api/use-reply.ts";
import { Link } from "../app/router.tsx";
import { SamplingDialog } from "../runs/sampling-dialog.tsx";
import { Samplings } from "../runs/samplings.tsx";
import { Page } from "../ui/page.tsx";
import { Empty, Failure, Loading } from "../ui/states.tsx";
import { TableBox } from "../ui/table-box.tsx";
import { useTime } from "../ui/time.ts";
import { langOf, plain } from "../ui/wording.ts";
import { NewTasksDialog } from "./new-tasks-dialog.tsx";
import { StateBadge } from "./state-badge.tsx";

type Row = ReplyOf<"GET /api/tasks">[number];
const states = ["open", "done", "closed"] as const;
const pageSize = 50;

export function TasksPage({ mayManage }: { mayManage: boolean }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<"sampling" | "new">();
  const [sampled, setSampled] = useState(0);
  const [state, setState] = useState<(typeof states)[number] | "">("");
  const [text, setText] = useState("");
  const [rows, setRows] = useState<readonly Row[]>();
  const [more, setMore] = useState(false);
  const [error, setError] = useState<CallError>();
  const [turn, setTurn] = useState(0);

  const fetchAfter = (after: string | undefined) =>
    call("GET /api/tasks", {
      query: { limit: pageSize, ...(state && { state }), ...(text && { text }), ...(after && { after }) },
    });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the filters and `turn` say when to ask; the rest follows
  useEffect(() => {
    let current = true;
    const timer = setTimeout(
      () =>
        fetchAfter(undefined).then(
          (found) => {
            if (!current) return;
            setError(undefined);
            setRows(found);
            setMore(found.length === pageSize);
          },
          (failure) => current && setError(errorOf(failure)),
        ),
      text === "" ? 0 : 200, // while somebody types
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [state, text, turn]);

  const next = async () => {
    try {
      const found = await fetchAfter(rows?.at(-1)?.task);
      setRows((held) => [...(held ?? []), ...found]);
      setMore(found.length === pageSize);
    } catch (failure) {
      setError(errorOf(failure));
    }
  };
  const again = () => setTurn((n) => n + 1);
  const close = () => setOpen(undefined);
  const actions = mayManage && (
    <div className="row">
      <button type="button" onClick={() => setOpen("new")}>
        {t("newTasks.open")}
      </button>
      <button type="button" className="primary" onClick={() => setOpen("sampling")}>
        {t("sampling.open")}
      </button>
    </div>
  );
  return (
    <Page title={t("nav.tasks")} actions={actions}>
      {mayManage && <Samplings turn={sampled} onTasks={again} />}
      <search className="row filters">
        <input
          type="search"
          aria-label={t("tasks.search")}
          placeholder={t("tasks.search")}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {(["", ...states] as const).map((name) => (
          <button
            type="button"
            key={name}
            className="plain"
            aria-pressed={state === name}
            onClick={() => setState(name)}
          >
            {t(`tasks.${name || "all"}`)}
          </button>
        ))}
      </search>
      {error && <Failure error={error} retry={again} />}
      {!rows && !error && <Loading />}
      {rows?.length === 0 && (
        <Empty title={text || state ? t("tasks.noneFound") : t("tasks.none")}>
          {!text && !state && mayManage && (
            <>
              <p>{t("tasks.noneMore")}</p>
              <Link href="/data">{t("tasks.import")}</Link>
            </>
          )}
        </Empty>
      )}
      {rows && rows.length > 0 && <TaskTable rows={rows} />}
      {more && (
        <p className="row more-rows">
          <button type="button" onClick={() => void next()}>
            {t("action.more")}
          </button>
        </p>
      )}
      {open === "sampling" && (
        <SamplingDialog
          onClose={close}
          onStarted={() => {
            close();
            setSampled((n) => n + 1);
          }}
        />
      )}
      {open === "new" && (
        <NewTasksDialog
          onClose={close}
          onMade={() => {
            close();
            again();
          }}
        />
      )}
    </Page>
  );
}

function TaskTable({ rows }: { rows: readonly Row[] }) {
  const { t } = useTranslation();
  const time = useTime();
  return (
    <TableBox>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("task.prompt")}</th>
            <th scope="col">{t("tasks.type")}</th>
            <th scope="col" className="number">
              {t("task.answers")}
            </th>
            <th scope="col" className="number">
              {t("tasks.people")}
            </th>
            <th scope="col">{t("tasks.state")}</th>
            <th scope="col">{t("tasks.added")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.task}>
              <th scope="row">
                <Link className="clip" href={`/tasks/${encodeURIComponent(row.task)}`} lang={langOf(plain(row.prompt))}>
                  {plain(row.prompt).slice(0, 300)}
                </Link>
              </th>
              <td>{t(`taskType.${row.type}`)}</td>
              <td className="number">{row.completions}</td>
              <td className="number">
                {row.answered} / {row.wanted}
              </td>
              <td>
                <StateBadge {...row} />
              </td>
              <td className="quiet">{time(row.at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}
