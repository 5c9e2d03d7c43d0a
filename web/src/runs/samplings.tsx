/** Samplings under way, and those that ended since the server was started. */
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../api/client.ts";
import { useReloadAt } from "../api/use-reload.ts";
import { useReply } from "../api/use-reply.ts";
import { useTry } from "../api/use-try.ts";
import { Failure, Words } from "../ui/states.tsx";

const lookMs = 1000;

/** `turn`: another number looks again at once. `onTasks`: there are more tasks than before. */
export function Samplings({ turn, onTasks }: { turn: number; onTasks?: () => void }) {
  const { t } = useTranslation();
  const jobs = useReply("GET /api/samples");
  const { error, attempt } = useTry();
  const { reload } = jobs;
  const all = jobs.state === "ready" ? jobs.value : [];
  const working = all.some(({ state }) => state === "working");
  useReloadAt(turn, reload);
  const made = all.reduce((sum, { tasks }) => sum + tasks, 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another number of tasks is news
  useEffect(() => {
    if (made > 0) onTasks?.();
  }, [made]);
  useEffect(() => {
    if (!working) return;
    const timer = setInterval(reload, lookMs);
    return () => clearInterval(timer);
  }, [working, reload]);
  if (all.length === 0) return null;
  return (
    <section className="panel">
      <h2>{t("sampling.jobs")}</h2>
      {error && <Failure error={error} />}
      <ul className="samplings">
        {all.map(({ sampling, model, done, total, tasks, state, error: why }) => (
          <li key={sampling} className="row">
            <code>{model}</code>
            {state === "working" && <progress max={total} value={done} aria-label={t("runs.progress")} />}
            <span>
              {t("sampling.done", { done, total })} · {t("sampling.tasks", { count: tasks })}
            </span>
            <span className={`badge ${state === "failed" ? "bad" : state === "done" ? "good" : ""}`}>
              {t(`samplingState.${state}`)}
            </span>
            {why && <Words of={why} />}
            {state === "working" && (
              <button
                type="button"
                onClick={() =>
                  void attempt(async () => {
                    await call("POST /api/samples/:sampling/stop", { query: { sampling } });
                    reload();
                  })
                }
              >
                {t("runs.stop")}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
